import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { fees } from '../fees/table.js'
import { invoiceCredits, invoices } from '../invoices/table.js'
import { openProgressiveInvoices, type ProgressScope } from '../usage_thresholds/store.js'
import { creditNoteItems, creditNotes } from './table.js'

const of = (organizationId: string) => eq(creditNotes.organizationId, organizationId)

/** What the customer may still use, the oldest first: a query, so that a caller can put it into its batch. */
export const availableCreditNotes = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(creditNotes)
    .where(
      and(
        of(organizationId),
        eq(creditNotes.customerId, customerId),
        eq(creditNotes.status, 'finalized'),
        eq(creditNotes.creditStatus, 'available'),
      ),
    )
    .orderBy(asc(creditNotes.seq))

/** Invoices of the customer whose notes are looked at by every command: those with one of these fees, drafts, and what was billed on the way. */
const watchedInvoices = (scope: ProgressScope, feeIds: SQL): SQL =>
  sql`(SELECT ${fees.invoiceId} FROM ${fees} WHERE ${fees.id} IN ${feeIds}
    UNION SELECT ${invoices.id} FROM ${invoices} WHERE ${invoices.customerId} = ${scope.customerId} AND ${invoices.status} = 'draft'
    UNION SELECT * FROM ${openProgressiveInvoices(scope)})`

/** All notes, drafts too, of the customer's drafts and of the invoices that these fees stand on. The oldest first. */
export const watchedNotes = (db: Database, organizationId: string, scope: ProgressScope, feeIds: SQL) =>
  db
    .select()
    .from(creditNotes)
    .where(and(of(organizationId), sql`${creditNotes.invoiceId} IN ${watchedInvoices(scope, feeIds)}`))
    .orderBy(asc(creditNotes.seq))

/** The items of these notes, in their order. */
export const watchedItems = (db: Database, organizationId: string, scope: ProgressScope, feeIds: SQL) =>
  itemsOfNotes(
    db,
    organizationId,
    sql`(SELECT ${creditNotes.id} FROM ${creditNotes}
      WHERE ${creditNotes.invoiceId} IN ${watchedInvoices(scope, feeIds)})`,
  )

/** The fees that items of notes on the customer's drafts name. */
export const feesOfDraftNotes = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        sql`${fees.id} IN (SELECT ${creditNoteItems.feeId} FROM ${creditNoteItems}
          WHERE ${creditNoteItems.creditNoteId} IN (SELECT ${creditNotes.id} FROM ${creditNotes}
            WHERE ${creditNotes.customerId} = ${customerId} AND ${creditNotes.status} = 'draft'))`,
      ),
    )

/** All notes of one invoice, drafts too, the oldest first. */
export const notesOfInvoice = (db: Database, organizationId: string, invoiceId: string) =>
  db
    .select()
    .from(creditNotes)
    .where(and(of(organizationId), eq(creditNotes.invoiceId, invoiceId)))
    .orderBy(asc(creditNotes.seq))

export const itemsOfInvoiceNotes = (db: Database, organizationId: string, invoiceId: string) =>
  itemsOfNotes(
    db,
    organizationId,
    sql`(SELECT ${creditNotes.id} FROM ${creditNotes} WHERE ${creditNotes.invoiceId} = ${invoiceId})`,
  )

const itemsOfNotes = (db: Database, organizationId: string, noteIds: SQL) =>
  db
    .select()
    .from(creditNoteItems)
    .where(and(eq(creditNoteItems.organizationId, organizationId), sql`${creditNoteItems.creditNoteId} IN ${noteIds}`))
    .orderBy(asc(creditNoteItems.seq))

/** One of the customer's notes, a draft too: a query, so that a caller can put it into its batch. */
export const creditNoteQuery = (db: Database, organizationId: string, customerId: string, id: string) =>
  db
    .select()
    .from(creditNotes)
    .where(and(of(organizationId), eq(creditNotes.customerId, customerId), eq(creditNotes.id, id)))

/** These fees of an invoice; without ids all of them. In their order. */
export const feesToCredit = (
  db: Database,
  organizationId: string,
  invoiceId: string,
  feeIds: readonly string[] | null,
) =>
  db
    .select()
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.invoiceId, invoiceId),
        feeIds === null ? undefined : sql`${fees.id} IN ${valueList(feeIds)}`,
      ),
    )
    .orderBy(asc(fees.seq))

/** What was taken off an invoice, in its order. */
export const creditsOfInvoice = (db: Database, organizationId: string, invoiceId: string) =>
  db
    .select()
    .from(invoiceCredits)
    .where(and(eq(invoiceCredits.organizationId, organizationId), eq(invoiceCredits.invoiceId, invoiceId)))
    .orderBy(asc(invoiceCredits.seq))

/** Whose a note is, undefined when it is unknown, or a draft's. */
export async function holderOfNote(db: Database, organizationId: string, id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ customerId: creditNotes.customerId })
    .from(creditNotes)
    .where(and(of(organizationId), eq(creditNotes.id, id), eq(creditNotes.status, 'finalized')))
  return row?.customerId
}
