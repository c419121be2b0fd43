import type { Charge, ChargeFilter } from '../catalog.js'
import type { UsageSpan } from '../metering/aggregation.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import type { BucketUsage, CounterResult } from '../metering/counter.js'
import { bucketKey } from '../metering/divider.js'
import type { Bucket, Division } from '../metering/division.js'
import { ZERO } from '../money/decimal.js'
import { rateChargedUsage } from '../rating/advance.js'
import { type AdvanceLedger, startLedger } from '../rating/advance_ledger.js'
import { type RatedUsage, rateCharge } from '../rating/rate_charge.js'

/** Usage that makes one fee: one filter of a charge, or what matches none, and one group. */
export interface RatedBucket {
  readonly bucket: Bucket
  /** {@link bucketKey} of the bucket. */
  readonly key: string
  readonly filter: ChargeFilter | null
  /** The values that it is grouped by; empty where it is not. */
  readonly groupedBy: Readonly<Record<string, string | null>>
  /** What was counted, before the metric's rounding. */
  readonly counted: CounterResult
  readonly usage: RatedUsage
}

export interface RatingFrame {
  /** Of the plan. */
  readonly currency: string
  readonly span: UsageSpan
  /** The days of the window that are paid for, of those of the whole period: what prorated charges are weighed by. */
  readonly share: { readonly days: number; readonly periodDays: number }
  /**
   * Of a charge in advance: what each bucket has been charged, by its key. That is its amount then, whatever is there now. Null:
   * everything is priced as it stands.
   */
  readonly charged: ReadonlyMap<string, AdvanceLedger> | null
}

/**
 * Prices each bucket of a charge by the properties of its filter, or by the charge's own. Where nothing was used there is one
 * bucket of nothing, whose group values are all null, because a flat amount is due once for every filter, used or not (metering
 * rules, section 4). Takes the buckets as they come and keeps none, so that there may be any number of groups.
 * @param division whose buckets they are; its filters are the charge's, in their order
 */
export function* ratedBuckets(
  charge: Charge,
  division: Division,
  buckets: Iterable<BucketUsage>,
  frame: RatingFrame,
): Generator<RatedBucket> {
  const rate = (bucket: Bucket, usage: CounterResult): RatedBucket => {
    const key = bucketKey(bucket)
    return {
      bucket,
      key,
      filter: bucket.filter === null ? null : (charge.filters[bucket.filter] ?? null),
      groupedBy: namedGroup(division, bucket),
      counted: usage,
      usage: rated(charge, bucket, key, usage, frame),
    }
  }
  const used = new Set<number | null>()
  for (const { bucket, usage } of buckets) {
    used.add(bucket.filter)
    yield rate(bucket, usage)
  }
  for (const filter of [...division.filters.keys(), null]) {
    if (!used.has(filter)) yield rate(emptyBucket(division, filter), nothingOf(charge, frame))
  }
}

/** The properties that a bucket is priced by. */
export function propertiesOf(charge: Pick<Charge, 'properties' | 'filters'>, { filter }: Bucket): Charge['properties'] {
  return filter === null ? charge.properties : (charge.filters[filter]?.properties ?? charge.properties)
}

function rated(charge: Charge, bucket: Bucket, key: string, usage: CounterResult, frame: RatingFrame): RatedUsage {
  const { chargeModel, pricingUnit, metric } = charge
  const priced = { chargeModel, pricingUnit, currency: frame.currency, properties: propertiesOf(charge, bucket) }
  if (frame.charged !== null) {
    const advance = { ...priced, aggregation: metric.aggregationType }
    return rateChargedUsage(advance, metric, frame.charged.get(key) ?? startLedger(advance, null), usage)
  }
  const { roundingFunction, roundingPrecision } = metric
  return rateCharge({ ...priced, aggregate: usage, tally: usage.tally, roundingFunction, roundingPrecision })
}

/** The values that a bucket is grouped by, each with its key. */
export function namedGroup(division: Division, { filter, group }: Bucket): RatedBucket['groupedBy'] {
  return Object.fromEntries(groupKeysIn(division, filter).map((key, i) => [key, group[i] ?? null]))
}

function emptyBucket(division: Division, filter: number | null): Bucket {
  return { filter, group: groupKeysIn(division, filter).map(() => null) }
}

function groupKeysIn({ filters, rest }: Division, filter: number | null): readonly string[] {
  return filter === null ? rest.groupKeys : (filters[filter]?.groupKeys ?? [])
}

function nothingOf({ metric, prorated }: Charge, { span, share }: RatingFrame): CounterResult {
  const aggregation = aggregationOf(metric.aggregationType)
  const result = { ...aggregation.result(aggregation.start(), span), tally: null }
  return prorated ? { ...result, prorated: { units: ZERO, ...share } } : result
}
