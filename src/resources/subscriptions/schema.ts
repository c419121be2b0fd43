import { z } from 'zod'
import { anyText, billingTime, dateTime, looseBoolean, oneOf, purchaseOrderNumber, text } from '../../http/fields.js'
import { unavailable } from '../../http/unavailable.js'
import { customSectionChoice } from '../custom_sections/schema.js'
import { planOverridesField } from '../plan_overrides/schema.js'
import { usageThresholds } from '../usage_thresholds/schema.js'

const name = () =>
  anyText()
    .transform((sent) => sent.trim() || null)
    .nullish()

/** What both requests have in common. What would change money and is not offered is refused rather than passed over. */
const shared = {
  plan_overrides: planOverridesField,
  invoice_custom_section: customSectionChoice(),
  usage_thresholds: usageThresholds(),
  progressive_billing_disabled: looseBoolean().optional(),
  activation_rules: unavailable(),
}

function subscription<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.object(shape).superRefine((sent, context) => {
    if (namesThresholdsOnce(sent)) return
    for (const name of ['usage_thresholds', 'plan_overrides']) {
      context.addIssue({ code: 'custom', message: 'incompatible_params', path: [name] })
    }
  })
}

/** Thresholds are named once: for the subscription, or (the older way) among the terms that it has for itself. */
const namesThresholdsOnce = (sent: {
  readonly usage_thresholds?: unknown
  readonly plan_overrides?: { readonly usage_thresholds?: unknown } | undefined
}) => sent.usage_thresholds === undefined || sent.plan_overrides?.usage_thresholds === undefined

export const createSubscription = subscription({
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

export const updateSubscription = subscription({
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
