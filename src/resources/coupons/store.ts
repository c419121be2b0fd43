import { and, asc, count, desc, eq, exists, isNull, notExists, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { appliedCoupons } from '../applied_coupons/table.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { charges } from '../charges/table.js'
import { plans } from '../plans/table.js'
import { type CouponRow, coupons } from './table.js'

const living = (organizationId: string) => and(eq(coupons.organizationId, organizationId), isNull(coupons.deletedAt))

/** Those that can be applied first; among these those that never expire, then by expiry. */
export async function listCoupons(
  db: Database,
  organizationId: string,
  now: number,
  page: Page,
): Promise<Paged<CouponRow>> {
  const where = living(organizationId)
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(coupons)
      .where(where)
      .orderBy(
        sql`coalesce(${coupons.expirationAt} <= ${now}, 0)`,
        sql`${coupons.expirationAt} IS NOT NULL`,
        asc(coupons.expirationAt),
        desc(coupons.seq),
      )
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(coupons).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export interface FoundCoupon {
  readonly coupon: CouponRow
  /** Whether any customer has it or had it. */
  readonly isApplied: boolean
}

export async function findCoupon(db: Database, organizationId: string, code: string): Promise<FoundCoupon | undefined> {
  const [row] = await db
    .select({ coupon: coupons, isApplied: exists(applications(db)).mapWith(Boolean) })
    .from(coupons)
    .where(and(living(organizationId), eq(coupons.code, code)))
  return row && { coupon: row.coupon, isApplied: row.isApplied === true }
}

const applications = (db: Database) =>
  db.select({ one: sql`1` }).from(appliedCoupons).where(eq(appliedCoupons.couponId, coupons.id))

/** The coupon with this id, deleted or not: a query, so that a caller can put it into its batch. */
export const couponQuery = (db: Database, organizationId: string, id: string) =>
  db
    .select()
    .from(coupons)
    .where(and(eq(coupons.organizationId, organizationId), eq(coupons.id, id)))

/** The plans and metrics with these codes, in no particular order; those of a subscription alone are none of them. */
export function targetsByCode(
  db: Database,
  organizationId: string,
  planCodes: readonly string[],
  metricCodes: readonly string[],
) {
  return db.batch([
    db
      .select({ id: plans.id, code: plans.code })
      .from(plans)
      .where(and(livingPlans(organizationId), isNull(plans.parentId), sql`${plans.code} IN ${valueList(planCodes)}`)),
    db
      .select({ id: billableMetrics.id, code: billableMetrics.code })
      .from(billableMetrics)
      .where(and(livingMetrics(organizationId), sql`${billableMetrics.code} IN ${valueList(metricCodes)}`)),
  ])
}

/** The codes of what these coupons are limited to, by id, as far as it is kept. */
export async function targetCodes(
  db: Database,
  organizationId: string,
  rows: readonly CouponRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ targetIds }) => targetIds))]
  if (ids.length === 0) return new Map()
  const found = await db.batch([
    db
      .select({ id: plans.id, code: plans.code })
      .from(plans)
      .where(and(livingPlans(organizationId), sql`${plans.id} IN ${valueList(ids)}`)),
    db
      .select({ id: billableMetrics.id, code: billableMetrics.code })
      .from(billableMetrics)
      .where(and(livingMetrics(organizationId), sql`${billableMetrics.id} IN ${valueList(ids)}`)),
  ])
  return new Map(found.flat().map(({ id, code }) => [id, code]))
}

const livingPlans = (organizationId: string) => and(eq(plans.organizationId, organizationId), isNull(plans.deletedAt))
const livingMetrics = (organizationId: string) =>
  and(eq(billableMetrics.organizationId, organizationId), isNull(billableMetrics.deletedAt))

/** Which metrics these plans charge for. */
export const metricsChargedBy = (db: Database, organizationId: string, planIds: readonly string[]) =>
  db
    .selectDistinct({ planId: charges.planId, metricId: charges.billableMetricId })
    .from(charges)
    .where(
      and(
        eq(charges.organizationId, organizationId),
        isNull(charges.deletedAt),
        sql`${charges.planId} IN ${valueList(planIds)}`,
      ),
    )

export const insertCoupon = (db: Database, row: Omit<CouponRow, 'seq'>): Statement => db.insert(coupons).values(row)

/**
 * What may always change, and what may only while no customer has it: somebody may be given it in the very moment, and then
 * the rest is passed over.
 */
export function updateCouponRow(db: Database, organizationId: string, row: CouponRow): Statement[] {
  const {
    seq,
    id,
    organizationId: _,
    createdAt,
    name,
    description,
    expiration,
    expirationAt,
    updatedAt,
    ...frozen
  } = row
  const where = and(living(organizationId), eq(coupons.id, id))
  return [
    db.update(coupons).set({ name, description, expiration, expirationAt, updatedAt }).where(where),
    db
      .update(coupons)
      .set(frozen)
      .where(and(where, notExists(applications(db)))),
  ]
}

export const deleteCoupon = (db: Database, organizationId: string, id: string, now: number): Statement =>
  db
    .update(coupons)
    .set({ deletedAt: now, updatedAt: now })
    .where(and(living(organizationId), eq(coupons.id, id)))
