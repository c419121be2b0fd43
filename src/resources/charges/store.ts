import { and, asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type BillableMetricRow, billableMetrics } from '../billable_metrics/table.js'
import { type ChargeRow, charges } from './table.js'

export type NewChargeRow = Omit<ChargeRow, 'seq'>

/** A charge with what it charges for. */
export interface ChargeWithMetric {
  readonly charge: ChargeRow
  readonly metric: BillableMetricRow
}

const living = (organizationId: string) => and(eq(charges.organizationId, organizationId), isNull(charges.deletedAt))

const joined = (db: Database) =>
  db
    .select({ charge: charges, metric: billableMetrics })
    .from(charges)
    .innerJoin(billableMetrics, eq(billableMetrics.id, charges.billableMetricId))

/** The charges of these plans, oldest first: a query, so that a caller can put it into its batch. */
export function chargesOfPlans(db: Database, organizationId: string, planIds: readonly string[]) {
  return joined(db)
    .where(and(living(organizationId), sql`${charges.planId} IN ${valueList(planIds)}`))
    .orderBy(asc(charges.seq))
}

/** One plan's charges, the newest first. */
export async function listCharges(
  db: Database,
  organizationId: string,
  planId: string,
  page: Page,
): Promise<Paged<ChargeWithMetric>> {
  const where = and(living(organizationId), eq(charges.planId, planId))
  const [rows, counts] = await db.batch([
    joined(db).where(where).orderBy(desc(charges.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db.select({ n: count() }).from(charges).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findCharge(
  db: Database,
  organizationId: string,
  planId: string,
  code: string,
): Promise<ChargeWithMetric | undefined> {
  const [row] = await joined(db).where(and(living(organizationId), eq(charges.planId, planId), eq(charges.code, code)))
  return row
}

export async function countCharges(db: Database, organizationId: string, planId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(charges)
    .where(and(living(organizationId), eq(charges.planId, planId)))
  return row?.n ?? 0
}

export const insertCharge = (db: Database, row: NewChargeRow): Statement => db.insert(charges).values(row)

export function updateChargeRow(db: Database, organizationId: string, { id, ...row }: NewChargeRow): Statement {
  return db
    .update(charges)
    .set(row)
    .where(and(living(organizationId), eq(charges.id, id)))
}

/** Gives each charge its own id as its code, so that charges can exchange codes within one commit. */
export function releaseCodes(db: Database, organizationId: string, ids: readonly string[]): Statement {
  return db
    .update(charges)
    .set({ code: sql`${charges.id}` })
    .where(and(living(organizationId), sql`${charges.id} IN ${valueList(ids)}`))
}

/** From `now` on, epoch milliseconds, the charges are gone; their usage that is not billed yet never will be. */
export function deleteCharges(db: Database, organizationId: string, ids: readonly string[], now: number): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), sql`${charges.id} IN ${valueList(ids)}`))
}

/** For the commit that deletes the metric. */
export function deleteChargesOfMetric(
  db: Database,
  organizationId: string,
  metricId: string,
  now: number,
): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), eq(charges.billableMetricId, metricId)))
}

/** For the commit that deletes the plan. */
export function deleteChargesOfPlan(db: Database, organizationId: string, planId: string, now: number): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), eq(charges.planId, planId)))
}
