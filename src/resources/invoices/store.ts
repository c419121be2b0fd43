import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { InvoiceStatus } from '../../core/invoicing/status.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
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
} from './table.js'

export interface InvoiceListing {
  readonly invoice: InvoiceRow
  readonly customer: CustomerRow
}

/** Two tables at most: D1 gives a hundred columns in one row. */
export const joined = (db: Database) =>
  db
    .select({ invoice: invoices, customer: customers })
    .from(invoices)
    .innerJoin(customers, eq(customers.id, invoices.customerId))

/** Whose an invoice is, and what it is; undefined when unknown or of another status. */
export async function invoiceOwner(
  db: Database,
  organizationId: string,
  id: string,
  statuses: readonly InvoiceStatus[],
) {
  const [row] = await db
    .select({
      id: invoices.id,
      customerId: invoices.customerId,
      billingEntityCode: invoices.billingEntityCode,
      status: invoices.status,
      paymentStatus: invoices.paymentStatus,
    })
    .from(invoices)
    .where(
      and(eq(invoices.organizationId, organizationId), eq(invoices.id, id), inArray(invoices.status, [...statuses])),
    )
  return row
}

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
const progressive = alias(invoices, 'progressive_invoices')

/** What was taken off an invoice, in its order. */
function creditsOf(db: Database, organizationId: string, invoiceId: string) {
  return db
    .select({
      credit: invoiceCredits,
      creditNote: creditNotes,
      sourceNumber: noteInvoices.number,
      coupon: { id: coupons.id, code: coupons.code, name: coupons.name },
      progressiveNumber: progressive.number,
    })
    .from(invoiceCredits)
    .leftJoin(creditNotes, eq(creditNotes.id, invoiceCredits.sourceId))
    .leftJoin(noteInvoices, eq(noteInvoices.id, creditNotes.invoiceId))
    .leftJoin(appliedCoupons, eq(appliedCoupons.id, invoiceCredits.sourceId))
    .leftJoin(coupons, eq(coupons.id, appliedCoupons.couponId))
    .leftJoin(progressive, eq(progressive.id, invoiceCredits.sourceId))
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

/** The invoice that was made from a void one. */
export const regeneratedFrom = (db: Database, organizationId: string, voidedInvoiceId: string) =>
  db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.organizationId, organizationId), eq(invoices.voidedInvoiceId, voidedInvoiceId)))

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

/** Takes off again what stands on a draft. */
export const deleteInvoiceCredits = (db: Database, organizationId: string, invoiceId: string): Statement =>
  db
    .delete(invoiceCredits)
    .where(and(eq(invoiceCredits.organizationId, organizationId), eq(invoiceCredits.invoiceId, invoiceId)))

export const insertInvoiceCredit = (db: Database, row: Omit<InvoiceCreditRow, 'seq'>): Statement =>
  db.insert(invoiceCredits).values(row)

export const insertInvoice = (db: Database, row: Omit<InvoiceRow, 'seq'>): Statement => db.insert(invoices).values(row)

/**
 * For the commit that puts fees that are there onto a new invoice: should one of them have changed since it was read, the invoice is
 * inserted once more, which its key refuses, and with it the whole commit.
 */
export function refuseInvoiceLackingFees(db: Database, invoiceId: string, feesCount: number): Statement {
  const taken = sql`(SELECT count(*) FROM ${fees} WHERE ${fees.invoiceId} = ${invoiceId})`
  const lacking = and(eq(invoices.id, invoiceId), sql`${feesCount} <> ${taken}`)
  return db.insert(invoices).select(db.select().from(invoices).where(lacking))
}

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
