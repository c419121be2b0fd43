import { z } from 'zod'
import {
  anyText,
  code,
  country,
  currency,
  days,
  documentLocale,
  email,
  listOf,
  looseBoolean,
  oneOf,
  text,
  timezone,
} from '../../http/fields.js'
import { MAX_TAXES_PER_OWNER } from '../../limits.js'
import { customSectionCodes } from '../custom_sections/schema.js'
import { emailSettings, invoiceFooter, LONGEST_NAME, numberPrefix } from '../organizations/schema.js'

const optionalText = () => anyText().nullish()

const billingConfiguration = z.object({
  invoice_footer: invoiceFooter().nullish(),
  document_locale: documentLocale().optional(),
  invoice_grace_period: days().optional(),
  subscription_invoice_issuing_date_anchor: oneOf(['current_period_end', 'next_period_start']).optional(),
  subscription_invoice_issuing_date_adjustment: oneOf(['align_with_finalization_date', 'keep_anchor']).optional(),
})

const fields = {
  name: text({ longest: LONGEST_NAME }),
  default_currency: currency({ anyCase: true }).optional(),
  document_numbering: oneOf(['per_customer', 'per_billing_entity']).optional(),
  document_number_prefix: numberPrefix().nullish(),
  finalize_zero_amount_invoice: looseBoolean().optional(),
  billing_configuration: billingConfiguration.nullish(),
  net_payment_term: days().optional(),
  address_line1: optionalText(),
  address_line2: optionalText(),
  city: optionalText(),
  state: optionalText(),
  country: country().nullish(),
  zipcode: optionalText(),
  email: email().nullish(),
  phone: optionalText(),
  legal_name: optionalText(),
  legal_number: optionalText(),
  tax_identification_number: optionalText(),
  timezone: timezone().optional(),
  email_settings: emailSettings().optional(),
  eu_tax_management: looseBoolean().optional(),
  invoice_custom_section_codes: customSectionCodes().nullish(),
}

/** On creation the code of a currency is taken as it is written. */
export const createBillingEntity = z.object({ ...fields, code: code(), default_currency: currency().optional() })
export const updateBillingEntity = z.object({
  ...fields,
  name: fields.name.optional(),
  tax_codes: listOf(code(), { most: MAX_TAXES_PER_OWNER }).nullish(),
})

export type BillingEntityInput = z.infer<typeof updateBillingEntity>
