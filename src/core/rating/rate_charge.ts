import { roundAggregate } from '../metering/metric_rounding.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { amountOf, type BilledAmount, billedAmount } from './billed_amount.js'
import { type ChargeUsage, explainRating } from './rating_steps.js'

/** The usage of a charge in one window, priced. */
export interface RatedUsage extends BilledAmount {
  /** After the metric's rounding, never negative. */
  readonly units: Decimal
  /** The level that a weighted sum ends with, of all others the units; rounded as they are, never negative. */
  readonly totalAggregatedUnits: Decimal
  readonly eventsCount: number
  /** `amount_details` of the API. */
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * Prices the usage of one fee: one charge, one filter, one group (metering rules, "From result to fee" 1 to 4). Usage or a
 * price below 0 is nothing at all, no flat amount either; only the number of events stays.
 *
 * In a charge that has a pricing unit all prices are in that unit, also those that events of a dynamic charge carry: these are
 * hundredths of it.
 */
export function rateCharge(usage: ChargeUsage): RatedUsage {
  const { units, rating, billing } = explainRating(usage)
  const { eventsCount, totalAggregatedUnits } = usage.aggregate
  if (rating === null || billing === null) {
    return {
      units: ZERO,
      totalAggregatedUnits: ZERO,
      eventsCount,
      ...billedAmount(ZERO, ZERO, usage),
      details: {},
    }
  }
  return {
    units,
    totalAggregatedUnits: Decimal.max(ZERO, roundAggregate(totalAggregatedUnits, usage)),
    eventsCount,
    ...amountOf(billing),
    details: rating.details,
  }
}
