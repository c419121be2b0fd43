import type { AggregationType } from '../../catalog.js'
import type { Aggregation } from '../aggregation.js'
import { count } from './count.js'
import { latest } from './latest.js'
import { max } from './max.js'
import { sum } from './sum.js'
import { uniqueCount } from './unique_count.js'
import { weightedSum } from './weighted_sum.js'

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
