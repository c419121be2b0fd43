import type { FixedCharge } from '../catalog.js'
import type { FixedBasis } from '../explanation/fee_basis.js'
import { roundToCents } from '../invoicing/cents.js'
import { exponentOf } from '../money/currencies.js'
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
export function weighedUnits(held: readonly UnitsForDays[], periodDays: number): Decimal {
  return held.reduce(
    (sum, { units, days }) => sum.plus(roundHalfUp(units.times(days).div(periodDays), PRORATED_DECIMALS)),
    ZERO,
  )
}

/**
 * What prorated units cost: the tier is that of the final units, whose price by unit is weighed like the units; flat amounts are due
 * whole (recurring rules, section 10).
 */
function proratedPrice(charge: Priced, finalUnits: Decimal, prorated: Decimal): FixedPrice {
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

/** The units of a fixed charge in a window, and what they come to. */
export interface PricedUnits {
  /** Those that are billed: of a change the ones beyond what is paid. */
  readonly units: Decimal
  /** Those weighed by their days, where the charge is prorated. */
  readonly weighed: Decimal | null
  readonly price: FixedPrice
  /** The price in minor units, unrounded, and what is left of it rounded beside what the plan before was paid. Never below 0. */
  readonly grossCents: Decimal
  readonly amountCents: number
}

/**
 * Prices what a fee keeps as its basis (recurring rules, section 10): without proration the units that were decided last, in full; with
 * it those of each day. Of units that were changed within a period that is paid in advance, what all of them cost beyond those that are
 * paid: nothing comes back for fewer.
 */
export function pricedUnits(basis: FixedBasis, currency: string): PricedUnits {
  const held = basis.held.map(({ units, days }) => ({ units: new Decimal(units), days }))
  const last = held.at(-1) ?? { units: ZERO, days: 0 }
  const paid = basis.paidUnits === null ? null : new Decimal(basis.paidUnits)
  const units = Decimal.max(ZERO, last.units.minus(paid ?? ZERO))
  const counted = paid === null ? held : [{ units, days: last.days }]
  const weighed = basis.prorated ? weighedUnits(counted, basis.periodDays) : null
  const price = paid === null ? periodPrice(basis, units, weighed) : changePrice(basis, paid, units, weighed)
  const grossCents = price.amount.times(Decimal.pow(10, exponentOf(currency)))
  return { units, weighed, price, grossCents, amountCents: Math.max(0, roundToCents(grossCents) - basis.paidCents) }
}

const periodPrice = (basis: Priced, units: Decimal, weighed: Decimal | null): FixedPrice =>
  weighed === null ? wholePrice(basis, units) : proratedPrice(basis, units, weighed)

function changePrice(basis: Priced, paid: Decimal, more: Decimal, weighed: Decimal | null): FixedPrice {
  if (more.isZero()) return { amount: ZERO, details: {} }
  const whole = wholePrice(basis, paid.plus(more)).amount.minus(wholePrice(basis, paid).amount)
  const amount = weighed === null ? whole : whole.times(weighed).div(more)
  return { amount: Decimal.max(ZERO, amount), details: {} }
}
