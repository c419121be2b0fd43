import { sql } from 'drizzle-orm'
import { sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { lifeColumns, rowColumns } from '../../db/columns.js'

/** Words of the seller's own that invoices show: bank details, a legal notice. */
export const customSections = sqliteTable(
  'invoice_custom_sections',
  {
    ...rowColumns(),
    ...lifeColumns(),
    /** Never changes: customers, subscriptions and billing entities name sections by it. */
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** For the seller alone. */
    description: text('description'),
    /** The heading on the invoice; null for the name. */
    displayName: text('display_name'),
    details: text('details'),
  },
  (t) => [uniqueIndex('invoice_custom_sections_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL`)],
)
export type CustomSectionRow = typeof customSections.$inferSelect
