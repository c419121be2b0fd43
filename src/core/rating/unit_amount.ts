import { type Decimal, ZERO } from '../money/decimal.js'

/** What one unit came to on average, unrounded; 0 without units. */
export function averageUnitAmount(amount: Decimal, units: Decimal): Decimal {
  return units.isZero() ? ZERO : amount.div(units)
}
