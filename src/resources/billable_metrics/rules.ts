import type { AggregationType } from '../../core/catalog.js'
import { aggregationOf } from '../../core/metering/aggregations/registry.js'
import { parseExpression } from '../../core/metering/expression/parse.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
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
    fieldName: needsField(aggregationType) ? fieldName : null,
    recurring: sent.recurring ?? row.recurring,
    roundingFunction: sent.rounding_function === undefined ? row.roundingFunction : sent.rounding_function,
    roundingPrecision: sent.rounding_precision === undefined ? row.roundingPrecision : sent.rounding_precision,
    weightedInterval: sent.weighted_interval === undefined ? row.weightedInterval : sent.weighted_interval,
    expression: sent.expression === undefined ? row.expression : sent.expression,
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
  if (needsField(aggregationType) && fieldName === null) errors.field_name = ['value_is_mandatory']
  // What cannot be measured from events alone weighs them by time, and has to say in which unit.
  if (aggregation === undefined && weightedInterval === null) errors.weighted_interval = ['value_is_invalid']
  if (recurring && aggregation?.supportsRecurring === false) {
    errors.recurring = ['not_compatible_with_aggregation_type']
  }
  if (expression !== null && !parseExpression(expression).ok) errors.expression = ['invalid_expression']
  return errors
}

/** Refuses what is sound but would be billed wrongly, because nothing measures it. */
export function refuseUnavailable(row: NewMetricRow, sent: Pick<MetricInput, 'filters'>): Result<null> {
  const errors: FieldErrors = {}
  if (aggregationOf(row.aggregationType) === undefined) errors.aggregation_type = ['feature_unavailable']
  if (row.recurring) errors.recurring = ['feature_unavailable']
  if ((sent.filters ?? []).length > 0) errors.filters = ['feature_unavailable']
  return Object.keys(errors).length === 0 ? ok(null) : invalid(errors)
}

const needsField = (type: AggregationType): boolean => aggregationOf(type)?.needsField ?? true
