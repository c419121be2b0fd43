import { z } from 'zod'
import { amountCents, anyText, currency, listOf, text } from '../../http/fields.js'
import { MAX_CHARGES_PER_PLAN, MAX_FIXED_CHARGES_PER_PLAN, MAX_TAXES_PER_OWNER } from '../../limits.js'
import { changedChargeInUse } from '../charges/schema.js'
import { changedFixedChargeInUse } from '../fixed_charges/schema.js'
import { minimumCommitment } from '../minimum_commitments/schema.js'
import { trialPeriod } from '../plans/schema.js'
import { usageThresholds } from '../usage_thresholds/schema.js'

/** What a subscription may have of a charge for itself. */
export const chargeOverride = changedChargeInUse.extend({ min_amount_cents: amountCents().nullish() })

/** The terms that a subscription has for itself; absent ones are those of the plan (plan change rules, section 8). */
export const planOverrides = z.object({
  name: text().optional(),
  invoice_display_name: anyText().nullish(),
  description: anyText().nullish(),
  amount_cents: amountCents().optional(),
  amount_currency: currency().optional(),
  trial_period: trialPeriod.nullish(),
  tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
  /** Some of the plan's charges, by their ids or those of the subscription's own copies. */
  charges: listOf(chargeOverride.extend({ id: text() }), { most: MAX_CHARGES_PER_PLAN }).nullish(),
  /** Some of the plan's fixed charges, by their ids or those of the subscription's own copies. */
  fixed_charges: listOf(changedFixedChargeInUse.extend({ id: text() }), { most: MAX_FIXED_CHARGES_PER_PLAN }).nullish(),
  minimum_commitment: minimumCommitment(),
  usage_thresholds: usageThresholds(),
})

/** In a subscription: null, or an object without anything in it, asks for no terms of its own. */
export const planOverridesField = z
  .preprocess((sent) => sent ?? undefined, planOverrides.optional())
  .transform((sent) => (sent !== undefined && asksForSomething(sent) ? sent : undefined))

const asksForSomething = ({ charges, fixed_charges: fixed, ...rest }: PlanOverrides): boolean =>
  (charges ?? []).length > 0 || (fixed ?? []).length > 0 || Object.values(rest).some((value) => value !== undefined)

export type ChargeOverride = z.infer<typeof chargeOverride>
export type PlanOverrides = z.infer<typeof planOverrides>
