import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { PlanInterval } from '../../core/catalog.js'
import type { Metadata } from '../../core/metadata.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'
import type { KeptCommitment } from '../minimum_commitments/terms.js'
import type { KeptThreshold } from '../usage_thresholds/terms.js'

export const plans = sqliteTable(
  'plans',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    invoiceDisplayName: text('invoice_display_name'),
    description: text('description'),
    interval: text('interval').$type<PlanInterval>().notNull(),
    amountCents: integer('amount_cents').notNull(),
    currency: text('amount_currency').notNull(),
    payInAdvance: flag('pay_in_advance').notNull(),
    billChargesMonthly: flag('bill_charges_monthly'),
    billFixedChargesMonthly: flag('bill_fixed_charges_monthly'),
    /** Days, decimal text. */
    trialPeriod: text('trial_period'),
    /** Null where it has none of its own: a subscription's copy then has those of the plan that it was made of. */
    usageThresholds: json<KeptThreshold[]>('usage_thresholds'),
    /** Its taxes are assigned to its id. */
    minimumCommitment: json<KeptCommitment>('minimum_commitment'),
    /** Null where there are none. */
    metadata: json<Metadata>('metadata'),
    /** The plan that this one was made of for one subscription; it has the same code. */
    parentId: text('parent_id'),
    /** Whether it is being deleted: its subscriptions end first. */
    pendingDeletion: flag('pending_deletion').notNull().default(false),
  },
  (t) => [
    uniqueIndex('plans_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL AND parent_id IS NULL`),
    index('plans_parent').on(t.parentId),
  ],
)
export type PlanRow = typeof plans.$inferSelect
