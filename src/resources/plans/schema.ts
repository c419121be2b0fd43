import { z } from 'zod'
import { PLAN_INTERVALS } from '../../core/catalog.js'
import { Decimal } from '../../core/money/decimal.js'
import { isObject, type Json } from '../../http/body.js'
import { amountCents, anyText, code, currency, decimal, listOf, looseBoolean, oneOf, text } from '../../http/fields.js'
import { metadataObject } from '../../http/metadata.js'
import { MAX_CHARGES_PER_PLAN, MAX_DAYS, MAX_FIXED_CHARGES_PER_PLAN, MAX_TAXES_PER_OWNER } from '../../limits.js'
import { minimumCommitment } from '../minimum_commitments/schema.js'
import { usageThresholds } from '../usage_thresholds/schema.js'

/** Read as loosely as other booleans, but there is no default: absent or blank is refused. */
const definiteBoolean = z
  .custom<unknown>((sent) => sent !== undefined && sent !== null && sent !== '', { error: 'value_is_invalid' })
  .pipe(looseBoolean())

/** Days. */
export const trialPeriod = decimal().refine((days) => new Decimal(days).lte(MAX_DAYS), {
  error: 'value_is_out_of_range',
})

/** What changes even while somebody is subscribed to the plan. */
const lasting = {
  name: text(),
  invoice_display_name: anyText().nullish(),
  description: anyText().nullish(),
  amount_cents: amountCents(),
  tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
  /** Each member is read by the schemas of charges. */
  charges: listOf(z.custom<Json>(isObject, { error: 'value_is_invalid' }), { most: MAX_CHARGES_PER_PLAN }).nullish(),
  fixed_charges: listOf(z.custom<Json>(isObject, { error: 'value_is_invalid' }), {
    most: MAX_FIXED_CHARGES_PER_PLAN,
  }).nullish(),
  minimum_commitment: minimumCommitment(),
  usage_thresholds: usageThresholds(),
  metadata: metadataObject().nullish(),
}

const fields = {
  ...lasting,
  code: code(),
  interval: oneOf(PLAN_INTERVALS),
  amount_currency: currency(),
  pay_in_advance: definiteBoolean,
  trial_period: trialPeriod.nullish(),
  bill_charges_monthly: looseBoolean().nullish(),
  bill_fixed_charges_monthly: looseBoolean().nullish(),
}

export const createPlan = z.object(fields)
export const updatePlan = z.object({
  ...fields,
  name: fields.name.optional(),
  code: fields.code.optional(),
  interval: fields.interval.optional(),
  amount_cents: fields.amount_cents.optional(),
  amount_currency: fields.amount_currency.optional(),
  pay_in_advance: fields.pay_in_advance.optional(),
})
/** What a plan in use takes; the rest is passed over. */
export const updatePlanInUse = z.object({
  ...lasting,
  name: lasting.name.optional(),
  amount_cents: lasting.amount_cents.optional(),
})

export type CreatePlan = z.infer<typeof createPlan>
/** What any of them reads. */
export type PlanInput = z.infer<typeof updatePlan>
