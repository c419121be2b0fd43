import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { InvoiceStatus } from '../../core/invoicing/status.js'
import type { MetadataEntry } from '../../core/metadata_entries.js'
import { flag, json, rowColumns } from '../../db/columns.js'
import type { AppliedCustomSection } from '../custom_sections/terms.js'
import type { AppliedThreshold } from '../usage_thresholds/terms.js'

export type PaymentStatus = 'pending' | 'succeeded' | 'failed'
export type InvoiceType = 'subscription' | 'one_off' | 'advance_charges' | 'progressive_billing' | 'credit'
export type InvoicingReason =
  | 'subscription_starting'
  | 'subscription_periodic'
  | 'subscription_terminating'
  | 'in_advance_charge'
  | 'in_advance_charge_periodic'
  | 'progressive_billing'

/** A tax as it was when the document was made, with what it came to. */
export interface AppliedTax {
  readonly id: string
  readonly taxId: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Percent, decimal text. */
  readonly rate: string
  readonly amountCents: number
  /** The net amount that the tax was reckoned on; of an invoice's tax only. */
  readonly feesAmountCents?: number
  readonly createdAt: number
}

export const invoices = sqliteTable(
  'invoices',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    billingEntityCode: text('billing_entity_code').notNull().default('default'),
    invoiceType: text('invoice_type').$type<InvoiceType>().notNull(),
    status: text('status').$type<InvoiceStatus>().notNull(),
    paymentStatus: text('payment_status').$type<PaymentStatus>().notNull(),
    currency: text('currency').notNull(),
    /** `<PREFIX>-DRAFT` until it is final. */
    number: text('number').notNull(),
    /** Its place among the customer's invoices of its billing entity; null until it is final. */
    sequentialId: integer('sequential_id'),
    /** Its place among its billing entity's invoices; null until it is final, and of self-billed ones. */
    organizationSequentialId: integer('organization_sequential_id'),
    /** The instant that the invoice was made for: its local date is the billing day. */
    billingAt: integer('billing_at').notNull(),
    issuingOn: text('issuing_on').notNull(),
    expectedFinalizationOn: text('expected_finalization_on').notNull(),
    paymentDueOn: text('payment_due_on').notNull(),
    netPaymentTerm: integer('net_payment_term').notNull(),
    purchaseOrderNumber: text('purchase_order_number'),
    feesAmountCents: integer('fees_amount_cents').notNull(),
    progressiveBillingCreditAmountCents: integer('progressive_billing_credit_amount_cents').notNull(),
    couponsAmountCents: integer('coupons_amount_cents').notNull(),
    subTotalExcludingTaxesAmountCents: integer('sub_total_excluding_taxes_amount_cents').notNull(),
    taxesAmountCents: integer('taxes_amount_cents').notNull(),
    taxesRate: text('taxes_rate').notNull(),
    subTotalIncludingTaxesAmountCents: integer('sub_total_including_taxes_amount_cents').notNull(),
    creditNotesAmountCents: integer('credit_notes_amount_cents').notNull(),
    prepaidCreditAmountCents: integer('prepaid_credit_amount_cents').notNull(),
    /** Its parts that were given and bought; null where there is none of that kind. */
    prepaidGrantedCreditAmountCents: integer('prepaid_granted_credit_amount_cents'),
    prepaidPurchasedCreditAmountCents: integer('prepaid_purchased_credit_amount_cents'),
    totalAmountCents: integer('total_amount_cents').notNull(),
    totalPaidAmountCents: integer('total_paid_amount_cents').notNull(),
    /** What credit notes take off what is due. */
    offsetAmountCents: integer('offset_amount_cents').notNull().default(0),
    appliedTaxes: json<AppliedTax[]>('applied_taxes').notNull(),
    /** The thresholds whose passing made it. */
    usageThresholds: json<AppliedThreshold[]>('usage_thresholds').notNull().default([]),
    /** The words that it shows beside its figures, as they were when it was made. */
    customSections: json<AppliedCustomSection[]>('custom_sections').notNull().default([]),
    finalizedAt: integer('finalized_at'),
    /** Whether it was not paid in time. */
    paymentOverdue: flag('payment_overdue').notNull().default(false),
    /** When it was said that a dispute about it is lost: it is not expected to be paid any more. */
    paymentDisputeLostAt: integer('payment_dispute_lost_at'),
    metadata: json<MetadataEntry[]>('metadata').notNull().default([]),
    voidedAt: integer('voided_at'),
    /** The void invoice that this one was made from. */
    voidedInvoiceId: text('voided_invoice_id'),
    /** The last place in the customer's log of events when usage was billed for good; null until then. */
    usageThroughSeq: integer('usage_through_seq'),
  },
  (t) => [
    index('invoices_listing').on(t.organizationId, t.issuingOn, t.seq),
    index('invoices_customer').on(t.customerId),
    // A void invoice is made anew once.
    uniqueIndex('invoices_voided_invoice').on(t.voidedInvoiceId),
    uniqueIndex('invoices_sequence').on(t.customerId, t.billingEntityCode, t.sequentialId),
    uniqueIndex('invoices_organization_sequence').on(t.organizationId, t.billingEntityCode, t.organizationSequentialId),
  ],
)
export type InvoiceRow = typeof invoices.$inferSelect

