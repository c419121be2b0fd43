import { z } from 'zod'
import { COUPON_FREQUENCIES, COUPON_TYPES } from '../../core/invoicing/coupon_balance.js'
import { anyText, billingTime, currency, dateTime, decimal, listOf, oneOf, text, whole } from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_COUPON_INVOICES, MAX_PREVIEWED_SUBSCRIPTIONS } from '../../limits.js'

/** What decides which invoice is asked for. Whoever it is for and what is taken off are read apart. */
export const previewed = z.object({
  plan_code: anyText().nullish(),
  billing_time: billingTime().nullish(),
  subscription_at: dateTime().nullish(),
  billing_entity_code: anyText().nullish(),
})

export const previewedSubscriptions = z.object({
  external_ids: listOf(text(), { most: MAX_PREVIEWED_SUBSCRIPTIONS }).nullish(),
  plan_code: anyText().nullish(),
})

/** A coupon by its code, or as it would be. */
export const previewedCoupon = z.object({
  code: anyText().nullish(),
  name: anyText().nullish(),
  coupon_type: oneOf(COUPON_TYPES).nullish(),
  amount_cents: whole({ least: 1, most: MAX_AMOUNT_CENTS }).nullish(),
  amount_currency: currency().nullish(),
  percentage_rate: decimal().nullish(),
  frequency: oneOf(COUPON_FREQUENCIES).nullish(),
  frequency_duration: whole({ least: 1, most: MAX_COUPON_INVOICES }).nullish(),
})
export type PreviewedCoupon = z.infer<typeof previewedCoupon>
