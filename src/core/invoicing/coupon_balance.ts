export const COUPON_TYPES = ['fixed_amount', 'percentage'] as const
export type CouponType = (typeof COUPON_TYPES)[number]

/** How often a coupon is taken off: until it is used up once, on so many invoices, or always. */
export const COUPON_FREQUENCIES = ['once', 'recurring', 'forever'] as const
export type CouponFrequency = (typeof COUPON_FREQUENCIES)[number]

/** What a coupon gives, as far as that decides how long it lasts. */
export interface CouponValue {
  readonly couponType: CouponType
  /** Whole minor units, of a fixed amount. */
  readonly amountCents: number | null
  readonly frequency: CouponFrequency
  /** Invoices, of a recurring one. */
  readonly frequencyDuration: number | null
}

/** What is left of an applied coupon. Null is without a bound. */
export interface CouponBalance {
  /** Invoices that it may still reach. */
  readonly remainingInvoices: number | null
  /** Whole minor units, of a fixed amount that is given once: it may take several invoices to spend it. */
  readonly remainingAmountCents: number | null
}

/** What a coupon starts with when it is applied to a customer (invoicing rules, section 3). */
export function fullBalance({ couponType, amountCents, frequency, frequencyDuration }: CouponValue): CouponBalance {
  if (frequency === 'forever') return { remainingInvoices: null, remainingAmountCents: null }
  if (frequency === 'recurring') return { remainingInvoices: frequencyDuration, remainingAmountCents: null }
  return couponType === 'percentage'
    ? { remainingInvoices: 1, remainingAmountCents: null }
    : { remainingInvoices: null, remainingAmountCents: amountCents }
}

/** What an invoice leaves of it that `takenCents` were taken off of. */
export function afterUse(balance: CouponBalance, takenCents: number): CouponBalance {
  const { remainingInvoices, remainingAmountCents } = balance
  return {
    remainingInvoices: remainingInvoices === null ? null : remainingInvoices - 1,
    remainingAmountCents: remainingAmountCents === null ? null : remainingAmountCents - takenCents,
  }
}

export function isUsedUp({ remainingInvoices, remainingAmountCents }: CouponBalance): boolean {
  return remainingInvoices === 0 || remainingAmountCents === 0
}