/**
 * What one invoice bills of one subscription. The unique key makes a period billed once: a second batch that tries to
 * fails whole.
 */
export const billingPeriods = sqliteTable(
  'billing_periods',
  {
    ...rowColumns(),
    invoiceId: text('invoice_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    invoicingReason: text('invoicing_reason').$type<InvoicingReason>().notNull(),
    /**
     * The local billing day of a run, also of one that starts the plan that follows; charge and event of a charge in advance; its place among those of the whole
     * life for one on the way; of a collection of paid fees the subscription that it is made for, with that one's key, and the
     * currency; `once` for what happens once in a subscription's life.
     */
    periodKey: text('period_key').notNull(),
    /** The whole plan period that the plan window lies in, local dates, the second exclusive. */
    planPeriodFromOn: text('plan_period_from_on').notNull(),
    planPeriodToOn: text('plan_period_to_on').notNull(),
    planFromAt: integer('plan_from_at').notNull(),
    planToAt: integer('plan_to_at').notNull(),
    billsPlanFee: flag('bills_plan_fee').notNull(),
    chargesFromAt: integer('charges_from_at'),
    chargesToAt: integer('charges_to_at'),
    fixedChargesFromAt: integer('fixed_charges_from_at'),
    fixedChargesToAt: integer('fixed_charges_to_at'),
    /** Whether a window ends with the very instant of a termination, which then belongs to it. */
    planToInclusive: flag('plan_to_inclusive').notNull(),
    chargesToInclusive: flag('charges_to_inclusive').notNull(),
    fixedChargesToInclusive: flag('fixed_charges_to_inclusive').notNull(),
    /** The zone that the windows were reckoned in: a draft's days stay what they were when the customer moves. */
    zone: text('zone').notNull(),
  },
  (t) => [
    uniqueIndex('billing_periods_once').on(t.subscriptionId, t.invoicingReason, t.periodKey),
    index('billing_periods_invoice').on(t.invoiceId),
  ],
)
export type BillingPeriodRow = typeof billingPeriods.$inferSelect

/** What is taken off an invoice, prepaid credits excepted. Each source is spent on an invoice once. */
export const invoiceCredits = sqliteTable(
  'invoice_credits',
  {
    ...rowColumns(),
    invoiceId: text('invoice_id').notNull(),
    sourceType: text('source_type').$type<'invoice' | 'coupon' | 'credit_note'>().notNull(),
    sourceId: text('source_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
  },
  (t) => [
    uniqueIndex('invoice_credits_once').on(t.invoiceId, t.sourceType, t.sourceId),
    index('invoice_credits_source').on(t.sourceType, t.sourceId),
  ],
)
export type InvoiceCreditRow = typeof invoiceCredits.$inferSelect
