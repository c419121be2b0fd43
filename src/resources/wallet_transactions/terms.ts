import { Decimal } from '../../core/money/decimal.js'
import type { AskedCredits } from '../../core/wallets/top_up.js'
import type { SentChoice } from '../custom_sections/terms.js'
import type { MetadataPair } from './table.js'

/** What comes into a wallet and leaves it by one request. Credits are decimal text. */
export interface MovementInput {
  readonly paid_credits?: string | null | undefined
  readonly granted_credits?: string | null | undefined
  readonly voided_credits?: string | null | undefined
  /** The inbound transaction that is voided, whole where no credits are named. */
  readonly voided_transaction_id?: string | null | undefined
  readonly name?: string | null | undefined
  readonly priority?: number | null | undefined
  readonly metadata?: readonly MetadataPair[] | null | undefined
  /** Null and absent: as the wallet has it. */
  readonly invoice_requires_successful_payment?: boolean | null | undefined
  readonly ignore_paid_top_up_limits?: boolean | null | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly invoice_custom_section?: SentChoice | null | undefined
}

/** Credits as a request sends them, null for none. */
export const creditsSent = (sent: string | null | undefined): Decimal | null =>
  sent == null ? null : new Decimal(sent)

/** What a request wants to buy and to be given. */
export const askedCredits = (sent: Pick<MovementInput, 'paid_credits' | 'granted_credits'>): AskedCredits => ({
  paidCredits: creditsSent(sent.paid_credits),
  grantedCredits: creditsSent(sent.granted_credits),
})
