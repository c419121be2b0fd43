import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { CouponFrequency } from '../../core/invoicing/coupon_balance.js'
import { flag, rowColumns } from '../../db/columns.js'

export const APPLIED_COUPON_STATUSES = ['active', 'terminated'] as const
export type AppliedCouponStatus = (typeof APPLIED_COUPON_STATUSES)[number]

/** A coupon as a customer has it: what it gives is copied, and may differ from the coupon. */
export const appliedCoupons = sqliteTable(
  'applied_coupons',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    couponId: text('coupon_id').notNull(),
    status: text('status').$type<AppliedCouponStatus>().notNull(),
    terminatedAt: integer('terminated_at'),
    amountCents: integer('amount_cents'),
    currency: text('amount_currency'),
    /** Percent, decimal text. */
    percentageRate: text('percentage_rate'),
    frequency: text('frequency').$type<CouponFrequency>().notNull(),
    frequencyDuration: integer('frequency_duration'),
    /** Invoices that it may still reach; null without a bound. */
    remainingInvoices: integer('remaining_invoices'),
    /** What is left of a fixed amount that is given once; else null. */
    remainingAmountCents: integer('remaining_amount_cents'),
    /** Whether the customer may have the coupon again. */
    reusable: flag('reusable').notNull(),
  },
  (t) => [
    index('applied_coupons_customer').on(t.customerId, t.status),
    index('applied_coupons_coupon').on(t.couponId),
    index('applied_coupons_listing').on(t.organizationId, t.seq),
    uniqueIndex('applied_coupons_once').on(t.customerId, t.couponId).where(sql`reusable = 0`),
    check('applied_coupons_invoices', sql`remaining_invoices >= 0`),
    check('applied_coupons_amount', sql`remaining_amount_cents >= 0`),
  ],
)
export type AppliedCouponRow = typeof appliedCoupons.$inferSelect
