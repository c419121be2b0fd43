import { z } from 'zod'
import { anyText, billingTime, dateTime, looseBoolean, oneOf, text } from '../../http/fields.js'
import { unavailable } from '../../http/unavailable.js'
import { planOverridesField } from '../plan_overrides/schema.js'

/** Purchase order numbers are trimmed, and blank ones are none. */
const purchaseOrderNumber = () =>
  anyText({ longest: 255 })
    .transform((sent) => sent.trim() || null)
    .nullish()
const name = () =>
  anyText()
    .transform((sent) => sent.trim() || null)
    .nullish()

/** What both requests have in common. What would change money and is not offered is refused rather than passed over. */
const shared = {
  plan_overrides: planOverridesField,
  usage_thresholds: unavailable(),
  activation_rules: unavailable(),
}

export const createSubscription = z.object({
  ...shared,
  external_customer_id: text({ longest: 255, trimmed: true }),
  // A missing plan is an unknown one.
  plan_code: anyText()
    .nullish()
    .transform((sent) => sent ?? ''),
  external_id: text({ longest: 255, trimmed: true }),
  name: name(),
  billing_time: billingTime().nullish(),
  subscription_at: dateTime().nullish(),
  ending_at: dateTime().nullish(),
  billing_entity_code: anyText().nullish(),
  consolidate_invoice: looseBoolean().optional(),
  purchase_order_number: purchaseOrderNumber(),
})

export const updateSubscription = z.object({
  ...shared,
  name: name(),
  subscription_at: dateTime().nullish(),
  ending_at: dateTime().nullish(),
  consolidate_invoice: looseBoolean().optional(),
  purchase_order_number: purchaseOrderNumber(),
  on_termination_invoice: onTerminationInvoice().optional(),
  on_termination_credit_note: onTerminationCreditNote().nullish(),
})

export const terminateSubscription = z.object({
  on_termination_invoice: onTerminationInvoice().optional(),
  on_termination_credit_note: onTerminationCreditNote().nullish(),
})

function onTerminationCreditNote() {
  return oneOf(['credit', 'refund', 'offset', 'skip'], 'invalid_value')
}

function onTerminationInvoice() {
  return oneOf(['generate', 'skip'], 'invalid_value')
}
