import { z } from 'zod'
import { FIXED_CHARGE_MODELS, type FixedChargeModelName } from '../../core/catalog.js'
import { anyText, code, decimal, listOf, looseBoolean, text } from '../../http/fields.js'
import { MAX_TAXES_PER_OWNER } from '../../limits.js'
import { modelField } from '../charges/schema.js'

const units = () => decimal({ least: '0' })

/** What changes even while somebody is subscribed to the plan. */
const lasting = {
  invoice_display_name: anyText().nullish(),
  units: units().nullish(),
  apply_units_immediately: looseBoolean().nullish(),
  /** Read by the charge's model. */
  properties: z.unknown().optional(),
  tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
}

const chargeModel = modelField<FixedChargeModelName>(FIXED_CHARGE_MODELS)
const timing = { pay_in_advance: looseBoolean().nullish(), prorated: looseBoolean().nullish() }
const addOn = { add_on_id: text().nullish(), add_on_code: text().nullish() }
const blank = (sent: unknown) => (sent === null || sent === '' ? undefined : sent)

/** A fixed charge in the payload of its plan: its code may be made up. */
export const newFixedChargeOfPlan = z.object({
  ...lasting,
  ...timing,
  ...addOn,
  charge_model: chargeModel,
  code: z.preprocess(blank, code().optional()),
})
export const newFixedCharge = z.object({ ...lasting, ...timing, ...addOn, charge_model: chargeModel, code: code() })
export const changedFixedCharge = z.object({
  ...lasting,
  charge_model: chargeModel.optional(),
  code: z.preprocess(blank, code().optional()),
})
/** What a fixed charge in use takes; the rest is passed over. Subscriptions may have the same of it for themselves. */
export const changedFixedChargeInUse = z.object(lasting)

export type NewFixedChargeInput = z.infer<typeof newFixedChargeOfPlan>
/** What any of them reads. */
export type FixedChargeInput = Partial<NewFixedChargeInput>
export type FixedChargeOverride = z.infer<typeof changedFixedChargeInUse>
