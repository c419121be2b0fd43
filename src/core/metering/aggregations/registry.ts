import type { AggregationType } from '../../catalog.js'
import type { Aggregation } from '../aggregation.js'
import { count } from './count.js'
import { latest } from './latest.js'
import { max } from './max.js'
import { sum } from './sum.js'
import { uniqueCount } from './unique_count.js'

/** Every aggregation that can be measured. A type that is missing here is refused when a metric is made. */
export const AGGREGATIONS = {
  count_agg: count,
  sum_agg: sum,
  max_agg: max,
  latest_agg: latest,
  unique_count_agg: uniqueCount,
} as const satisfies Partial<Record<AggregationType, Aggregation>>

export type SupportedAggregationType = keyof typeof AGGREGATIONS

/** Undefined for a type that cannot be measured. */
export function aggregationOf(type: AggregationType): Aggregation | undefined {
  const aggregations: Partial<Record<AggregationType, Aggregation>> = AGGREGATIONS
  return aggregations[type]
}
