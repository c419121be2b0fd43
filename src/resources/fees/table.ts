import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { FeeBasis } from '../../core/explanation/fee_basis.js'
import type { Adjustment } from '../../core/invoicing/adjusted_fee.js'
import { flag, json, rowColumns } from '../../db/columns.js'
import type { AppliedTax } from '../invoices/table.js'

export type FeeType = 'subscription' | 'charge' | 'fixed_charge' | 'commitment' | 'add_on' | 'credit'
/** What a fee that was priced in a pricing unit came to in it. */
export interface FeePricingUnit {
  readonly pricingUnitId: string
  readonly code: string
  readonly shortName: string
  /** Currency units for one pricing unit, decimal text. */
  readonly conversionRate: string
  /** Hundredths of the pricing unit. */
  readonly amountCents: number
  /** Before rounding, in hundredths, decimal text. */
  readonly preciseAmountCents: string
  /** Pricing units per unit, decimal text. */
  readonly unitAmount: string
}

export interface PresentationBreakdown {
  readonly presentationBy: Readonly<Record<string, string | null>>
  /** Decimal text. */
  readonly units: string
}

export type FeePaymentStatus = 'pending' | 'succeeded' | 'failed' | 'refunded'

export const fees = sqliteTable(
  'fees',
  {
    ...rowColumns(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id'),
    subscriptionId: text('subscription_id'),
    chargeId: text('charge_id'),
    fixedChargeId: text('fixed_charge_id'),
    chargeFilterId: text('charge_filter_id'),
    /** The values of the pricing group; empty without grouping. */
    groupedBy: json<Record<string, string | null>>('grouped_by').notNull().default({}),
    /** Of a charge in advance: the event that the fee is for. */
    eventTransactionId: text('event_transaction_id'),
    /** Of usage that stayed below its charge's minimum: the fee that makes up for it; and on that one the fee of the usage. */
    trueUpFeeId: text('true_up_fee_id'),
    trueUpParentFeeId: text('true_up_parent_fee_id'),
    feeType: text('fee_type').$type<FeeType>().notNull(),
    currency: text('currency').notNull(),
    /** What was said of this very fee; null where nothing was. */
    description: text('description'),
    amountCents: integer('amount_cents').notNull(),
    /** Before rounding, in minor units, decimal text. */
    preciseAmountCents: text('precise_amount_cents').notNull(),
    preciseCouponsAmountCents: text('precise_coupons_amount_cents').notNull(),
    units: text('units').notNull(),
    totalAggregatedUnits: text('total_aggregated_units'),
    eventsCount: integer('events_count'),
    /** In currency units, decimal text. */
    unitAmount: text('unit_amount').notNull(),
    amountDetails: json<Record<string, unknown>>('amount_details').notNull(),
    taxesAmountCents: integer('taxes_amount_cents').notNull(),
    taxesPreciseAmountCents: text('taxes_precise_amount_cents').notNull(),
    taxesRate: text('taxes_rate').notNull(),
    appliedTaxes: json<AppliedTax[]>('applied_taxes').notNull(),
    fromAt: integer('from_at'),
    toAt: integer('to_at'),
    /** Whether the instant `toAt` belongs to the fee, as that of a termination does; else it is the first one that does not. */
    toInclusive: flag('to_inclusive').notNull(),
    payInAdvance: flag('pay_in_advance').notNull(),
    invoiceable: flag('invoiceable').notNull(),
    paymentStatus: text('payment_status').$type<FeePaymentStatus>().notNull(),
    succeededAt: integer('succeeded_at'),
    failedAt: integer('failed_at'),
    refundedAt: integer('refunded_at'),
    deletedAt: integer('deleted_at'),
    pricingUnit: json<FeePricingUnit>('pricing_unit'),
    presentationBreakdowns: json<PresentationBreakdown[]>('presentation_breakdowns').notNull().default([]),
    /** What the fee is for, as it was called when it was made. */
    itemId: text('item_id').notNull(),
    itemCode: text('item_code').notNull(),
    itemName: text('item_name').notNull(),
    itemDescription: text('item_description'),
    itemInvoiceDisplayName: text('item_invoice_display_name').notNull(),
    /** The values of the charge filter; null for events that match none, and without filters. */
    itemFilters: json<Record<string, readonly string[]>>('item_filters'),
    itemFilterInvoiceDisplayName: text('item_filter_invoice_display_name'),
    /** What was set by hand of it, and by what; null for a fee as it was computed. */
    adjustedFeeId: text('adjusted_fee_id'),
    adjustment: text('adjustment').$type<Adjustment>(),
    /** What the fee was made from; null where that was not kept. */
    basis: json<FeeBasis>('basis'),
  },
  (t) => [
    index('fees_invoice').on(t.invoiceId),
    index('fees_subscription').on(t.subscriptionId, t.toAt),
    index('fees_listing').on(t.organizationId, t.seq),
    index('fees_customer').on(t.customerId),
    index('fees_fixed_in_advance')
      .on(t.customerId, t.toAt)
      .where(sql`fee_type = 'fixed_charge' AND pay_in_advance = 1`),
    // A renewal without an invoice is made once, whatever becomes of it.
    uniqueIndex('fees_renewed_once')
      .on(
        t.subscriptionId,
        t.chargeId,
        sql`CASE WHEN charge_filter_id IS NULL THEN '' ELSE charge_filter_id END`,
        t.groupedBy,
        t.fromAt,
      )
      .where(sql`fee_type = 'charge' AND pay_in_advance = 1 AND event_transaction_id IS NULL`),
    // Few at any time: what is paid is collected.
    index('fees_collectable')
      .on(t.customerId)
      .where(sql`invoice_id IS NULL AND deleted_at IS NULL AND payment_status = 'succeeded'`),
    // An event is charged once, whatever becomes of its fee.
    uniqueIndex('fees_event_once').on(t.subscriptionId, t.chargeId, t.eventTransactionId),
  ],
)
export type FeeRow = typeof fees.$inferSelect

/**
 * The terms of charges as they were when fees were priced by them, each once for however many fees: a charge may have thousands
 * of filters. Cut into parts, for they can be longer than a row may be. Never changed.
 */
export const feeTerms = sqliteTable(
  'fee_terms',
  {
    organizationId: text('organization_id').notNull(),
    /** A hash of the whole text. */
    key: text('key').notNull(),
    part: integer('part').notNull(),
    text: text('text').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.key, t.part] })],
)
