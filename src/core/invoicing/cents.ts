import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'

/**
 * Half up (ties away from zero) to a whole number of minor units. A result beyond `Number.MAX_SAFE_INTEGER` is not exact and
 * no safe integer: the postconditions refuse the invoice that holds it, so this does not throw.
 */
export function roundToCents(cents: Decimal): number {
  return roundHalfUp(cents, 0).toNumber()
}

/** Toward zero: what the rules call "cut to an integer". */
export function cutToCents(cents: Decimal): number {
  return cents.toDecimalPlaces(0, Decimal.ROUND_DOWN).toNumber()
}

/** The exact sum, converted once, so that no partial sum can lose a cent unseen. */
export function sumCents(amounts: Iterable<number>): number {
  let sum = ZERO
  for (const amount of amounts) sum = sum.plus(amount)
  return sum.toNumber()
}
