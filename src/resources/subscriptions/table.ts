import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { BillingTime } from '../../core/catalog.js'
import { flag, json, rowColumns } from '../../db/columns.js'
import type { KeptThreshold } from '../usage_thresholds/terms.js'

export type SubscriptionStatus = 'pending' | 'active' | 'terminated' | 'canceled'

export const subscriptions = sqliteTable(
  'subscriptions',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    planId: text('plan_id').notNull(),
    externalId: text('external_id').notNull(),
    /** The entity that bills it where that is not the customer's. */
    billingEntityCode: text('billing_entity_code'),
    name: text('name'),
    status: text('status').$type<SubscriptionStatus>().notNull(),
    billingTime: text('billing_time').$type<BillingTime>().notNull(),
    /** When it was asked to start; its local date is the anchor for good. */
    subscriptionAt: integer('subscription_at').notNull(),
    /** When it really started; null while pending. Nothing before it is ever billed. */
    startedAt: integer('started_at'),
    endingAt: integer('ending_at'),
    terminatedAt: integer('terminated_at'),
    canceledAt: integer('canceled_at'),
    consolidateInvoice: flag('consolidate_invoice').notNull(),
    purchaseOrderNumber: text('purchase_order_number'),
    onTerminationInvoice: text('on_termination_invoice').$type<'generate' | 'skip'>().notNull(),
    /** What becomes of unused days of a plan in advance; null until it is said, or until the end has used its default. */
    onTerminationCreditNote: text('on_termination_credit_note').$type<'credit' | 'refund' | 'offset' | 'skip'>(),
    /** Whether its invoices show no custom sections, and the codes of those they show; without any, the next level decides. */
    skipsCustomSections: flag('skips_custom_sections').notNull().default(false),
    customSectionCodes: json<string[]>('custom_section_codes').notNull().default([]),
    /** Instead of the plan's; null where it has none of its own. */
    usageThresholds: json<KeptThreshold[]>('usage_thresholds'),
    progressiveBillingDisabled: flag('progressive_billing_disabled').notNull().default(false),
    /** The one whose plan this one changes. */
    previousSubscriptionId: text('previous_subscription_id'),
    /** When the trial ended, exactly; null before. */
    trialEndedAt: integer('trial_ended_at'),
    /** The last billing day that was billed, a local date; null before the first. */
    billedThroughOn: text('billed_through_on'),
    /** Exclusive ends of the last billed windows of usage and of fixed charges. */
    chargesBilledUntilAt: integer('charges_billed_until_at'),
    fixedChargesBilledUntilAt: integer('fixed_charges_billed_until_at'),
    /**
     * Where a subscription follows another of the same id at the very same instant, events of that instant belong to the
     * one that was there when they arrived: those up to this place in the log are the predecessor's.
     */
    startedAfterSeq: integer('started_after_seq'),
    endedAfterSeq: integer('ended_after_seq'),
  },
  (t) => [
    uniqueIndex('subscriptions_one_active').on(t.organizationId, t.externalId).where(sql`status = 'active'`),
    index('subscriptions_external_id').on(t.organizationId, t.externalId),
    index('subscriptions_customer').on(t.customerId),
    index('subscriptions_plan').on(t.planId),
    index('subscriptions_previous').on(t.previousSubscriptionId),
  ],
)
export type SubscriptionRow = typeof subscriptions.$inferSelect
