import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { rowColumns } from '../../db/columns.js'

/** What was paid of an invoice, each with a receipt. A payment that is written down by hand has succeeded. */
export const payments = sqliteTable(
  'payments',
  {
    ...rowColumns(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
    currency: text('currency').notNull(),
    reference: text('reference').notNull(),
    receiptId: text('receipt_id').notNull(),
    /** The receipt's place among the customer's, from 1. */
    receiptSequentialId: integer('receipt_sequential_id').notNull(),
  },
  (t) => [
    index('payments_listing').on(t.organizationId, t.seq),
    index('payments_invoice').on(t.invoiceId),
    uniqueIndex('payments_receipt').on(t.receiptId),
    uniqueIndex('payments_receipt_sequence').on(t.customerId, t.receiptSequentialId),
  ],
)
export type PaymentRow = typeof payments.$inferSelect
