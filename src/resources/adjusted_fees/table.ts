import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Adjustment } from '../../core/invoicing/adjusted_fee.js'
import { json, rowColumns } from '../../db/columns.js'

/** What was set by hand of a fee of a draft. It outlives the fee itself, which is made anew whenever the draft is computed. */
export const adjustedFees = sqliteTable(
  'adjusted_fees',
  {
    ...rowColumns(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    /** Of which fee: text that is the same for the same one, so that there is one adjustment of it. */
    subject: text('subject').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    /** Null for the plan's own fee, and for a fixed charge. */
    chargeId: text('charge_id'),
    fixedChargeId: text('fixed_charge_id'),
    chargeFilterId: text('charge_filter_id'),
    /** The values of that filter as they were: by them it is found again on a plan that was copied. */
    filterValues: json<Record<string, readonly string[]>>('filter_values'),
    groupedBy: json<Record<string, string | null>>('grouped_by').notNull(),
    adjustment: text('adjustment').$type<Adjustment>().notNull(),
    /** Decimal text; null where only the name is another. */
    units: text('units'),
    /** Currency units, decimal text; null where the units are priced as the charge says. */
    unitAmount: text('unit_amount'),
    invoiceDisplayName: text('invoice_display_name'),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('adjusted_fees_once').on(t.invoiceId, t.subject),
    index('adjusted_fees_customer').on(t.customerId),
  ],
)
export type AdjustedFeeRow = typeof adjustedFees.$inferSelect
