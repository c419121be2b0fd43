import type { BillableMetric } from '../../core/catalog.js'
import { seconds } from '../../http/timestamps.js'
import type { BillableMetricRow } from './table.js'

export function serializeMetric(row: Omit<BillableMetricRow, 'seq'>) {
  return {
    lago_id: row.id,
    name: row.name,
    code: row.code,
    description: row.description,
    aggregation_type: row.aggregationType,
    field_name: row.fieldName,
    recurring: row.recurring,
    rounding_function: row.roundingFunction,
    rounding_precision: row.roundingPrecision,
    weighted_interval: row.weightedInterval,
    expression: row.expression,
    created_at: seconds(row.createdAt),
    filters: row.filters,
    active_subscriptions_count: 0,
    draft_invoices_count: 0,
    plans_count: 0,
  }
}

export function toMetric(row: BillableMetricRow): BillableMetric {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    description: row.description,
    aggregationType: row.aggregationType,
    fieldName: row.fieldName,
    recurring: row.recurring,
    roundingFunction: row.roundingFunction,
    roundingPrecision: row.roundingPrecision,
    expression: row.expression,
    filters: row.filters,
  }
}
