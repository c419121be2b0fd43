import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { json, lifeColumns, rowColumns } from '../../db/columns.js'

/** Prices of their own for some of a charge's events. */
export const chargeFilters = sqliteTable(
  'charge_filters',
  {
    ...rowColumns(),
    ...lifeColumns(),
    chargeId: text('charge_id').notNull(),
    /** Its place among the charge's filters: of identical ones the first gets the events. */
    position: integer('position').notNull(),
    values: json<Record<string, string[]>>('values').notNull(),
    /** In the canonical form of the charge model, group keys included. */
    properties: json<Record<string, unknown>>('properties').notNull(),
    invoiceDisplayName: text('invoice_display_name'),
  },
  (t) => [index('charge_filters_charge').on(t.chargeId, t.position)],
)
export type ChargeFilterRow = typeof chargeFilters.$inferSelect
