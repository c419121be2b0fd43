import type { Decimal } from '../money/decimal.js'
import type { FieldErrors } from '../result.js'
import { type CreditRate, roundsToZero, toppedUp } from './credits.js'

/** The most that a wallet may hold, whole minor units: sums of what comes and goes stay exact. */
export const MAX_WALLET_CENTS = 1_000_000_000_000_000

/** What a purchase may come to, whole minor units, both included; null where there is no bound. */
export interface TopUpBounds {
  readonly minAmountCents: number | null
  readonly maxAmountCents: number | null
}

export const NO_BOUNDS: TopUpBounds = { minAmountCents: null, maxAmountCents: null }

/** Credits that are asked for, null for none. */
export interface AskedCredits {
  readonly paidCredits: Decimal | null
  readonly grantedCredits: Decimal | null
}

/**
 * What is wrong with credits that are to be bought and given at a rate (wallet rules, section 1.1); nothing when all is well. Only what is
 * bought has bounds.
 * @param heldCents what the wallet has already
 */
export function topUpErrors(
  { paidCredits, grantedCredits }: AskedCredits,
  rate: CreditRate,
  bounds: TopUpBounds,
  heldCents: number,
): FieldErrors {
  const paid =
    paidCredits === null ? [] : [...amountCodes(paidCredits, rate, heldCents), ...boundCodes(paidCredits, rate, bounds)]
  const granted = grantedCredits === null ? [] : amountCodes(grantedCredits, rate, heldCents)
  return {
    ...(paid.length > 0 ? { paid_credits: paid } : {}),
    ...(granted.length > 0 ? { granted_credits: granted } : {}),
  }
}

function amountCodes(credits: Decimal, rate: CreditRate, heldCents: number): string[] {
  if (roundsToZero(credits, rate)) return ['amount_rounds_to_zero']
  return toppedUp(credits, rate).amountCents + heldCents > MAX_WALLET_CENTS ? ['value_is_out_of_range'] : []
}

function boundCodes(credits: Decimal, rate: CreditRate, { minAmountCents, maxAmountCents }: TopUpBounds): string[] {
  const { amountCents } = toppedUp(credits, rate)
  if (amountCents === 0) return []
  if (minAmountCents !== null && amountCents < minAmountCents) return ['amount_below_minimum']
  return maxAmountCents !== null && amountCents > maxAmountCents ? ['amount_above_maximum'] : []
}
