import { z } from 'zod'
import { COUPON_FREQUENCIES, COUPON_TYPES } from '../../core/invoicing/coupon_balance.js'
import {
  anyText,
  code,
  currency,
  dateTime,
  decimal,
  listOf,
  looseBoolean,
  oneOf,
  text,
  whole,
} from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_COUPON_INVOICES, MAX_COUPON_TARGETS } from '../../limits.js'
import { COUPON_EXPIRATIONS } from './table.js'

/** What changes even when customers have the coupon. */
const lasting = {
  name: text(),
  description: anyText().nullish(),
  expiration: oneOf(COUPON_EXPIRATIONS),
  expiration_at: dateTime().nullish(),
}

const codes = () => listOf(text(), { most: MAX_COUPON_TARGETS }).nullish()

const all = {
  ...lasting,
  code: code(),
  coupon_type: oneOf(COUPON_TYPES),
  amount_cents: whole({ least: 1, most: MAX_AMOUNT_CENTS }).nullish(),
  amount_currency: currency().nullish(),
  percentage_rate: decimal().nullish(),
  frequency: oneOf(COUPON_FREQUENCIES),
  frequency_duration: whole({ least: 1, most: MAX_COUPON_INVOICES }).nullish(),
  reusable: looseBoolean().optional(),
  applies_to: z
    .object({ plan_codes: codes(), billable_metric_codes: codes() }, { error: 'value_is_invalid' })
    .nullish(),
}

export const createCoupon = z.object(all)
export const updateCoupon = z.object({
  ...all,
  name: all.name.optional(),
  code: all.code.optional(),
  coupon_type: all.coupon_type.optional(),
  frequency: all.frequency.optional(),
  expiration: all.expiration.optional(),
})
/** Of a coupon that somebody has, the rest is passed over. */
export const updateAppliedCoupon = z.object({
  ...lasting,
  name: lasting.name.optional(),
  expiration: lasting.expiration.optional(),
})
