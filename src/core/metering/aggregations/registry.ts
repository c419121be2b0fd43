import type { AggregationType } from '../../catalog.js'
import type { Aggregation } from '../aggregation.js'
import type { Held, HeldDays } from '../held.js'
import { count } from './count.js'
import { heldSum } from './held_sum.js'
import { heldUniqueCount } from './held_unique_count.js'
import { latest } from './latest.js'
import { max } from './max.js'
import { sum } from './sum.js'
import { uniqueCount } from './unique_count.js'
import { weightedSum, weightedSumFrom } from './weighted_sum.js'

/** Every aggregation, by its name in the API. */
export const AGGREGATIONS = {
  count_agg: count,
  sum_agg: sum,
  max_agg: max,
  latest_agg: latest,
  unique_count_agg: uniqueCount,
  weighted_sum_agg: weightedSum,
} as const satisfies Record<AggregationType, Aggregation>

export const aggregationOf = (type: AggregationType): Aggregation => AGGREGATIONS[type]

/** Those whose units can be paid by the days on which they are held. */
const HELD_BY_DAYS: Partial<Record<AggregationType, (held: HeldDays) => Aggregation>> = {
  sum_agg: heldSum as (held: HeldDays) => Aggregation,
  unique_count_agg: heldUniqueCount as (held: HeldDays) => Aggregation,
}

/** The aggregation of units that are held: weighed by days or by time, from the start of a window on. */
export function heldAggregationOf(type: AggregationType, held: Held | undefined): Aggregation {
  if (held === undefined) return aggregationOf(type)
  if (held.kind === 'time') return weightedSumFrom(held.fromAt)
  const made = HELD_BY_DAYS[type]?.(held)
  if (made === undefined) throw new Error(`${type} is not held by days`)
  return made
}
