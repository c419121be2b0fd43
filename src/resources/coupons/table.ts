import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { CouponFrequency, CouponType } from '../../core/invoicing/coupon_balance.js'
import type { CouponLimit } from '../../core/invoicing/coupon_limits.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export const COUPON_EXPIRATIONS = ['no_expiration', 'time_limit'] as const
export type CouponExpiration = (typeof COUPON_EXPIRATIONS)[number]

export const coupons = sqliteTable(
  'coupons',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    couponType: text('coupon_type').$type<CouponType>().notNull(),
    /** Of a fixed amount, else null; so is its currency. */
    amountCents: integer('amount_cents'),
    currency: text('amount_currency'),
    /** Percent, decimal text; null of a fixed amount. */
    percentageRate: text('percentage_rate'),
    frequency: text('frequency').$type<CouponFrequency>().notNull(),
    /** Invoices; null unless it is recurring. */
    frequencyDuration: integer('frequency_duration'),
    /** Whether a customer may have it more than once. */
    reusable: flag('reusable').notNull(),
    expiration: text('expiration').$type<CouponExpiration>().notNull(),
    /** From then on it cannot be applied any more; null when it never expires. */
    expirationAt: integer('expiration_at'),
    /** What the ids in `target_ids` are of; null when it is for everything. */
    targetKind: text('target_kind').$type<CouponLimit['kind']>(),
    targetIds: json<string[]>('target_ids').notNull(),
  },
  (t) => [
    uniqueIndex('coupons_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL`),
    index('coupons_listing').on(t.organizationId, t.expirationAt, t.seq),
  ],
)
export type CouponRow = typeof coupons.$inferSelect
