import { seconds } from '../../http/timestamps.js'
import type { CouponRow } from './table.js'
import { endedAt } from './terms.js'

/** @param codes of what coupons are limited to, by id; what has been deleted is not among them */
export function serializeCoupon(row: CouponRow, codes: ReadonlyMap<string, string>, now: number) {
  const targets = row.targetIds.flatMap((id) => codes.get(id) ?? [])
  const ended = endedAt(row, now)
  return {
    lago_id: row.id,
    name: row.name,
    code: row.code,
    description: row.description,
    coupon_type: row.couponType,
    amount_cents: row.amountCents,
    amount_currency: row.currency,
    percentage_rate: row.percentageRate,
    frequency: row.frequency,
    frequency_duration: row.frequencyDuration,
    reusable: row.reusable,
    limited_plans: row.targetKind === 'plans',
    plan_codes: row.targetKind === 'plans' ? targets : [],
    limited_billable_metrics: row.targetKind === 'metrics',
    billable_metric_codes: row.targetKind === 'metrics' ? targets : [],
    expiration: row.expiration,
    expiration_at: seconds(row.expirationAt),
    created_at: seconds(row.createdAt),
    terminated_at: seconds(ended),
  }
}
