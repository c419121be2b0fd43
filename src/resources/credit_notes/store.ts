import { and, asc, count, desc, eq, gt, gte, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import { bulkInsert } from '../../db/bulk_insert.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type CustomerRow, customers } from '../customers/table.js'
import { fees } from '../fees/table.js'
import { type InvoiceRow, invoices } from '../invoices/table.js'
import {
  type CreditNoteItemRow,
  type CreditNoteReason,
  type CreditNoteRow,
  type CreditStatus,
  creditNoteItems,
  creditNotes,
  type RefundStatus,
} from './table.js'

const of = (organizationId: string) => eq(creditNotes.organizationId, organizationId)

export interface CreditNoteListing {
  readonly creditNote: CreditNoteRow
  readonly invoice: Pick<InvoiceRow, 'number' | 'purchaseOrderNumber' | 'billingEntityCode'>
  readonly customer: CustomerRow
}

export interface CreditNoteFilters {
  readonly externalCustomerId?: string | undefined
  readonly issuingFrom?: string | undefined
  readonly issuingTo?: string | undefined
  readonly searchTerm?: string | undefined
  readonly currency?: string | undefined
  readonly reason?: CreditNoteReason | undefined
  readonly creditStatus?: CreditStatus | undefined
  readonly refundStatus?: RefundStatus | undefined
  readonly invoiceNumber?: string | undefined
  readonly billingEntityCodes?: readonly string[] | undefined
  readonly selfBilled?: boolean | undefined
  readonly amountFrom?: number | undefined
  readonly amountTo?: number | undefined
  readonly customerId?: string | undefined
  /** Ways in which something is given back; one of them is enough. */
  readonly types?: readonly CreditNoteType[] | undefined
}

/** Those that are final, the newest first. */
export async function listCreditNotes(
  db: Database,
  organizationId: string,
  filters: CreditNoteFilters,
  page: Page,
): Promise<Paged<CreditNoteListing>> {
  const where = and(of(organizationId), eq(creditNotes.status, 'finalized'), ...conditions(filters))
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db).where(where).orderBy(desc(creditNotes.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db
      .select({ n: count() })
      .from(creditNotes)
      .innerJoin(invoices, eq(invoices.id, creditNotes.invoiceId))
      .innerJoin(customers, eq(customers.id, creditNotes.customerId))
      .where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export const CREDIT_NOTE_TYPES = ['credit', 'refund', 'offset'] as const
export type CreditNoteType = (typeof CREDIT_NOTE_TYPES)[number]
const PART_OF = {
  credit: creditNotes.creditAmountCents,
  refund: creditNotes.refundAmountCents,
  offset: creditNotes.offsetAmountCents,
} satisfies Record<CreditNoteType, unknown>

function conditions(filters: CreditNoteFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    given(filters.externalCustomerId, (id) => eq(customers.externalId, id)),
    given(filters.customerId, (id) => eq(creditNotes.customerId, id)),
    given(filters.types, (types) => or(...types.map((type) => gt(PART_OF[type], 0)))),
    given(filters.issuingFrom, (on) => gte(creditNotes.issuingOn, on)),
    given(filters.issuingTo, (on) => lte(creditNotes.issuingOn, on)),
    given(filters.currency, (currency) => eq(creditNotes.currency, currency)),
    given(filters.reason, (reason) => eq(creditNotes.reason, reason)),
    given(filters.creditStatus, (status) => eq(creditNotes.creditStatus, status)),
    given(filters.refundStatus, (status) => eq(creditNotes.refundStatus, status)),
    given(filters.invoiceNumber, (number) => eq(invoices.number, number)),
    given(filters.amountFrom, (cents) => gte(creditNotes.totalAmountCents, cents)),
    given(filters.amountTo, (cents) => lte(creditNotes.totalAmountCents, cents)),
    given(filters.searchTerm, searched),
    given(filters.billingEntityCodes, (codes) => sql`${invoices.billingEntityCode} IN ${valueList(codes)}`),
    given(filters.selfBilled, (self) => sql`(${customers.accountType} = 'partner') = ${self ? 1 : 0}`),
  ]
}

/** A part of the number or of the customer's name, id or address, any case; a whole id finds its note. */
function searched(term: string): SQL {
  const texts = [invoices.number, customers.name, customers.externalId, customers.email]
  // LIKE patterns are limited to 50 bytes; `instr` is not.
  const parts = texts.map((column) => sql`instr(lower(${column}), ${term.toLowerCase()}) > 0`)
  return sql`(${sql.join([eq(creditNotes.id, term), ...parts], sql` OR `)})`
}

const joined = (db: Database) =>
  db
    .select({
      creditNote: creditNotes,
      // Not all of it: D1 gives a hundred columns in one row.
      invoice: {
        number: invoices.number,
        purchaseOrderNumber: invoices.purchaseOrderNumber,
        billingEntityCode: invoices.billingEntityCode,
      },
      customer: customers,
    })
    .from(creditNotes)
    .innerJoin(invoices, eq(invoices.id, creditNotes.invoiceId))
    .innerJoin(customers, eq(customers.id, creditNotes.customerId))

export async function findCreditNote(
  db: Database,
  organizationId: string,
  id: string,
  statuses: readonly CreditNoteRow['status'][] = ['finalized'],
): Promise<CreditNoteListing | undefined> {
  const [row] = await joined(db).where(
    and(of(organizationId), eq(creditNotes.id, id), inArray(creditNotes.status, [...statuses])),
  )
  return row
}

/** The items of these notes with their fees, in their order. */
export function itemsOf(db: Database, organizationId: string, creditNoteIds: readonly string[]) {
  return db
    .select({ item: creditNoteItems, fee: fees })
    .from(creditNoteItems)
    .innerJoin(fees, eq(fees.id, creditNoteItems.feeId))
    .where(
      and(
        eq(creditNoteItems.organizationId, organizationId),
        sql`${creditNoteItems.creditNoteId} IN ${valueList(creditNoteIds)}`,
      ),
    )
    .orderBy(asc(creditNoteItems.seq))
}

/** A note's place among those of its invoice is given in the batch, so that no two can have the same. */
export const insertCreditNote = (db: Database, row: Omit<CreditNoteRow, 'seq' | 'sequentialId'>): Statement =>
  db.insert(creditNotes).values({
    ...row,
    sequentialId: sql`(SELECT coalesce(max(n.sequential_id), 0) + 1 FROM credit_notes n WHERE n.invoice_id = ${row.invoiceId})`,
  })

/** Any number of items, in their order. */
export const insertCreditNoteItems = (db: Database, rows: Iterable<Omit<CreditNoteItemRow, 'seq'>>) =>
  bulkInsert(db, creditNoteItems, rows)

export const deleteItemsOfNote = (db: Database, organizationId: string, creditNoteId: string): Statement =>
  db
    .delete(creditNoteItems)
    .where(and(eq(creditNoteItems.organizationId, organizationId), eq(creditNoteItems.creditNoteId, creditNoteId)))

/** For a note on a draft that has come to nothing: what was issued is never deleted. */
export const deleteDraftNote = (db: Database, organizationId: string, id: string): Statement =>
  db.delete(creditNotes).where(and(of(organizationId), eq(creditNotes.id, id), eq(creditNotes.status, 'draft')))

/** For a draft that is gone: the notes that wait for it, with their items. */
export function deleteDraftNotesOf(db: Database, organizationId: string, invoiceId: string): Statement[] {
  const waiting = and(of(organizationId), eq(creditNotes.invoiceId, invoiceId), eq(creditNotes.status, 'draft'))
  const ids = sql`(SELECT ${creditNotes.id} FROM ${creditNotes} WHERE ${waiting})`
  return [
    db
      .delete(creditNoteItems)
      .where(and(eq(creditNoteItems.organizationId, organizationId), sql`${creditNoteItems.creditNoteId} IN ${ids}`)),
    db.delete(creditNotes).where(waiting),
  ]
}

/** Takes a part of the balance. What is not there cannot be taken: the table refuses a balance below 0. */
export const spendCreditNote = (
  db: Database,
  organizationId: string,
  { id, amountCents, now }: { id: string; amountCents: number; now: number },
): Statement =>
  db
    .update(creditNotes)
    .set({
      balanceAmountCents: sql`${creditNotes.balanceAmountCents} - ${amountCents}`,
      creditStatus: sql`CASE WHEN ${creditNotes.balanceAmountCents} = ${amountCents} THEN 'consumed' ELSE 'available' END`,
      updatedAt: now,
    })
    .where(and(of(organizationId), eq(creditNotes.id, id)))

/** Gives back what an invoice took that is void: there for later ones again. */
export const restoreCreditNote = (
  db: Database,
  organizationId: string,
  { id, amountCents, now }: { id: string; amountCents: number; now: number },
): Statement =>
  db
    .update(creditNotes)
    .set({
      balanceAmountCents: sql`${creditNotes.balanceAmountCents} + ${amountCents}`,
      creditStatus: 'available',
      updatedAt: now,
    })
    .where(and(of(organizationId), eq(creditNotes.id, id)))

export const updateCreditNoteRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<CreditNoteRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(creditNotes)
    .set(changes)
    .where(and(of(organizationId), eq(creditNotes.id, id)))
