import type { MetadataChange } from '../../core/metadata.js'
import type { CreditNoteReason, RefundStatus } from './table.js'

/** What a note is asked to give back of which fees. Whole minor units. */
export interface CreditNoteItems {
  readonly items: readonly { readonly fee_id: string; readonly amount_cents: number }[]
}

/** A note as it is asked for. Absent amounts are 0. */
export interface CreditNoteInput extends CreditNoteItems {
  readonly reason?: CreditNoteReason | null | undefined
  readonly description?: string | null | undefined
  readonly credit_amount_cents?: number | null | undefined
  readonly refund_amount_cents?: number | null | undefined
  readonly offset_amount_cents?: number | null | undefined
  readonly metadata?: Readonly<Record<string, string | null>> | null | undefined
}

/** What may change of a note that stands. */
export interface CreditNoteChange {
  readonly refundStatus?: RefundStatus | undefined
  readonly metadata?: MetadataChange | undefined
}

/** What a note of some items would come to, and the most that it could give back in each way. Whole minor units; precise ones as decimal text. */
export interface CreditNoteEstimate {
  readonly invoiceId: string
  readonly invoiceNumber: string
  readonly currency: string
  readonly taxesAmountCents: number
  readonly preciseTaxesAmountCents: string
  /** Percent. */
  readonly taxesRate: string
  readonly subTotalExcludingTaxesAmountCents: number
  readonly couponsAdjustmentAmountCents: number
  readonly preciseCouponsAdjustmentAmountCents: string
  readonly maxCreditableAmountCents: number
  readonly maxRefundableAmountCents: number
  readonly maxOffsettableAmountCents: number
  readonly items: readonly { readonly feeId: string; readonly amountCents: number }[]
  readonly appliedTaxes: readonly EstimatedTax[]
}

export interface EstimatedTax {
  readonly taxId: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Percent. */
  readonly rate: string
  readonly amountCents: number
  readonly feesAmountCents: number
}
