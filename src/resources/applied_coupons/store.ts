import { and, asc, count, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { MAX_LISTED_CREDITS } from '../../limits.js'
import { coupons } from '../coupons/table.js'
import { customers } from '../customers/table.js'
import { invoiceCredits, invoices } from '../invoices/table.js'
import { type AppliedCouponRow, type AppliedCouponStatus, appliedCoupons } from './table.js'

const of = (organizationId: string) => eq(appliedCoupons.organizationId, organizationId)
const withId = (organizationId: string, id: string) => and(of(organizationId), eq(appliedCoupons.id, id))

export interface AppliedCouponFilters {
  readonly status?: AppliedCouponStatus | undefined
  readonly externalCustomerId?: string | undefined
  readonly customerId?: string | undefined
  readonly couponCodes?: readonly string[] | undefined
}

/** The newest first; those of deleted customers are not among them. */
export async function listAppliedCoupons(
  db: Database,
  organizationId: string,
  { status, externalCustomerId, customerId, couponCodes }: AppliedCouponFilters,
  page: Page,
) {
  const where = and(
    of(organizationId),
    isNull(customers.deletedAt),
    status && eq(appliedCoupons.status, status),
    externalCustomerId === undefined ? undefined : eq(customers.externalId, externalCustomerId),
    customerId === undefined ? undefined : eq(appliedCoupons.customerId, customerId),
    couponCodes === undefined ? undefined : sql`${coupons.code} IN ${valueList(couponCodes)}`,
  )
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db).where(where).orderBy(desc(appliedCoupons.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db
      .select({ n: count() })
      .from(appliedCoupons)
      .innerJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
      .innerJoin(customers, eq(customers.id, appliedCoupons.customerId))
      .where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 } satisfies Paged<unknown>
}

const joined = (db: Database) =>
  db
    .select({ applied: appliedCoupons, coupon: coupons, externalCustomerId: customers.externalId })
    .from(appliedCoupons)
    .innerJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
    .innerJoin(customers, eq(customers.id, appliedCoupons.customerId))

export async function findAppliedCoupon(db: Database, organizationId: string, id: string) {
  const [row] = await joined(db).where(withId(organizationId, id))
  return row
}

/** What was taken of these, the oldest first; of each the last {@link MAX_LISTED_CREDITS}. */
export function creditsOfApplications(db: Database, organizationId: string, ids: readonly string[]) {
  const last = sql`(SELECT ranked.seq FROM (
    SELECT c.seq, row_number() OVER (PARTITION BY c.source_id ORDER BY c.seq DESC) AS place
    FROM ${invoiceCredits} AS c WHERE c.source_type = 'coupon' AND c.source_id IN ${valueList(ids)}
  ) AS ranked WHERE ranked.place <= ${MAX_LISTED_CREDITS})`
  return db
    .select({
      credit: invoiceCredits,
      invoice: { id: invoices.id, currency: invoices.currency, paymentStatus: invoices.paymentStatus },
    })
    .from(invoiceCredits)
    .innerJoin(invoices, eq(invoices.id, invoiceCredits.invoiceId))
    .where(and(eq(invoiceCredits.organizationId, organizationId), sql`${invoiceCredits.seq} IN ${last}`))
    .orderBy(asc(invoiceCredits.seq))
}

/**
 * What the customer's invoices may use, with what it is limited to, in the order of application: a query, so that a caller can
 * put it into its batch.
 */
export const activeCoupons = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ applied: appliedCoupons, targetKind: coupons.targetKind, targetIds: coupons.targetIds })
    .from(appliedCoupons)
    .innerJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
    .where(and(of(organizationId), eq(appliedCoupons.customerId, customerId), eq(appliedCoupons.status, 'active')))
    .orderBy(asc(appliedCoupons.seq))

/** Whether the customer has the coupon, or had it: a query, so that a caller can put it into its batch. */
export const applicationsTo = (db: Database, organizationId: string, customerId: string, couponId: string) =>
  db
    .select({ id: appliedCoupons.id })
    .from(appliedCoupons)
    .where(and(of(organizationId), eq(appliedCoupons.customerId, customerId), eq(appliedCoupons.couponId, couponId)))
    .limit(1)

