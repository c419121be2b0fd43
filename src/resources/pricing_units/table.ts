import { sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { lifeColumns, rowColumns } from '../../db/columns.js'

/** Units of an organization's own, in which charges may be priced: credits, tokens. They are never deleted. */
export const pricingUnits = sqliteTable(
  'pricing_units',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    shortName: text('short_name').notNull(),
    description: text('description'),
  },
  (t) => [uniqueIndex('pricing_units_code').on(t.organizationId, t.code)],
)
export type PricingUnitRow = typeof pricingUnits.$inferSelect
