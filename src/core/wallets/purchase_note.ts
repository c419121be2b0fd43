import type { CreditNoteSplit } from '../invoicing/credit_note.js'
import { invalid, notAllowed, ok, type Result } from '../result.js'

/** Credits that were bought, as far as their invoice's credit notes look at them. */
export interface BoughtCredits {
  readonly isSettled: boolean
  /** What their wallet still holds of them, whole minor units. */
  readonly remainingCents: number
  readonly isWalletActive: boolean
}

/**
 * Whether a note may give back of the invoice for bought credits (invoicing rules, section 5): what is not paid is taken off whole, and the
 * credits never come; of what is paid no more than the wallet still holds is paid back.
 * @param invoiceTotalCents whole minor units
 */
export function purchaseNote(asked: CreditNoteSplit, bought: BoughtCredits, invoiceTotalCents: number): Result<null> {
  if (bought.isSettled && !bought.isWalletActive) return notAllowed('invalid_type_or_status')
  if (asked.creditAmountCents > 0) return invalid({ credit_amount_cents: ['cannot_credit_invoice'] })
  if (bought.isSettled) {
    const isTooMuch = asked.refundAmountCents > bought.remainingCents
    return isTooMuch ? invalid({ amount_cents: ['higher_than_wallet_balance'] }) : ok(null)
  }
  if (asked.refundAmountCents > 0) return invalid({ refund_amount_cents: ['cannot_refund_unpaid_invoice'] })
  const isWhole = asked.offsetAmountCents === invoiceTotalCents
  return isWhole ? ok(null) : invalid({ offset_amount_cents: ['not_equal_to_total_amount'] })
}
