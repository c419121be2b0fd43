import { seconds } from '../../http/timestamps.js'
import type { CouponRow } from '../coupons/table.js'
import { endedAt } from '../coupons/terms.js'
import type { AppliedCouponRow } from './table.js'

export interface AppliedCouponListing {
  readonly applied: AppliedCouponRow
  readonly coupon: CouponRow
  readonly externalCustomerId: string
}

export function serializeAppliedCoupon({ applied, coupon, externalCustomerId }: AppliedCouponListing, now: number) {
  return {
    lago_id: applied.id,
    lago_coupon_id: coupon.id,
    coupon_code: coupon.code,
    coupon_name: coupon.name,
    coupon_description: coupon.description,
    coupon_status: endedAt(coupon, now) === null ? 'active' : 'terminated',
    coupon_deleted_at: seconds(coupon.deletedAt),
    lago_customer_id: applied.customerId,
    external_customer_id: externalCustomerId,
    status: applied.status,
    amount_cents: applied.amountCents,
    amount_cents_remaining: applied.remainingAmountCents,
    amount_currency: applied.currency,
    percentage_rate: applied.percentageRate,
    frequency: applied.frequency,
    frequency_duration: applied.frequencyDuration,
    // What is left of one that is given once is no number of periods to who reads this.
    frequency_duration_remaining: applied.frequency === 'recurring' ? applied.remainingInvoices : null,
    expiration_at: seconds(coupon.expirationAt),
    created_at: seconds(applied.createdAt),
    terminated_at: seconds(applied.terminatedAt),
  }
}
