import { and, count, desc, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { customers } from '../customers/table.js'
import { invoices } from '../invoices/table.js'
import { type PaymentRow, payments } from './table.js'

const of = (organizationId: string) => eq(payments.organizationId, organizationId)

/** A payment with what its answer names of its neighbours. */
export interface PaymentListing {
  readonly payment: PaymentRow
  readonly externalCustomerId: string
  readonly customerSlug: string
  readonly invoiceNumber: string
}

export interface PaymentFilters {
  readonly customerId?: string | undefined
  readonly externalCustomerId?: string | undefined
  readonly invoiceId?: string | undefined
}

/** The newest first. */
export async function listPayments(
  db: Database,
  organizationId: string,
  { customerId, externalCustomerId, invoiceId }: PaymentFilters,
  page: Page,
): Promise<Paged<PaymentListing>> {
  const where = and(
    of(organizationId),
    customerId === undefined ? undefined : eq(payments.customerId, customerId),
    externalCustomerId === undefined ? undefined : eq(customers.externalId, externalCustomerId),
    invoiceId === undefined ? undefined : eq(payments.invoiceId, invoiceId),
  )
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db).where(where).orderBy(desc(payments.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db.select({ n: count() }).from(payments).innerJoin(customers, eq(customers.id, payments.customerId)).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findPayment(db: Database, organizationId: string, id: string) {
  const [row] = await joined(db).where(and(of(organizationId), eq(payments.id, id)))
  return row
}

export async function findReceipt(db: Database, organizationId: string, receiptId: string) {
  const [row] = await joined(db).where(and(of(organizationId), eq(payments.receiptId, receiptId)))
  return row
}

const joined = (db: Database) =>
  db
    .select({
      payment: payments,
      externalCustomerId: customers.externalId,
      customerSlug: customers.slug,
      invoiceNumber: invoices.number,
    })
    .from(payments)
    .innerJoin(customers, eq(customers.id, payments.customerId))
    .innerJoin(invoices, eq(invoices.id, payments.invoiceId))

/** Its receipt is the customer's next one: numbered in the batch, so that none is given twice or left out. */
export const insertPayment = (db: Database, row: Omit<PaymentRow, 'seq' | 'receiptSequentialId'>): Statement =>
  db.insert(payments).values({
    ...row,
    receiptSequentialId: sql`(SELECT coalesce(max(p.receipt_sequential_id), 0) + 1 FROM payments p WHERE p.customer_id = ${row.customerId})`,
  })
