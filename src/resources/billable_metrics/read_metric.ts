import { type Failure, type FieldErrors, failed, invalid, ok, type Result } from '../../core/result.js'
import type { Json } from '../../http/body.js'
import { mergeErrors, validate } from '../../http/validate.js'
import { changedMetric, combinationErrors, type NewMetricRow } from './rules.js'
import { createMetric, relatedParts, updateMetric, updateMetricInPlan } from './schema.js'
import type { BillableMetricRow } from './table.js'

/** What a new metric has that no request says. */
export interface NewMetric {
  readonly id: string
  readonly organizationId: string
  readonly now: number
}

/** The metric that a request describes. All that is wrong with it is told at once. */
export function readNewMetric(sent: Json, { id, organizationId, now }: NewMetric): Result<NewMetricRow> {
  const input = validate(createMetric, sent)
  const related = relatedErrors(sent)
  if (!input.ok) return failed(withErrors(input.failure, related))
  if (Object.keys(related).length > 0) return invalid(related)
  const { name, code, aggregation_type: aggregationType } = input.value
  const base: NewMetricRow = {
    id,
    organizationId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    code,
    name,
    description: null,
    aggregationType,
    fieldName: null,
    recurring: false,
    roundingFunction: null,
    roundingPrecision: null,
    weightedInterval: null,
    expression: null,
    filters: [],
  }
  return ok(changedMetric(base, input.value))
}

/** The metric as a request changes it. Of one that plans charge for, only names change; the rest is passed over. */
export function readChangedMetric(
  sent: Json,
  row: BillableMetricRow,
  { inPlan, now }: { inPlan: boolean; now: number },
): Result<NewMetricRow> {
  const input = validate(inPlan ? updateMetricInPlan : updateMetric, sent)
  if (!input.ok) return input
  const changed = changedMetric({ ...row, updatedAt: now }, input.value)
  const errors = combinationErrors(changed)
  return Object.keys(errors).length > 0 ? invalid(errors) : ok(changed)
}

function relatedErrors(sent: Json): FieldErrors {
  const { aggregation_type, field_name, recurring, weighted_interval, expression } = relatedParts.parse(sent)
  if (aggregation_type === null) return {}
  return combinationErrors({
    aggregationType: aggregation_type,
    fieldName: field_name ?? null,
    recurring: recurring ?? false,
    weightedInterval: weighted_interval ?? null,
    expression: expression ?? null,
  })
}

function withErrors(failure: Failure, more: FieldErrors): Failure {
  if (failure.kind !== 'invalid') return failure
  return { kind: 'invalid', details: mergeErrors(failure.details as FieldErrors, more) }
}
