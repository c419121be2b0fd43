import { exponentOf } from './currencies.js'
import { Decimal, ZERO } from './decimal.js'

/** Rounds to `places` decimals (whole, not negative), ties away from zero. Never gives a negative zero. */
export function roundHalfUp(value: Decimal, places: number): Decimal {
  const rounded = value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP)
  return rounded.isZero() ? ZERO : rounded
}

/**
 * Whole minor units of an amount in currency units, half up (metering rules, "From result to fee" 2): 37.5 JPY are 38, 0.335
 * EUR are 34. A decimal, because a price times bounded usage may still exceed 2^53.
 */
export function toCents(amountInUnits: Decimal, currency: string): Decimal {
  return roundHalfUp(amountInUnits.times(Decimal.pow(10, exponentOf(currency))), 0)
}

/** Currency units of an amount in minor units, exactly: 1 fils is 0.001 BHD. */
export function centsToUnits(cents: Decimal, currency: string): Decimal {
  return cents.div(Decimal.pow(10, exponentOf(currency)))
}
