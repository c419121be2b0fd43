import type { Charge, Plan } from '../core/catalog.js'
import type { SupportedAggregationType } from '../core/metering/aggregations/registry.js'
import type { CounterDefinition } from '../core/metering/counter.js'
import type { EventWindow } from '../core/metering/window.js'
import { type RatedUsage, rateCharge } from '../core/rating/rate_charge.js'
import { chargeModelOf } from '../core/rating/registry.js'
import type { TimeWindow } from '../core/time/windows.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { UsageReader } from './command_context.js'

type Owner = Pick<SubscriptionRow, 'externalId' | 'startedAt' | 'startedAfterSeq' | 'endedAfterSeq'>

/**
 * The events that a stretch of a subscription holds. At a change of hands every event has one owner (metering rules,
 * section 1): the instant of a termination belongs to what ends, except for what arrived after a successor had started at
 * that same instant.
 */
export function eventWindow(owner: Owner, stretch: TimeWindow): EventWindow {
  const fromSeq = stretch.fromAt === owner.startedAt ? (owner.startedAfterSeq ?? -1) + 1 : 0
  const from = { at: stretch.fromAt * 1000, seq: fromSeq }
  const end = stretch.toAt * 1000
  if (!stretch.toInclusive) return { from, to: { at: end, seq: 0 } }
  return {
    from,
    to: owner.endedAfterSeq === null ? { at: end + 1, seq: 0 } : { at: end, seq: owner.endedAfterSeq + 1 },
  }
}

/** The usage of one charge in one stretch, priced. Reads the running counter. */
export function ratedUsage(
  usage: UsageReader,
  plan: Pick<Plan, 'currency'>,
  charge: Charge,
  owner: Owner,
  stretch: TimeWindow,
): RatedUsage {
  const { definition, tally } = counterOf(charge, owner, stretch)
  const aggregate = usage.read(definition, tally)
  return rateCharge({
    chargeModel: charge.chargeModel,
    properties: charge.properties,
    aggregate,
    tally: aggregate.tally,
    roundingFunction: charge.metric.roundingFunction,
    roundingPrecision: charge.metric.roundingPrecision,
    currency: plan.currency,
  })
}

/** Which running counter a charge is billed from. */
function counterOf(charge: Charge, owner: Owner, stretch: TimeWindow) {
  const model = chargeModelOf(charge.chargeModel)
  if (model === undefined) throw new Error(`charge ${charge.id} has a model that nothing prices`)
  const { metric } = charge
  const tally = model.tally(charge.properties, metric.aggregationType)
  const definition: CounterDefinition = {
    externalSubscriptionId: owner.externalId,
    code: metric.code,
    aggregation: metric.aggregationType as SupportedAggregationType,
    fieldName: metric.fieldName,
    window: eventWindow(owner, stretch),
    tallyKey: tally?.key ?? null,
  }
  return { definition, tally }
}
