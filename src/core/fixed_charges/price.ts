import type { FixedCharge } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { chargeModelOf } from '../rating/registry.js'
import type { UnitsForDays } from './units_history.js'

/** Decimals that the units of each entry are prorated to (recurring rules, section 11). */
const PRORATED_DECIMALS = 6

type Priced = Pick<FixedCharge, 'chargeModel' | 'properties'>

/** A price in currency units, unrounded, and what the model says of it. */
export interface FixedPrice {
  readonly amount: Decimal
  readonly details: Readonly<Record<string, unknown>>
}

/** What units cost for a whole period. */
export function wholePrice(charge: Priced, units: Decimal): FixedPrice {
  const usage = { units, exactUnits: units, eventsCount: 0, tally: null, moneyExponent: 0 }
  return chargeModelOf(charge.chargeModel).rate(charge.properties, usage)
}

/** Units weighed by the days that they are held, each entry rounded by itself. */
export function proratedUnits(held: readonly UnitsForDays[], periodDays: number): Decimal {
  return held.reduce(
    (sum, { units, days }) => sum.plus(roundHalfUp(units.times(days).div(periodDays), PRORATED_DECIMALS)),
    ZERO,
  )
}

/**
 * What prorated units cost: the tier is that of the final units, whose price by unit is weighed like the units; flat amounts are due
 * whole (recurring rules, section 10).
 */
export function proratedPrice(charge: Priced, finalUnits: Decimal, prorated: Decimal): FixedPrice {
  const { amount, details } = wholePrice(charge, finalUnits)
  const flat = flatAmount(charge, finalUnits)
  // Without final units those that were held cost what the first one does.
  const base = finalUnits.isZero() ? new Decimal(1) : finalUnits
  const byUnit = finalUnits.isZero()
    ? wholePrice(charge, base).amount.minus(flatAmount(charge, base))
    : amount.minus(flat)
  return { amount: byUnit.times(prorated).div(base).plus(flat), details }
}

const flatAmount = ({ chargeModel, properties }: Priced, units: Decimal): Decimal =>
  chargeModelOf(chargeModel).flatAmount?.(properties, units) ?? ZERO
