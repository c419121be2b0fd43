import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { rowColumns } from '../../db/columns.js'

/**
 * The place of a final invoice in its customer's chain. From this row on nothing can change the invoice any more: it is written
 * last in the commit that makes the invoice final. Never changed itself, but for being sealed once.
 */
export const invoiceLinks = sqliteTable(
  'invoice_links',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    invoiceId: text('invoice_id').notNull().unique(),
    organizationId: text('organization_id').notNull(),
    customerId: text('customer_id').notNull(),
    createdAt: integer('created_at').notNull(),
    /** From 1, without gaps, in the order in which the customer's invoices became final. */
    position: integer('position').notNull(),
    /** Of the invoice's content: which columns are hashed. */
    contentVersion: integer('content_version').notNull(),
    contentHash: text('content_hash').notNull(),
    /** The hash of the link before; null of the first. */
    previousHash: text('previous_hash'),
    hash: text('hash').notNull(),
    /** The seal that covers it; null until the hourly run. */
    sealId: text('seal_id'),
    /** The invoice's numbers, as they were sealed: the commit that makes it final gives them, after its hash is known. */
    number: text('number'),
    sequentialId: integer('sequential_id'),
    organizationSequentialId: integer('organization_sequential_id'),
  },
  (t) => [
    // Two commits that follow the same invoice: one of them fails.
    uniqueIndex('invoice_links_chain').on(t.customerId, t.position),
    index('invoice_links_unsealed').on(t.organizationId, t.seq).where(sql`seal_id IS NULL`),
    index('invoice_links_seal').on(t.sealId),
  ],
)
export type InvoiceLinkRow = typeof invoiceLinks.$inferSelect

/** A root over what became final in an organization since its seal before. Never changed. */
export const invoiceSeals = sqliteTable(
  'invoice_seals',
  {
    ...rowColumns(),
    /** From 1, without gaps. */
    sequentialId: integer('sequential_id').notNull(),
    root: text('root').notNull(),
    customersCount: integer('customers_count').notNull(),
    invoicesCount: integer('invoices_count').notNull(),
  },
  // Of two runs that seal at once one fails.
  (t) => [uniqueIndex('invoice_seals_sequence').on(t.organizationId, t.sequentialId)],
)
export type InvoiceSealRow = typeof invoiceSeals.$inferSelect
