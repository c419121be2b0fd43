import type { ChargeModelName, RoundingFunction } from '../catalog.js'
import type { Aggregate, JsonState } from '../metering/aggregation.js'
import { roundAggregate } from '../metering/metric_rounding.js'
import { type Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp, toCents } from '../money/rounding.js'
import { chargeModelOf } from './registry.js'

/** Decimals that the price of one unit is kept with. */
const UNIT_AMOUNT_DECIMALS = 15

export interface ChargeUsage {
  readonly chargeModel: ChargeModelName
  /** As the model's `parseProperties` gave them. */
  readonly properties: Readonly<Record<string, unknown>>
  /** Before the metric's rounding. */
  readonly aggregate: Aggregate
  /** The state of the model's tally over the same events; null when it asks for none. */
  readonly tally: JsonState | null
  readonly roundingFunction: RoundingFunction | null
  readonly roundingPrecision: number | null
  /** Of the plan. */
  readonly currency: string
}

/** The usage of a charge in one window, priced. */
export interface RatedUsage {
  /** After the metric's rounding, never negative. */
  readonly units: Decimal
  readonly eventsCount: number
  /** Whole minor units, rounded once, half up. May exceed 2^53. */
  readonly amountCents: Decimal
  /** Currency units, unrounded. */
  readonly preciseAmount: Decimal
  /** Currency units for one unit on average, half up to 15 decimals; 0 without units. */
  readonly unitAmount: Decimal
  /** `amount_details` of the API. */
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * Prices the usage of one fee: one charge, one filter, one group (metering rules, "From result to fee" 1 to 3). Usage or a
 * price below 0 is nothing at all, no flat amount either; only the number of events stays. Throws for a charge model that cannot
 * be priced, which no charge is made with.
 */
export function rateCharge(usage: ChargeUsage): RatedUsage {
  const model = chargeModelOf(usage.chargeModel)
  if (model === undefined) throw new Error(`charge model ${usage.chargeModel} cannot be priced`)
  const { units: exactUnits, eventsCount } = usage.aggregate
  const units = roundAggregate(exactUnits, usage)
  if (units.isNegative() && !units.isZero()) return nothing(eventsCount)
  const rating = model.rate(usage.properties, { units, exactUnits, eventsCount, tally: usage.tally })
  if (rating.amount.lt(0)) return nothing(eventsCount)
  return {
    units,
    eventsCount,
    amountCents: toCents(rating.amount, usage.currency),
    preciseAmount: rating.amount,
    unitAmount: roundHalfUp(rating.unitAmount, UNIT_AMOUNT_DECIMALS),
    details: rating.details,
  }
}

function nothing(eventsCount: number): RatedUsage {
  return { units: ZERO, eventsCount, amountCents: ZERO, preciseAmount: ZERO, unitAmount: ZERO, details: {} }
}
