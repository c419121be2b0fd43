import { and, asc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { ChargeTerms } from '../../core/explanation/fee_basis.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { charges } from '../charges/table.js'
import { creditNoteItems, creditNotes } from '../credit_notes/table.js'
import { fees, feeTerms } from '../fees/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { type InvoiceReconciliationRow, invoiceReconciliations } from './table.js'

/** What is read of an invoice that is to be reconciled, as queries of one batch: its corrections stand beside it. */
export function reconciliationQueries(
  db: Database,
  { organizationId, customerId }: { readonly organizationId: string; readonly customerId: string },
  invoiceId: string,
) {
  const itself = sql`SELECT ${invoices.id} FROM ${invoices} WHERE ${invoices.id} = ${invoiceId}`
  const corrections = sql`SELECT ${invoiceReconciliations.adjustmentInvoiceId} FROM ${invoiceReconciliations}
    WHERE ${invoiceReconciliations.invoiceId} = ${invoiceId}`
  const those = sql`(${itself} UNION ${corrections})`
  return {
    /** The invoice and its corrections, in the order in which they were made. */
    invoices: db
      .select()
      .from(invoices)
      .where(
        and(
          eq(invoices.organizationId, organizationId),
          eq(invoices.customerId, customerId),
          sql`${invoices.id} IN ${those}`,
        ),
      )
      .orderBy(asc(invoices.seq)),
    fees: db
      .select()
      .from(fees)
      .where(and(eq(fees.organizationId, organizationId), sql`${fees.invoiceId} IN ${those}`))
      .orderBy(asc(fees.seq)),
    notes: notesOf(db, organizationId, those),
    noteItems: itemsOf(db, organizationId, those),
    periods: db
      .select()
      .from(billingPeriods)
      .where(and(eq(billingPeriods.organizationId, organizationId), eq(billingPeriods.invoiceId, invoiceId)))
      .orderBy(asc(billingPeriods.seq)),
    subscriptions: db
      .select()
      .from(subscriptions)
      .where(
        and(
          eq(subscriptions.organizationId, organizationId),
          // Those that took over from them too: carried units may be left to them.
          or(
            inArray(subscriptions.id, billed(db, invoiceId)),
            inArray(subscriptions.previousSubscriptionId, billed(db, invoiceId)),
          ),
        ),
      ),
    copiedCharges: copiedCharges(db, organizationId, invoiceId),
    /** What was done before, the oldest first. */
    earlier: db
      .select()
      .from(invoiceReconciliations)
      .where(
        and(eq(invoiceReconciliations.organizationId, organizationId), eq(invoiceReconciliations.invoiceId, invoiceId)),
      )
      .orderBy(asc(invoiceReconciliations.sequentialId)),
    /** Something exactly if the invoice itself is a correction of another. */
    corrected: db
      .select({ invoiceId: invoiceReconciliations.invoiceId })
      .from(invoiceReconciliations)
      .where(
        and(
          eq(invoiceReconciliations.organizationId, organizationId),
          eq(invoiceReconciliations.adjustmentInvoiceId, invoiceId),
        ),
      ),
  }
}

const notesOf = (db: Database, organizationId: string, invoiceIds: SQL) =>
  db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.organizationId, organizationId), sql`${creditNotes.invoiceId} IN ${invoiceIds}`))
    .orderBy(asc(creditNotes.seq))

const itemsOf = (db: Database, organizationId: string, invoiceIds: SQL) =>
  db
    .select()
    .from(creditNoteItems)
    .where(
      and(
        eq(creditNoteItems.organizationId, organizationId),
        sql`${creditNoteItems.creditNoteId} IN (SELECT ${creditNotes.id} FROM ${creditNotes}
          WHERE ${creditNotes.invoiceId} IN ${invoiceIds})`,
      ),
    )
    .orderBy(asc(creditNoteItems.seq))

const billed = (db: Database, invoiceId: string) =>
  db.select({ id: billingPeriods.subscriptionId }).from(billingPeriods).where(eq(billingPeriods.invoiceId, invoiceId))

/** The charges, deleted ones too, that those of the billed subscriptions' own plans were copied from. */
const copiedCharges = (db: Database, organizationId: string, invoiceId: string) =>
  db
    .select({ id: charges.id, createdAt: charges.createdAt })
    .from(charges)
    .where(
      and(
        eq(charges.organizationId, organizationId),
        sql`${charges.id} IN (SELECT copies.parent_id FROM charges copies WHERE copies.plan_id IN
          (SELECT ${subscriptions.planId} FROM ${subscriptions} WHERE ${inArray(subscriptions.id, billed(db, invoiceId))}))`,
      ),
    )

/** The terms that are kept under these keys. */
export async function termsByKey(
  db: Database,
  organizationId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ChargeTerms>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .select({ key: feeTerms.key, text: feeTerms.text })
    .from(feeTerms)
    .where(and(eq(feeTerms.organizationId, organizationId), sql`${feeTerms.key} IN ${valueList(keys)}`))
    .orderBy(asc(feeTerms.key), asc(feeTerms.part))
  const parts = Map.groupBy(rows, ({ key }) => key)
  return new Map([...parts].map(([key, own]) => [key, JSON.parse(own.map(({ text }) => text).join(''))]))
}

export const insertReconciliation = (db: Database, row: Omit<InvoiceReconciliationRow, 'seq'>): Statement =>
  db.insert(invoiceReconciliations).values(row)
