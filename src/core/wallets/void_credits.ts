import type { Decimal } from '../money/decimal.js'
import { invalid, ok, type Result } from '../result.js'
import { type Credited, type CreditRate, creditsOf, roundsToZero, takenAway, type WalletBalance } from './credits.js'

/** Credits that are made void. */
export interface VoidedCredits {
  readonly credited: Credited
  /** The inbound transaction that they are taken of; null for whichever is used first. */
  readonly inboundId: string | null
}

/**
 * What a void takes of a wallet (wallet rules, sections 1.1 and 1.4), null for nothing: so many credits of all that it holds or of one inbound
 * transaction, or the whole of what is left of that.
 * @param asked null where no credits are named
 * @param aimed the inbound transaction that is meant
 */
export function voidOf(
  asked: Decimal | null,
  aimed: { readonly id: string; readonly remainingCents: number } | null,
  rate: CreditRate,
  balance: WalletBalance,
): Result<VoidedCredits | null> {
  if (asked?.isZero()) return ok(null)
  if (aimed?.remainingCents === 0) return invalid({ voided_transaction_id: ['no_remaining_amount'] })
  if (asked === null) {
    if (aimed === null) return ok(null)
    const { id: inboundId, remainingCents: amountCents } = aimed
    return ok({ credited: { amountCents, creditAmount: creditsOf(amountCents, rate) }, inboundId })
  }
  if (roundsToZero(asked, rate)) return invalid({ voided_credits: ['amount_rounds_to_zero'] })
  const taken = takenAway(asked, rate)
  if (aimed !== null) {
    if (taken.amountCents > aimed.remainingCents) {
      return invalid({ amount_cents: ['exceeds_remaining_transaction_amount'] })
    }
    return ok({ credited: taken, inboundId: aimed.id })
  }
  if (taken.creditAmount.gt(balance.creditsBalance)) return invalid({ voided_credits: ['insufficient_credits'] })
  // Rounding may ask for half a minor unit that is not there.
  const amountCents = Math.min(taken.amountCents, balance.balanceCents)
  return ok({ credited: { ...taken, amountCents }, inboundId: null })
}
