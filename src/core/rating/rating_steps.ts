import type { ChargeModelName, RoundingFunction } from '../catalog.js'
import type { Aggregate, JsonState, ProratedUnits } from '../metering/aggregation.js'
import { roundAggregate } from '../metering/metric_rounding.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { type BillingSteps, billingSteps, type ChargeMoney, moneyExponentOf } from './billed_amount.js'
import type { Rating } from './charge_model.js'
import { chargeModelOf } from './registry.js'

export interface ChargeUsage extends ChargeMoney {
  readonly chargeModel: ChargeModelName
  /** As the model's `parseProperties` gave them. */
  readonly properties: Readonly<Record<string, unknown>>
  /** Before the metric's rounding. */
  readonly aggregate: Aggregate
  /** The state of the model's tally over the same events; null when it asks for none. */
  readonly tally: JsonState | null
  readonly roundingFunction: RoundingFunction | null
  /** Decimal places; null counts as 0. */
  readonly roundingPrecision: number | null
}

/** How a fee came about, step by step. The fee itself is made of these. */
export interface RatingSteps {
  /** What was measured. */
  readonly exactUnits: Decimal
  /** How the metric rounds it; null: not at all. */
  readonly rounding: { readonly function: RoundingFunction; readonly precision: number } | null
  /** What that left, and what is priced. May be below 0. */
  readonly units: Decimal
  /** The units by the days on which they were held, rounded as they are, where that is what is priced. */
  readonly prorated?: Decimal
  /** What the charge model made of it, in the money of the charge; null when units below 0 were not even priced. */
  readonly rating: Rating | null
  /** Units or a price below 0 are nothing at all (metering rules, "From result to fee" 1): then no money is due. */
  readonly belowZero: 'units' | 'amount' | null
  /** How the price was rounded, and converted from a pricing unit; null when no money is due. */
  readonly billing: BillingSteps | null
}

/** Prices the usage of one fee and tells every step of it. */
export function explainRating(usage: ChargeUsage): RatingSteps {
  const { units: exactUnits, eventsCount } = usage.aggregate
  const { roundingFunction, roundingPrecision, tally } = usage
  const units = roundAggregate(exactUnits, usage)
  const measured = {
    exactUnits,
    rounding: roundingFunction && { function: roundingFunction, precision: roundingPrecision ?? 0 },
    units,
  }
  const { prorated } = usage.aggregate
  if (prorated !== undefined) return proratedSteps(usage, prorated, measured)
  if (units.lt(0)) return { ...measured, rating: null, belowZero: 'units', billing: null }
  const ratable = { units, exactUnits, eventsCount, tally, moneyExponent: moneyExponentOf(usage) }
  const rating = chargeModelOf(usage.chargeModel).rate(usage.properties, ratable)
  if (rating.amount.lt(0)) return { ...measured, rating, belowZero: 'amount', billing: null }
  return { ...measured, rating, belowZero: null, billing: billingSteps(rating.amount, rating.unitAmount, usage) }
}

/** Units are shown as there are any, and cost what they are worth by the days on which they were held. */
function proratedSteps(
  usage: ChargeUsage,
  prorated: ProratedUnits,
  measured: Pick<RatingSteps, 'exactUnits' | 'rounding' | 'units'>,
): RatingSteps {
  const units = Decimal.max(ZERO, measured.units)
  const { eventsCount } = usage.aggregate
  const ratable = { units, exactUnits: units, eventsCount, tally: usage.tally, moneyExponent: moneyExponentOf(usage) }
  const held = { ...prorated, units: roundAggregate(prorated.units, usage) }
  const rating = chargeModelOf(usage.chargeModel).rateProrated?.(usage.properties, ratable, held)
  if (rating === undefined) throw new Error(`a ${usage.chargeModel} charge is not prorated`)
  const billing = billingSteps(rating.amount, rating.unitAmount, usage)
  return { ...measured, units, rating, prorated: held.units, belowZero: null, billing }
}
