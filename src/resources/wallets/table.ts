import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Metadata } from '../../core/metadata.js'
import type { WalletLimits } from '../../core/wallets/buckets.js'
import { flag, json, rowColumns } from '../../db/columns.js'

export type WalletStatus = 'active' | 'terminated'

/** Credits that a customer holds, of which invoices are paid. Credits are decimal text, money is whole minor units. */
export const wallets = sqliteTable(
  'wallets',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    code: text('code').notNull(),
    name: text('name'),
    status: text('status').$type<WalletStatus>().notNull(),
    currency: text('currency').notNull(),
    /** Currency units for one credit. */
    rateAmount: text('rate_amount').notNull(),
    /** 1 is used first. */
    priority: integer('priority').notNull(),
    /** Who bills its purchases; null for whoever bills the customer. */
    billingEntityCode: text('billing_entity_code'),
    /** What is settled and not used up: what is left of all that came in. */
    balanceCents: integer('balance_cents').notNull(),
    creditsBalance: text('credits_balance').notNull(),
    /** What it will have to pay of usage and drafts that are not paid yet. */
    ongoingUsageCents: integer('ongoing_usage_cents').notNull().default(0),
    /** Whether that is as much as it holds, and somebody was told so. */
    isDepleted: flag('is_depleted').notNull().default(false),
    /** What invoices have taken. */
    consumedCredits: text('consumed_credits').notNull(),
    lastBalanceSyncAt: integer('last_balance_sync_at'),
    lastConsumedCreditAt: integer('last_consumed_credit_at'),
    /** What it was opened with, as it was asked for: a rule without amounts repeats it. */
    firstPaidCredits: text('first_paid_credits').notNull().default('0'),
    firstGrantedCredits: text('first_granted_credits').notNull().default('0'),
    /** The last local day on which a rule has filled it by the calendar. */
    toppedUpOn: text('topped_up_on'),
    /** The ongoing balance when rules last looked at it. */
    ongoingSeenCents: integer('ongoing_seen_cents').notNull().default(0),
    expirationAt: integer('expiration_at'),
    terminatedAt: integer('terminated_at'),
    /** Whether purchases are invoiced only once they are paid, unless they say otherwise. */
    invoiceRequiresSuccessfulPayment: flag('invoice_requires_successful_payment').notNull(),
    /** Bounds of a purchase, both included. */
    paidTopUpMinAmountCents: integer('paid_top_up_min_amount_cents'),
    paidTopUpMaxAmountCents: integer('paid_top_up_max_amount_cents'),
    purchaseOrderNumber: text('purchase_order_number'),
    feeTypes: json<WalletLimits['feeTypes']>('fee_types').notNull(),
    metricIds: json<WalletLimits['metricIds']>('metric_ids').notNull(),
    skipsCustomSections: flag('skips_custom_sections').notNull(),
    customSectionCodes: json<string[]>('custom_section_codes').notNull(),
    /** Null where there are none. */
    metadata: json<Metadata>('metadata'),
  },
  (t) => [
    index('wallets_customer').on(t.customerId, t.status),
    index('wallets_listing').on(t.organizationId, t.seq),
    // The codes of those that have ended are free.
    uniqueIndex('wallets_code').on(t.customerId, t.code).where(sql`status = 'active'`),
    check('wallets_balance', sql`balance_cents >= 0`),
  ],
)
export type WalletRow = typeof wallets.$inferSelect
