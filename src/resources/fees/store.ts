import { and, asc, count, eq, gte, inArray, isNotNull, isNull, lte, min, type SQL, sql } from 'drizzle-orm'
import type { KeptTerms } from '../../core/explanation/fee_basis.js'
import { bulkInsert } from '../../db/bulk_insert.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { textParts } from '../../db/text_chunks.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { customers } from '../customers/table.js'
import { invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import type { FeeListing } from './serialize.js'
import { type FeePaymentStatus, type FeeRow, type FeeType, fees, feeTerms } from './table.js'

export interface FeeFilters {
  readonly externalCustomerId?: string
  readonly externalSubscriptionId?: string
  readonly currency?: string
  readonly feeType?: string
  readonly billableMetricCode?: string
  readonly paymentStatus?: string
  readonly eventTransactionId?: string
  /** By what happened to the fee. */
  readonly moments?: Partial<Readonly<Record<FeeMoment, MomentRange>>>
}

export type FeeMoment = 'createdAt' | 'succeededAt' | 'failedAt' | 'refundedAt'

/** Inclusive bounds, epoch milliseconds. */
export interface MomentRange {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** A deleted fee is hidden, and so is one on a closed invoice. */
export const visible = sql`(${fees.deletedAt} IS NULL AND (${fees.invoiceId} IS NULL OR ${invoices.status} NOT IN ('closed', 'open')))`

/** Oldest first. */
export async function listFees(
  db: Database,
  organizationId: string,
  filters: FeeFilters,
  page: Page,
): Promise<Paged<FeeListing>> {
  const where = and(eq(fees.organizationId, organizationId), visible, ...conditions(filters))
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db).where(where).orderBy(asc(fees.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db
      .select({ n: count() })
      .from(fees)
      .innerJoin(customers, eq(customers.id, fees.customerId))
      .leftJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
      .leftJoin(invoices, eq(invoices.id, fees.invoiceId))
      .where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findFee(db: Database, organizationId: string, id: string): Promise<FeeListing | undefined> {
  const [row] = await joined(db).where(and(eq(fees.organizationId, organizationId), eq(fees.id, id), visible))
  return row
}

/** Deleted fees are found too. */
export async function feeById(db: Database, organizationId: string, id: string): Promise<FeeRow | undefined> {
  const [row] = await db
    .select()
    .from(fees)
    .where(and(eq(fees.organizationId, organizationId), eq(fees.id, id)))
  return row
}

const joined = (db: Database) =>
  db
    .select({
      fee: fees,
      externalCustomerId: customers.externalId,
      accountType: customers.accountType,
      externalSubscriptionId: subscriptions.externalId,
    })
    .from(fees)
    .innerJoin(customers, eq(customers.id, fees.customerId))
    .leftJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
    .leftJoin(invoices, eq(invoices.id, fees.invoiceId))

function conditions(filters: FeeFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    given(filters.externalCustomerId, (id) => eq(customers.externalId, id)),
    given(filters.externalSubscriptionId, (id) => eq(subscriptions.externalId, id)),
    given(filters.currency, (currency) => eq(fees.currency, currency)),
    given(filters.feeType, (type) => eq(fees.feeType, type as FeeType)),
    given(filters.billableMetricCode, (code) => and(isNotNull(fees.chargeId), eq(fees.itemCode, code))),
    given(filters.paymentStatus, (status) => eq(fees.paymentStatus, status as FeePaymentStatus)),
    given(filters.eventTransactionId, (id) => eq(fees.eventTransactionId, id)),
    ...Object.entries(filters.moments ?? {}).flatMap(([moment, { from, to }]) => [
      given(from, (at) => gte(fees[moment as FeeMoment], at)),
      given(to, (at) => lte(fees[moment as FeeMoment], at)),
    ]),
  ]
}

/**
 * For each subscription of the customer that was ever asked a plan fee: the first invoice that asked it. A subscription is
 * past its first fee on every other invoice than that.
 */
export const firstPlanFees = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ subscriptionId: fees.subscriptionId, invoiceId: invoices.id, invoiceSeq: min(invoices.seq) })
    .from(fees)
    .innerJoin(invoices, eq(invoices.id, fees.invoiceId))
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.customerId, customerId),
        eq(fees.feeType, 'subscription'),
        inArray(invoices.status, ['draft', 'finalized', 'closed']),
      ),
    )
    .groupBy(fees.subscriptionId)

