import { sql } from 'drizzle-orm'
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AggregationType, MetricFilter, RoundingFunction } from '../../core/catalog.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export const billableMetrics = sqliteTable(
  'billable_metrics',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    aggregationType: text('aggregation_type').$type<AggregationType>().notNull(),
    fieldName: text('field_name'),
    recurring: flag('recurring').notNull(),
    roundingFunction: text('rounding_function').$type<RoundingFunction>(),
    roundingPrecision: integer('rounding_precision'),
    weightedInterval: text('weighted_interval').$type<'seconds'>(),
    expression: text('expression'),
    /** In the order of their keys, the values of each sorted and once. */
    filters: json<MetricFilter[]>('filters').notNull().default([]),
  },
  (t) => [uniqueIndex('billable_metrics_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL`)],
)
export type BillableMetricRow = typeof billableMetrics.$inferSelect
