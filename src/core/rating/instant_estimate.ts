import type { BillableMetric, ChargeModelName } from '../catalog.js'
import type { JsonState, MemberSet, MeteredEvent } from '../metering/aggregation.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import { roundAggregate } from '../metering/metric_rounding.js'
import { ZERO } from '../money/decimal.js'
import { billedAmount, type ChargeMoney } from './billed_amount.js'
import type { RatedUsage } from './rate_charge.js'
import { chargeModelOf } from './registry.js'
import { averageUnitAmount } from './unit_amount.js'

export interface InstantCharge extends ChargeMoney {
  readonly chargeModel: ChargeModelName
  /** Of the bucket that the event falls into. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly metric: Pick<BillableMetric, 'aggregationType' | 'fieldName' | 'roundingFunction' | 'roundingPrecision'>
}

/** Whether an event of such a charge has a price by itself. */
export const canEstimateInstantly = (chargeModel: ChargeModelName): boolean =>
  chargeModelOf(chargeModel).instantAmount !== undefined

/**
 * What an event costs by itself, with no history and nothing free (metering rules, section 7). Its units are what it would come to
 * alone, rounded by the metric: the number it carries, 1 of a count or for a value, 0 when the property is missing. Units
 * below 0 are nothing at all. Throws for a charge model that {@link canEstimateInstantly} denies.
 */
export function estimateInstantly(charge: InstantCharge, event: MeteredEvent): RatedUsage {
  const { instantAmount } = chargeModelOf(charge.chargeModel)
  if (instantAmount === undefined) throw new Error(`no single event of charge model ${charge.chargeModel} has a price`)
  const rounded = roundAggregate(unitsAlone(charge.metric, event), charge.metric)
  const isNothing = rounded.lt(0)
  const units = isNothing ? ZERO : rounded
  const amount = isNothing ? ZERO : instantAmount(charge.properties, units)
  return {
    units,
    totalAggregatedUnits: units,
    eventsCount: 1,
    ...billedAmount(amount, averageUnitAmount(amount, units), charge),
    details: {},
  }
}

/** A set that nothing is in yet, and that is forgotten. */
const NO_MEMBERS: MemberSet<JsonState> = { get: () => undefined, set: () => undefined }

function unitsAlone({ aggregationType, fieldName }: InstantCharge['metric'], event: MeteredEvent) {
  const aggregation = aggregationOf(aggregationType)
  const state = aggregation.fold(aggregation.start(), event, fieldName, NO_MEMBERS)
  return aggregation.result(state, { toAt: event.at, periodLength: 1 }).units
}
