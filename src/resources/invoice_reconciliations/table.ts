import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { json, rowColumns } from '../../db/columns.js'

/** What was done about usage that a final invoice did not bill as it is by now. Never changed. */
export const invoiceReconciliations = sqliteTable(
  'invoice_reconciliations',
  {
    ...rowColumns(),
    invoiceId: text('invoice_id').notNull(),
    /** Among those of the invoice, from 1. */
    sequentialId: integer('sequential_id').notNull(),
    /** The last place in the customer's log of events that it could have seen. */
    usageThroughSeq: integer('usage_through_seq').notNull(),
    /** The invoice of what was to be billed yet; null where nothing was. */
    adjustmentInvoiceId: text('adjustment_invoice_id'),
    /** The notes of what was to be given back. */
    creditNoteIds: json<string[]>('credit_note_ids').notNull(),
    /** By charge: the terms that priced the usage of one that had made no fee before. */
    terms: json<Record<string, string>>('terms').notNull(),
  },
  (t) => [
    // Of two that answer the same state one fails.
    uniqueIndex('invoice_reconciliations_once').on(t.invoiceId, t.sequentialId),
    index('invoice_reconciliations_adjustment').on(t.adjustmentInvoiceId),
  ],
)
export type InvoiceReconciliationRow = typeof invoiceReconciliations.$inferSelect
