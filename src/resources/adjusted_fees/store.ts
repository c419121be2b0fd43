import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { customers } from '../customers/table.js'
import { fees } from '../fees/table.js'
import { invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { type AdjustedFeeRow, adjustedFees } from './table.js'

/** What was set by hand on the customer's drafts, in the order in which that was done: a query, for a caller's batch. */
export const adjustedFeesOfDrafts = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(adjustedFees)
    .where(
      and(
        eq(adjustedFees.organizationId, organizationId),
        eq(adjustedFees.customerId, customerId),
        inArray(adjustedFees.invoiceId, draftIds(db, customerId)),
      ),
    )
    .orderBy(asc(adjustedFees.seq))

const draftIds = (db: Database, customerId: string) =>
  db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.customerId, customerId), eq(invoices.status, 'draft')))

export async function findAdjustedFee(db: Database, organizationId: string, invoiceId: string, id: string) {
  const { id: ownId, invoiceId: ownInvoiceId, organizationId: owner } = adjustedFees
  const [row] = await db
    .select()
    .from(adjustedFees)
    .where(and(eq(owner, organizationId), eq(ownInvoiceId, invoiceId), eq(ownId, id)))
  return row
}

/** The fee as it is by what was set of it, undefined where there is none any more. */
export async function feeAdjustedBy(db: Database, organizationId: string, id: string) {
  const [row] = await db
    .select({
      fee: fees,
      externalCustomerId: customers.externalId,
      accountType: customers.accountType,
      externalSubscriptionId: subscriptions.externalId,
    })
    .from(adjustedFees)
    .innerJoin(fees, and(eq(fees.invoiceId, adjustedFees.invoiceId), eq(fees.adjustedFeeId, adjustedFees.id)))
    .innerJoin(customers, eq(customers.id, fees.customerId))
    .leftJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
    .where(and(eq(adjustedFees.organizationId, organizationId), eq(adjustedFees.id, id)))
  return row
}

export const insertAdjustedFee = (db: Database, row: Omit<AdjustedFeeRow, 'seq'>): Statement =>
  db.insert(adjustedFees).values(row)

export const deleteAdjustedFee = (db: Database, organizationId: string, id: string): Statement =>
  db.delete(adjustedFees).where(and(eq(adjustedFees.organizationId, organizationId), eq(adjustedFees.id, id)))

export const deleteAdjustedFeesOf = (db: Database, organizationId: string, invoiceId: string): Statement =>
  db
    .delete(adjustedFees)
    .where(and(eq(adjustedFees.organizationId, organizationId), eq(adjustedFees.invoiceId, invoiceId)))
