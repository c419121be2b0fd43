import type { CouponFrequency } from '../../core/invoicing/coupon_balance.js'
import { invalid, ok, type Result } from '../../core/result.js'
import type { CouponRow } from '../coupons/table.js'
import type { AppliedCouponRow } from './table.js'

/** How an application differs from its coupon. Absent and null leave it as the coupon has it. */
export interface ApplicationInput {
  readonly frequency?: CouponFrequency | null | undefined
  readonly frequency_duration?: number | null | undefined
  readonly amount_cents?: number | null | undefined
  readonly amount_currency?: string | null | undefined
  /** Decimal text. */
  readonly percentage_rate?: string | null | undefined
}

export type ApplicationTerms = Pick<
  AppliedCouponRow,
  'amountCents' | 'currency' | 'percentageRate' | 'frequency' | 'frequencyDuration' | 'reusable'
>

/** What a customer is given of a coupon. */
export function applicationTerms(coupon: CouponRow, input: ApplicationInput): Result<ApplicationTerms> {
  const frequency = input.frequency ?? coupon.frequency
  const frequencyDuration = frequency === 'recurring' ? (input.frequency_duration ?? coupon.frequencyDuration) : null
  if (frequency === 'recurring' && frequencyDuration === null) {
    return invalid({ frequency_duration: ['value_is_mandatory'] })
  }
  if (frequencyDuration !== null && frequencyDuration <= 0) {
    return invalid({ frequency_duration: ['value_is_out_of_range'] })
  }
  const lasting = { frequency, frequencyDuration, reusable: coupon.reusable }
  if (coupon.couponType === 'percentage') {
    const percentageRate = input.percentage_rate ?? coupon.percentageRate
    return ok({ ...lasting, amountCents: null, currency: null, percentageRate })
  }
  const amountCents = input.amount_cents ?? coupon.amountCents
  return ok({ ...lasting, amountCents, currency: input.amount_currency ?? coupon.currency, percentageRate: null })
}
