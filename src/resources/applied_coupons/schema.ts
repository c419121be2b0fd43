import { z } from 'zod'
import { COUPON_FREQUENCIES } from '../../core/invoicing/coupon_balance.js'
import { amountCents, currency, decimal, oneOf, whole } from '../../http/fields.js'
import { MAX_COUPON_INVOICES } from '../../limits.js'

export const applyCoupon = z.object({
  frequency: oneOf(COUPON_FREQUENCIES).nullish(),
  frequency_duration: whole({ least: 0, most: MAX_COUPON_INVOICES }).nullish(),
  amount_cents: amountCents().nullish(),
  amount_currency: currency().nullish(),
  percentage_rate: decimal().nullish(),
})
