import { and, asc, count, desc, eq, gte, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { InvoiceStatus } from '../../core/invoicing/status.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { appliedCoupons } from '../applied_coupons/table.js'
import { coupons } from '../coupons/table.js'
import { creditNotes } from '../credit_notes/table.js'
import { type CustomerRow, customers } from '../customers/table.js'
import { fees } from '../fees/table.js'
import { plans } from '../plans/table.js'
import { subscriptions } from '../subscriptions/table.js'
import {
  type BillingPeriodRow,
  billingPeriods,
  type InvoiceCreditRow,
  type InvoiceRow,
  invoiceCredits,
  invoices,
  type PaymentStatus,
} from './table.js'

export interface InvoiceFilters {
  readonly statuses: readonly InvoiceStatus[]
  readonly paymentStatuses?: readonly PaymentStatus[]
  readonly externalCustomerId?: string
  readonly customerId?: string
  readonly amountFrom?: number
  readonly amountTo?: number
  readonly issuingFrom?: string
  readonly issuingTo?: string
  readonly currency?: string
  readonly invoiceType?: string
  readonly searchTerm?: string
  readonly billingEntityCodes?: readonly string[]
  readonly selfBilled?: boolean
  /** Whether any invoice can pass at all: filters by what no invoice has yet. */
  readonly nothing?: boolean
}

export interface InvoiceListing {
  readonly invoice: InvoiceRow
  readonly customer: CustomerRow
}

/** By issuing date, then order of creation, the latest first. */
export async function listInvoices(
  db: Database,
  organizationId: string,
  filters: InvoiceFilters,
  page: Page,
): Promise<Paged<InvoiceListing>> {
  const where = and(eq(invoices.organizationId, organizationId), ...conditions(filters))
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db)
      .where(where)
      .orderBy(desc(invoices.issuingOn), desc(invoices.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

function conditions(filters: InvoiceFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    inArray(invoices.status, [...filters.statuses]),
    filters.nothing ? sql`FALSE` : undefined,
    given(filters.paymentStatuses, (statuses) => inArray(invoices.paymentStatus, [...statuses])),
    given(filters.externalCustomerId, (id) => eq(customers.externalId, id)),
    given(filters.customerId, (id) => eq(invoices.customerId, id)),
    given(filters.amountFrom, (cents) => gte(invoices.totalAmountCents, cents)),
    given(filters.amountTo, (cents) => lte(invoices.totalAmountCents, cents)),
    given(filters.issuingFrom, (on) => gte(invoices.issuingOn, on)),
    given(filters.issuingTo, (on) => lte(invoices.issuingOn, on)),
    given(filters.currency, (currency) => eq(invoices.currency, currency)),
    given(filters.invoiceType, (type) => sql`${invoices.invoiceType} = ${type}`),
    given(filters.searchTerm, (term) => searched(term)),
    given(filters.billingEntityCodes, (codes) => sql`${invoices.billingEntityCode} IN ${valueList(codes)}`),
    given(filters.selfBilled, (self) => sql`(${customers.accountType} = 'partner') = ${self ? 1 : 0}`),
  ]
}

/** A part of the number or of the customer's name, id or address, any case; a whole id finds its invoice. */
function searched(term: string): SQL | undefined {
  const columns = [invoices.number, customers.name, customers.externalId, customers.email]
  // LIKE patterns are limited to 50 bytes; `instr` is not.
  return or(eq(invoices.id, term), ...columns.map((column) => sql`instr(lower(${column}), ${term.toLowerCase()}) > 0`))
}

/** Two tables at most: D1 gives a hundred columns in one row. */
const joined = (db: Database) =>
  db
    .select({ invoice: invoices, customer: customers })
    .from(invoices)
    .innerJoin(customers, eq(customers.id, invoices.customerId))

/** One invoice with everything that stands on it, undefined when unknown or invisible. */
export async function findInvoice(
  db: Database,
  organizationId: string,
  id: string,
  statuses: readonly InvoiceStatus[],
) {
  // Not one batch, for the same reason.
  const [heads, feeRows, periods, credits, subscriptionRows] = await Promise.all([
    joined(db).where(
      and(eq(invoices.organizationId, organizationId), eq(invoices.id, id), inArray(invoices.status, [...statuses])),
    ),
    db
      .select({ fee: fees, externalSubscriptionId: subscriptions.externalId })
      .from(fees)
      .leftJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
      .where(and(eq(fees.organizationId, organizationId), eq(fees.invoiceId, id)))
      .orderBy(asc(fees.seq)),
    periodsOf(db, organizationId, id),
    creditsOf(db, organizationId, id),
    db
      .select({ subscription: subscriptions, plan: plans })
      .from(subscriptions)
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .where(
        and(
          eq(subscriptions.organizationId, organizationId),
          sql`${subscriptions.id} IN (SELECT ${billingPeriods.subscriptionId} FROM ${billingPeriods} WHERE ${billingPeriods.invoiceId} = ${id})`,
        ),
      )
      .orderBy(asc(subscriptions.seq)),
  ])
  const [head] = heads
  return head === undefined ? undefined : { ...head, fees: feeRows, periods, credits, subscriptions: subscriptionRows }
}

const noteInvoices = alias(invoices, 'note_invoices')

/** What was taken off an invoice, in its order. */
function creditsOf(db: Database, organizationId: string, invoiceId: string) {
  return db
    .select({
      credit: invoiceCredits,
      creditNote: creditNotes,
      sourceNumber: noteInvoices.number,
      coupon: { id: coupons.id, code: coupons.code, name: coupons.name },
    })
    .from(invoiceCredits)
    .leftJoin(creditNotes, eq(creditNotes.id, invoiceCredits.sourceId))
    .leftJoin(noteInvoices, eq(noteInvoices.id, creditNotes.invoiceId))
    .leftJoin(appliedCoupons, eq(appliedCoupons.id, invoiceCredits.sourceId))
    .leftJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
    .where(and(eq(invoiceCredits.organizationId, organizationId), eq(invoiceCredits.invoiceId, invoiceId)))
    .orderBy(asc(invoiceCredits.seq))
}

export function periodsOf(db: Database, organizationId: string, invoiceId: string) {
  return db
    .select({ period: billingPeriods, externalSubscriptionId: subscriptions.externalId, planId: subscriptions.planId })
    .from(billingPeriods)
    .innerJoin(subscriptions, eq(subscriptions.id, billingPeriods.subscriptionId))
    .where(and(eq(billingPeriods.organizationId, organizationId), eq(billingPeriods.invoiceId, invoiceId)))
    .orderBy(asc(billingPeriods.seq))
}

/** The customer's drafts, oldest first, and what each bills. */
export const draftsOf = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.organizationId, organizationId),
        eq(invoices.customerId, customerId),
        eq(invoices.status, 'draft'),
      ),
    )
    .orderBy(asc(invoices.seq))

