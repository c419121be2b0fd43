import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ChargeModelName } from '../../core/catalog.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export const charges = sqliteTable(
  'charges',
  {
    ...rowColumns(),
    ...lifeColumns(),
    planId: text('plan_id').notNull(),
    billableMetricId: text('billable_metric_id').notNull(),
    code: text('code').notNull(),
    chargeModel: text('charge_model').$type<ChargeModelName>().notNull(),
    invoiceDisplayName: text('invoice_display_name'),
    payInAdvance: flag('pay_in_advance').notNull(),
    invoiceable: flag('invoiceable').notNull(),
    prorated: flag('prorated').notNull(),
    /** Whether events say which wallet is to pay for their usage. */
    acceptsTargetWallet: flag('accepts_target_wallet').notNull().default(false),
    minAmountCents: integer('min_amount_cents').notNull(),
    regroupPaidFees: text('regroup_paid_fees').$type<'invoice'>(),
    pricingUnitId: text('pricing_unit_id'),
    /** Currency units for one pricing unit, decimal text; null without a pricing unit. */
    conversionRate: text('conversion_rate'),
    /** The charge of the parent plan that this one was copied from. */
    parentId: text('parent_id'),
    /** In the canonical form of the charge model's `parseProperties`. */
    properties: json<Record<string, unknown>>('properties').notNull(),
  },
  (t) => [
    uniqueIndex('charges_code').on(t.planId, t.code).where(sql`deleted_at IS NULL`),
    index('charges_metric').on(t.billableMetricId),
    index('charges_parent').on(t.parentId),
  ],
)
export type ChargeRow = typeof charges.$inferSelect
