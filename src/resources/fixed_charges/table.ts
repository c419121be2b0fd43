import { sql } from 'drizzle-orm'
import { index, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { FixedChargeModelName } from '../../core/catalog.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export const fixedCharges = sqliteTable(
  'fixed_charges',
  {
    ...rowColumns(),
    ...lifeColumns(),
    planId: text('plan_id').notNull(),
    addOnId: text('add_on_id').notNull(),
    code: text('code').notNull(),
    chargeModel: text('charge_model').$type<FixedChargeModelName>().notNull(),
    invoiceDisplayName: text('invoice_display_name'),
    payInAdvance: flag('pay_in_advance').notNull(),
    prorated: flag('prorated').notNull(),
    /** Those that were decided last, decimal text. */
    units: text('units').notNull(),
    /** The fixed charge of the parent plan that this one was copied from. */
    parentId: text('parent_id'),
    /** In the canonical form of the charge model's `parseProperties`. */
    properties: json<Record<string, unknown>>('properties').notNull(),
  },
  (t) => [
    uniqueIndex('fixed_charges_code').on(t.planId, t.code).where(sql`deleted_at IS NULL`),
    index('fixed_charges_parent').on(t.parentId),
  ],
)
export type FixedChargeRow = typeof fixedCharges.$inferSelect

/** How many units there are to be from some time on: what is decided later prevails. Never changed; the order is that of the rows. */
export const fixedChargeUnits = sqliteTable(
  'fixed_charge_units',
  {
    ...rowColumns(),
    fixedChargeId: text('fixed_charge_id').notNull(),
    /** The subscription that has these for itself; null for all that are on the plan. */
    subscriptionId: text('subscription_id'),
    /** Decimal text, at least 0. */
    units: text('units').notNull(),
    /** Whether they hold from the moment of the decision on, rather than from the next period. */
    isImmediate: flag('is_immediate').notNull(),
    /** The same for all that one request decided: it is billed by one invoice. */
    batchId: text('batch_id').notNull(),
  },
  (t) => [
    index('fixed_charge_units_charge').on(t.fixedChargeId),
    index('fixed_charge_units_subscription').on(t.subscriptionId).where(sql`subscription_id IS NOT NULL`),
    index('fixed_charge_units_batch').on(t.batchId),
  ],
)
export type FixedChargeUnitsRow = typeof fixedChargeUnits.$inferSelect
