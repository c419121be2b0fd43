import { z } from 'zod'
import { CHARGE_MODELS, type ChargeModelName } from '../../core/catalog.js'
import { amountCents, anyText, code, listOf, looseBoolean, oneOf, text } from '../../http/fields.js'
import { MAX_FILTERS_PER_CHARGE, MAX_TAXES_PER_OWNER } from '../../limits.js'
import { newFilter } from '../charge_filters/schema.js'
import { appliedPricingUnit } from './pricing_unit.js'

/** One of the models; an absent one is refused with both codes, as the API does. */
export const modelField = <T extends string>(models: readonly T[]) =>
  z.transform((sent: unknown, context): T => {
    const found = models.find((name) => name === sent)
    if (found !== undefined) return found
    const absent = sent === undefined || sent === null || sent === ''
    for (const message of absent ? ['value_is_invalid', 'value_is_mandatory'] : ['value_is_invalid']) {
      context.issues.push({ code: 'custom', message, input: sent })
    }
    return z.NEVER
    // With `unknown` as its input type, zod would take the field for one that may be absent.
  }) as unknown as z.ZodType<T, T>

const chargeModel = modelField<ChargeModelName>(CHARGE_MODELS)

/** What changes even while somebody is subscribed to the plan. */
const lasting = {
  invoice_display_name: anyText().nullish(),
  /** Read by the charge's model. */
  properties: z.unknown().optional(),
  tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
  filters: listOf(newFilter, { most: MAX_FILTERS_PER_CHARGE }).nullish(),
  applied_pricing_unit: appliedPricingUnit.nullish(),
}

const optional = {
  ...lasting,
  billable_metric_id: text().nullish(),
  pay_in_advance: looseBoolean().nullish(),
  invoiceable: looseBoolean().nullish(),
  prorated: looseBoolean().nullish(),
  regroup_paid_fees: oneOf(['invoice']).nullish(),
  accepts_target_wallet: looseBoolean().nullish(),
  min_amount_cents: amountCents().nullish(),
}

const blank = (sent: unknown) => (sent === null || sent === '' ? undefined : sent)

/** A charge in the payload of its plan: its code may be made up. */
export const newChargeOfPlan = z.object({
  ...optional,
  charge_model: chargeModel,
  code: z.preprocess(blank, code().optional()),
})
export const newCharge = z.object({ ...optional, charge_model: chargeModel, code: code() })
export const changedCharge = z.object({
  ...optional,
  charge_model: chargeModel.optional(),
  code: code().optional(),
})
/** What a charge in use takes; the rest is passed over. */
export const changedChargeInUse = z.object(lasting)

/** What any of them reads. */
export type ChargeInput = z.infer<typeof changedCharge>