/**
 * The plan fee of each of the customer's subscriptions that reaches furthest, whatever became of its invoice: the order of creation does
 * not tell, for a draft gets new fees when it is computed anew, after those of a later period. Of a fee that was asked again it does.
 */
export const lastPlanFees = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(fees)
    .where(and(eq(fees.organizationId, organizationId), inArray(fees.seq, lastPlanFeeSeqs(db, customerId))))

/** Ids of these fees, for queries about what belongs to them. */
export const lastPlanFeeIds = (db: Database, customerId: string): SQL =>
  sql`${db
    .select({ id: fees.id })
    .from(fees)
    .where(inArray(fees.seq, lastPlanFeeSeqs(db, customerId)))}`

function lastPlanFeeSeqs(db: Database, customerId: string) {
  const place = sql<number>`row_number() OVER (PARTITION BY ${fees.subscriptionId} ORDER BY ${fees.toAt} DESC, ${fees.seq} DESC)`
  const ranked = db
    .select({ seq: fees.seq, place: place.as('place') })
    .from(fees)
    .where(and(eq(fees.customerId, customerId), eq(fees.feeType, 'subscription'), isNotNull(fees.invoiceId)))
    .as('ranked')
  return db.select({ seq: ranked.seq }).from(ranked).where(eq(ranked.place, 1))
}

/** Any number of fees, in their order. */
export const insertFees = (db: Database, rows: Iterable<Omit<FeeRow, 'seq'>>) => bulkInsert(db, fees, rows)

/** Keeps the terms that fees name, a statement for each part of a text. Those that are kept already stay. */
export const keepTerms = (
  db: Database,
  organizationId: string,
  createdAt: number,
  terms: readonly KeptTerms[],
): Statement[] =>
  terms.flatMap(({ key, text }) =>
    textParts(text).map((part, i) =>
      db.insert(feeTerms).values({ organizationId, key, part: i, text: part, createdAt }).onConflictDoNothing(),
    ),
  )

export const deleteFeesOfInvoice = (db: Database, organizationId: string, invoiceId: string): Statement =>
  db.delete(fees).where(and(eq(fees.organizationId, organizationId), eq(fees.invoiceId, invoiceId)))

/** Fees of an invoice that is gone are kept, unseen: that they were asked for is not forgotten. */
export const hideFeesOfInvoice = (db: Database, organizationId: string, invoiceId: string, now: number): Statement =>
  db
    .update(fees)
    .set({ deletedAt: now })
    .where(and(eq(fees.organizationId, organizationId), eq(fees.invoiceId, invoiceId)))

/** Puts paid fees onto an invoice, but for those of which that is no longer true, or that stand on another by now. */
export const takeUpFees = (
  db: Database,
  organizationId: string,
  invoiceId: string,
  feeIds: readonly string[],
): Statement =>
  db
    .update(fees)
    .set({ invoiceId })
    .where(
      and(
        eq(fees.organizationId, organizationId),
        sql`${fees.id} IN ${valueList(feeIds)}`,
        isNull(fees.invoiceId),
        isNull(fees.deletedAt),
        eq(fees.paymentStatus, 'succeeded'),
      ),
    )

/** Changes a fee that is on no invoice: one that has come onto an invoice meanwhile, or is gone, stays as it is. */
export const updateLooseFee = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Pick<FeeRow, 'paymentStatus' | 'succeededAt' | 'failedAt' | 'refundedAt' | 'deletedAt'>>,
): Statement =>
  db
    .update(fees)
    .set(changes)
    .where(
      and(eq(fees.organizationId, organizationId), eq(fees.id, id), isNull(fees.invoiceId), isNull(fees.deletedAt)),
    )
