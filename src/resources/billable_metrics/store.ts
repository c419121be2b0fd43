import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { AggregationType } from '../../core/catalog.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { charges } from '../charges/table.js'
import { type BillableMetricRow, billableMetrics } from './table.js'

const living = (organizationId: string) =>
  and(eq(billableMetrics.organizationId, organizationId), isNull(billableMetrics.deletedAt))

const idIn = (ids: readonly string[]) => sql`${billableMetrics.id} IN ${valueList(ids)}`

export interface MetricFilters {
  readonly recurring?: boolean | undefined
  readonly aggregationTypes?: readonly AggregationType[] | undefined
}

/** The newest first. */
export async function listMetrics(
  db: Database,
  organizationId: string,
  { recurring, aggregationTypes }: MetricFilters,
  page: Page,
): Promise<Paged<BillableMetricRow>> {
  const where = and(
    living(organizationId),
    recurring === undefined ? undefined : eq(billableMetrics.recurring, recurring),
    aggregationTypes === undefined ? undefined : inArray(billableMetrics.aggregationType, [...aggregationTypes]),
  )
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(billableMetrics)
      .where(where)
      .orderBy(desc(billableMetrics.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(billableMetrics).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findMetric(
  db: Database,
  organizationId: string,
  code: string,
): Promise<BillableMetricRow | undefined> {
  const [row] = await db
    .select()
    .from(billableMetrics)
    .where(and(living(organizationId), eq(billableMetrics.code, code)))
  return row
}

/** The kept metrics with these ids, by id. Unknown ids are missing. */
export async function findMetrics(
  db: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BillableMetricRow>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select()
    .from(billableMetrics)
    .where(and(living(organizationId), idIn(ids)))
  return new Map(rows.map((row) => [row.id, row]))
}

/** The metrics with these ids, deleted ones too: a query, so that a caller can put it into its batch. */
export const metricsById = (db: Database, organizationId: string, ids: readonly string[]) =>
  db
    .select()
    .from(billableMetrics)
    .where(and(eq(billableMetrics.organizationId, organizationId), idIn(ids)))

/** Whether some plan charges for the metric. */
export async function isInPlan(db: Database, organizationId: string, metricId: string): Promise<boolean> {
  const rows = await db
    .select({ id: charges.id })
    .from(charges)
    .where(
      and(
        eq(charges.organizationId, organizationId),
        eq(charges.billableMetricId, metricId),
        isNull(charges.deletedAt),
      ),
    )
    .limit(1)
  return rows.length > 0
}

export const insertMetric = (db: Database, row: Omit<BillableMetricRow, 'seq'>): Statement =>
  db.insert(billableMetrics).values(row)

export function updateMetricRow(
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<BillableMetricRow, 'seq' | 'id'>>,
): Statement {
  return db
    .update(billableMetrics)
    .set(changes)
    .where(and(living(organizationId), eq(billableMetrics.id, id)))
}
