import type { BillableMetric, Charge } from '../catalog.js'
import type { JsonState, MemberSet, MeteredEvent, UsageSpan } from '../metering/aggregation.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import type { Bucket } from '../metering/division.js'
import { propertyText } from '../metering/property.js'
import type { Decimal } from '../money/decimal.js'
import { rateEvent } from '../rating/advance.js'
import { type AdvanceCharge, type AdvanceLedger, startLedger, type UsageState } from '../rating/advance_ledger.js'
import type { RatedUsage } from '../rating/rate_charge.js'
import { propertiesOf } from './rated_buckets.js'

/** How far one bucket of a charge in advance has come in one period. Plain JSON. */
export interface AdvanceBucket {
  /** The metric's aggregation over all events that were taken up. */
  readonly aggregate: JsonState
  readonly ledger: AdvanceLedger
}

export interface TakenEvent {
  readonly state: AdvanceBucket
  /** Null for an event that makes none. */
  readonly fee: RatedUsage | null
}

/** What of a charge its event-by-event prices depend on. */
type Charged = Pick<Charge, 'chargeModel' | 'properties' | 'filters' | 'pricingUnit' | 'createdAt'> & {
  readonly metric: Pick<BillableMetric, 'aggregationType' | 'fieldName'>
}

/** Only aggregations that weigh by time look at it, and none of them is charged in advance. */
const TIMELESS: UsageSpan = { toAt: 0, periodLength: 1 }

/** A charge in advance as one of its buckets is priced. */
export function advanceChargeOf(charge: Charged, bucket: Bucket, currency: string): AdvanceCharge {
  return {
    chargeModel: charge.chargeModel,
    properties: propertiesOf(charge, bucket),
    aggregation: charge.metric.aggregationType,
    currency,
    pricingUnit: charge.pricingUnit,
  }
}

export function startBucket(charge: Charged, advance: AdvanceCharge): AdvanceBucket {
  const aggregation = aggregationOf(charge.metric.aggregationType)
  return { aggregate: aggregation.start(), ledger: startLedger(advance, null) }
}

/**
 * Takes up the event of a bucket that was received next. It makes a fee unless it lacks the property that the metric aggregates
 * (recurring rules, section 5), or was received before there was the charge: then it only counts as used.
 */
export function takeUp(
  charge: Charged,
  advance: AdvanceCharge,
  before: AdvanceBucket,
  event: MeteredEvent & { readonly createdAt: number },
  members: MemberSet<JsonState>,
): TakenEvent {
  const { aggregationType, fieldName } = charge.metric
  const aggregation = aggregationOf(aggregationType)
  const aggregate = aggregation.fold(before.aggregate, event, fieldName, members)
  if (event.createdAt < charge.createdAt || lacksProperty(charge, event)) {
    return { state: { ...before, aggregate }, fee: null }
  }
  const usage = (state: JsonState): UsageState => ({ ...aggregation.result(state, TIMELESS), tally: null })
  const step = { event, before: usage(before.aggregate), after: usage(aggregate) }
  const { fee, ledger } = rateEvent(advance, before.ledger, step)
  return { state: { aggregate, ledger }, fee }
}

function lacksProperty({ metric }: Charged, { properties }: MeteredEvent): boolean {
  if (!aggregationOf(metric.aggregationType).needsField || metric.fieldName === null) return false
  const text = propertyText(properties, metric.fieldName)
  return text === null || text === ''
}

/** After a fee that was made at another price than the one that is reckoned now: by the amount that was really asked. */
export function askedInstead(before: AdvanceBucket | null, after: AdvanceBucket, amount: Decimal): AdvanceBucket {
  return { ...after, ledger: { ...after.ledger, amount: amount.plus(before?.ledger.amount ?? 0).toFixed() } }
}
