import type { SentEntry } from '../../core/metadata_entries.js'
import type { SentChoice } from '../custom_sections/terms.js'
import type { PaymentStatus } from './table.js'

/** What a request changes of an invoice. Absent leaves as it is; the metadata sent are those that there are afterwards. */
export interface InvoiceChanges {
  readonly payment_status?: PaymentStatus | undefined
  readonly metadata?: readonly SentEntry[] | undefined
}

/** What is given back of an invoice as it is voided. Whole minor units; absent is nothing. */
export interface VoidInput {
  readonly generate_credit_note: boolean
  readonly credit_amount?: number | null | undefined
  readonly refund_amount?: number | null | undefined
}

/** An invoice of add-ons, as a request asks for it. */
export interface OneOffInput {
  readonly billing_entity_code?: string | null | undefined
  readonly currency?: string | null | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly invoice_custom_section?: SentChoice | null | undefined
  readonly fees: readonly OneOffFeeInput[]
}

/** An add-on to bill. What is absent is the add-on's. */
export interface OneOffFeeInput {
  readonly add_on_code: string
  /** Decimal text. */
  readonly units?: string | null | undefined
  /** Minor units. */
  readonly unit_amount_cents?: number | null | undefined
  readonly description?: string | null | undefined
  readonly invoice_display_name?: string | null | undefined
  readonly tax_codes?: readonly string[] | null | undefined
  /** Both or neither, epoch milliseconds. */
  readonly from_datetime?: number | null | undefined
  readonly to_datetime?: number | null | undefined
}

/** The fees of the invoice that is made from a void one: without a list all of its fees, as they were. */
export interface RegenerationInput {
  readonly fees?: readonly RegeneratedFeeInput[] | null | undefined
}

/** A fee of the void invoice. What is absent stays as it was. */
export interface RegeneratedFeeInput {
  readonly id: string
  /** Decimal text. */
  readonly units?: string | null | undefined
  /** Minor units of the invoice's currency, decimal text. */
  readonly unit_amount_cents?: string | null | undefined
  readonly invoice_display_name?: string | null | undefined
}
