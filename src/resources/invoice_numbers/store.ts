import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { advanceInvoiceSequence } from '../billing_entities/store.js'
import { invoices } from '../invoices/table.js'

/** An invoice that becomes final, with what its number is made of. */
export interface Numbered {
  readonly invoiceId: string
  readonly customerId: string
  readonly billingEntityCode: string
  /** Self-billed invoices are numbered by customer, and take no place among the entity's. */
  readonly isSelfBilled: boolean
  /** YYYYMM of the finalization in the entity's zone. */
  readonly month: string
}

/**
 * Gives an invoice of the same batch its place among the customer's and among its billing entity's invoices, and its number:
 * in SQL, so that no two batches can give the same and none leaves a gap. The formats are those of
 * `core/invoicing/numbering.ts`.
 */
export function assignNumber(db: Database, organizationId: string, numbered: Numbered): Statement[] {
  const { invoiceId, customerId, billingEntityCode: code, isSelfBilled, month } = numbered
  const entity = sql`billing_entities e WHERE e.organization_id = ${organizationId} AND e.code = ${code}`
  const nextOfCustomer = sql`(
    SELECT coalesce(max(i.sequential_id), 0) + 1 FROM invoices i
    WHERE i.customer_id = ${customerId} AND i.billing_entity_code = ${code}
  )`
  const perCustomer = sql`printf('%s-%03d-%03d', e.document_number_prefix, c.sequential_id, ${nextOfCustomer})`
  const perEntity = sql`printf('%s-%s-%03d', e.document_number_prefix, ${month}, e.invoice_sequence)`
  const format = isSelfBilled
    ? perCustomer
    : sql`CASE e.document_numbering WHEN 'per_billing_entity' THEN ${perEntity} ELSE ${perCustomer} END`
  return [
    ...(isSelfBilled ? [] : [advanceInvoiceSequence(db, organizationId, code)]),
    db
      .update(invoices)
      .set({
        sequentialId: nextOfCustomer,
        organizationSequentialId: isSelfBilled ? null : sql`(SELECT e.invoice_sequence FROM ${entity})`,
        number: sql`(SELECT ${format} FROM customers c, ${entity} AND c.id = ${customerId})`,
      })
      .where(and(eq(invoices.organizationId, organizationId), eq(invoices.id, invoiceId))),
  ]
}
