import { and, asc, count, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
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

function conditions(filters: CreditNoteFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    given(filters.externalCustomerId, (id) => eq(customers.externalId, id)),
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
): Promise<CreditNoteListing | undefined> {
  const [row] = await joined(db).where(
    and(of(organizationId), eq(creditNotes.id, id), eq(creditNotes.status, 'finalized')),
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

/** The customer's notes that wait for their invoice to be final. */
export const draftCreditNotes = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(creditNotes)
    .where(and(of(organizationId), eq(creditNotes.customerId, customerId), eq(creditNotes.status, 'draft')))
    .orderBy(asc(creditNotes.seq))

/** All items of notes on these fees. */
export const itemsOnFees = (db: Database, organizationId: string, feeIds: Values) =>
  db
    .select()
    .from(creditNoteItems)
    .where(
      and(eq(creditNoteItems.organizationId, organizationId), sql`${creditNoteItems.feeId} IN ${valueList(feeIds)}`),
    )

/** A note's place among those of its invoice is given in the batch, so that no two can have the same. */
export const insertCreditNote = (db: Database, row: Omit<CreditNoteRow, 'seq' | 'sequentialId'>): Statement =>
  db.insert(creditNotes).values({
    ...row,
    sequentialId: sql`(SELECT coalesce(max(n.sequential_id), 0) + 1 FROM credit_notes n WHERE n.invoice_id = ${row.invoiceId})`,
  })

export const insertCreditNoteItem = (db: Database, row: Omit<CreditNoteItemRow, 'seq'>): Statement =>
  db.insert(creditNoteItems).values(row)

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

export const creditNotesById = (db: Database, organizationId: string, ids: readonly string[]) =>
  db
    .select()
    .from(creditNotes)
    .where(and(of(organizationId), inArray(creditNotes.id, [...ids])))
