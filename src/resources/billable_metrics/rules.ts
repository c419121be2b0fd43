import type { AggregationType } from '../../core/catalog.js'
import { aggregationOf } from '../../core/metering/aggregations/registry.js'
import { parseExpression } from '../../core/metering/expression/parse.js'
import type { FieldErrors } from '../../core/result.js'
import type { MetricInput } from './schema.js'
import type { BillableMetricRow } from './table.js'

export type NewMetricRow = Omit<BillableMetricRow, 'seq'>

/** The metric with what was sent: absent fields stay, null takes away. */
export function changedMetric(row: NewMetricRow, sent: MetricInput): NewMetricRow {
  const aggregationType = sent.aggregation_type ?? row.aggregationType
  const fieldName = sent.field_name === undefined ? row.fieldName : sent.field_name
  return {
    ...row,
    name: sent.name ?? row.name,
    code: sent.code ?? row.code,
    description: sent.description === undefined ? row.description : sent.description,
    aggregationType,
    fieldName: aggregationOf(aggregationType).needsField ? fieldName : null,
    recurring: sent.recurring ?? row.recurring,
    roundingFunction: sent.rounding_function === undefined ? row.roundingFunction : sent.rounding_function,
    roundingPrecision: sent.rounding_precision === undefined ? row.roundingPrecision : sent.rounding_precision,
    weightedInterval: sent.weighted_interval === undefined ? row.weightedInterval : sent.weighted_interval,
    expression: sent.expression === undefined ? row.expression : sent.expression,
    filters: sent.filters === undefined ? row.filters : (sent.filters ?? []),
  }
}

export interface MetricTerms {
  readonly aggregationType: AggregationType
  readonly fieldName: string | null
  readonly recurring: boolean
  readonly weightedInterval: string | null
  readonly expression: string | null
}

/** What a metric's parts demand of one another (metering rules, section 2). */
export function combinationErrors(terms: MetricTerms): FieldErrors {
  const { aggregationType, fieldName, recurring, weightedInterval, expression } = terms
  const aggregation = aggregationOf(aggregationType)
  const errors: FieldErrors = {}
  if (aggregation.needsField && fieldName === null) errors.field_name = ['value_is_mandatory']
  if (aggregation.weighted && weightedInterval === null) errors.weighted_interval = ['value_is_invalid']
  if (recurring && !aggregation.supportsRecurring) errors.recurring = ['not_compatible_with_aggregation_type']
  if (expression !== null && !parseExpression(expression).ok) errors.expression = ['invalid_expression']
  return errors
}