export const draftPeriodsOf = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ period: billingPeriods })
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(
      and(
        eq(billingPeriods.organizationId, organizationId),
        eq(invoices.customerId, customerId),
        eq(invoices.status, 'draft'),
      ),
    )
    .orderBy(asc(billingPeriods.seq))

/** One of the customer's invoices, of whatever status. */
export const invoiceQuery = (db: Database, organizationId: string, customerId: string, id: string) =>
  db
    .select()
    .from(invoices)
    .where(and(eq(invoices.organizationId, organizationId), eq(invoices.customerId, customerId), eq(invoices.id, id)))

/** The invoices that these fees stand on. */
export const invoicesOfFees = (db: Database, organizationId: string, feeIds: SQL) =>
  db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.organizationId, organizationId),
        sql`${invoices.id} IN (SELECT ${fees.invoiceId} FROM ${fees} WHERE ${fees.id} IN ${feeIds})`,
      ),
    )

export const insertInvoiceCredit = (db: Database, row: Omit<InvoiceCreditRow, 'seq'>): Statement =>
  db.insert(invoiceCredits).values(row)

export const insertInvoice = (db: Database, row: Omit<InvoiceRow, 'seq'>): Statement => db.insert(invoices).values(row)

export const updateInvoiceRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<InvoiceRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(invoices)
    .set(changes)
    .where(and(eq(invoices.organizationId, organizationId), eq(invoices.id, id)))

export const insertBillingPeriod = (db: Database, row: Omit<BillingPeriodRow, 'seq'>): Statement =>
  db.insert(billingPeriods).values(row)