/** Should the coupon have been deleted since it was read, its application is over from the start. */
export const insertAppliedCoupon = (
  db: Database,
  row: Omit<AppliedCouponRow, 'seq' | 'status' | 'terminatedAt'>,
): Statement => {
  const deletedAt = sql`(SELECT c.deleted_at FROM ${coupons} AS c WHERE c.id = ${row.couponId})`
  return db.insert(appliedCoupons).values({
    ...row,
    status: sql`CASE WHEN ${deletedAt} IS NULL THEN 'active' ELSE 'terminated' END`,
    terminatedAt: deletedAt,
  })
}

interface Use {
  /** Of the application. */
  readonly id: string
  readonly amountCents: number
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * Takes what an invoice uses, and ends what is used up. What is not there cannot be taken: the table refuses a balance below 0.
 * The arithmetic is that of `afterUse` and `isUsedUp` in `core/invoicing/coupon_balance.ts`.
 */
export function useAppliedCoupon(db: Database, organizationId: string, { id, amountCents, now }: Use): Statement {
  const { remainingInvoices, remainingAmountCents, status, terminatedAt } = appliedCoupons
  const isUsedUp = sql`${remainingInvoices} = 1 OR ${remainingAmountCents} = ${amountCents}`
  return db
    .update(appliedCoupons)
    .set({
      remainingInvoices: sql`${remainingInvoices} - 1`,
      remainingAmountCents: sql`${remainingAmountCents} - ${amountCents}`,
      status: sql`CASE WHEN ${isUsedUp} THEN 'terminated' ELSE ${status} END`,
      terminatedAt: sql`CASE WHEN ${isUsedUp} THEN coalesce(${terminatedAt}, ${now}) ELSE ${terminatedAt} END`,
      updatedAt: now,
    })
    .where(withId(organizationId, id))
}

/**
 * Gives back what an invoice used that is void (invoicing rules, section 6). What was used up by it is active again, unless its
 * coupon has ended; what was ended otherwise stays so.
 */
export function giveBackAppliedCoupon(db: Database, organizationId: string, { id, amountCents, now }: Use): Statement {
  const { remainingInvoices, remainingAmountCents, status, terminatedAt } = appliedCoupons
  const isOpen = sql`EXISTS (SELECT 1 FROM ${coupons} AS c WHERE c.id = ${appliedCoupons.couponId}
    AND c.deleted_at IS NULL AND coalesce(c.expiration_at > ${now}, 1))`
  const comesBack = sql`(${remainingInvoices} = 0 OR ${remainingAmountCents} = 0) AND ${isOpen}`
  return db
    .update(appliedCoupons)
    .set({
      remainingInvoices: sql`${remainingInvoices} + 1`,
      remainingAmountCents: sql`${remainingAmountCents} + ${amountCents}`,
      status: sql`CASE WHEN ${comesBack} THEN 'active' ELSE ${status} END`,
      terminatedAt: sql`CASE WHEN ${comesBack} THEN NULL ELSE ${terminatedAt} END`,
      updatedAt: now,
    })
    .where(withId(organizationId, id))
}

export const endAppliedCoupon = (db: Database, organizationId: string, id: string, now: number): Statement =>
  end(db, organizationId, now, eq(appliedCoupons.id, id))

export const endApplicationsOfCoupon = (db: Database, organizationId: string, couponId: string, now: number) =>
  end(db, organizationId, now, eq(appliedCoupons.couponId, couponId))

export const endApplicationsTo = (db: Database, organizationId: string, customerId: string, now: number): Statement =>
  end(db, organizationId, now, eq(appliedCoupons.customerId, customerId))

const end = (db: Database, organizationId: string, now: number, which: SQL): Statement =>
  db
    .update(appliedCoupons)
    .set({ status: 'terminated', terminatedAt: now, updatedAt: now })
    .where(and(of(organizationId), eq(appliedCoupons.status, 'active'), which))
