import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { lifeColumns, rowColumns } from '../../db/columns.js'

/** What can be billed without any usage: a set-up fee, a day of consulting. */
export const addOns = sqliteTable(
  'add_ons',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    invoiceDisplayName: text('invoice_display_name'),
    description: text('description'),
    /** For one unit, where the invoice names no price of its own. Minor units. */
    amountCents: integer('amount_cents').notNull(),
    currency: text('amount_currency').notNull(),
  },
  (t) => [
    uniqueIndex('add_ons_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL`),
    index('add_ons_listing').on(t.organizationId, t.seq),
  ],
)
export type AddOnRow = typeof addOns.$inferSelect
