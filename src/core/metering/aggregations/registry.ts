import type { AggregationType } from '../../catalog.js'
import type { Aggregation } from '../aggregation.js'
import type { Held } from '../held.js'
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

/** The aggregation of units that are held: weighed by days or by time, from the start of a window on. */
export function heldAggregationOf(type: AggregationType, held: Held | undefined): Aggregation {
  if (held === undefined) return aggregationOf(type)
  if (held.kind === 'time') return weightedSumFrom(held.fromAt)
  const made = type === 'sum_agg' ? heldSum(held) : type === 'unique_count_agg' ? heldUniqueCount(held) : null
  if (made === null) throw new Error(`${type} is not held by days`)
  return made as Aggregation
}
