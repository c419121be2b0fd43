import { z } from 'zod'
import { isObject } from '../../http/body.js'
import {
  anyText,
  code,
  country,
  currency,
  days,
  decimal,
  documentLocale,
  email,
  listOf,
  looseBoolean,
  oneOf,
  text,
  timezone,
} from '../../http/fields.js'
import { MAX_CODE_LENGTH, MAX_TAXES_PER_OWNER } from '../../limits.js'
import { customSectionCodes } from '../custom_sections/schema.js'

const LONGEST_NAME = 255
const MOST_METADATA = 5
const LONGEST_METADATA_KEY = 20
const LONGEST_METADATA_VALUE = 100

const name = () =>
  anyText({ longest: LONGEST_NAME })
    .transform((sent) => sent.trim())
    .nullish()
const optionalText = () => anyText().nullish()

const billingConfiguration = z.object({
  invoice_grace_period: days().nullish(),
  subscription_invoice_issuing_date_anchor: oneOf(['current_period_end', 'next_period_start']).nullish(),
  subscription_invoice_issuing_date_adjustment: oneOf(['align_with_finalization_date', 'keep_anchor']).nullish(),
  document_locale: documentLocale().nullish(),
  payment_provider: oneOf(['stripe', 'adyen', 'gocardless']).nullish(),
})

const shippingAddress = z.object({
  address_line1: optionalText(),
  address_line2: optionalText(),
  city: optionalText(),
  state: optionalText(),
  zipcode: optionalText(),
})

/** An entry with the id of an existing one may leave out what stays: what is missing at last is told by the command. */
const metadataEntry = z.object({
  id: anyText().nullish(),
  key: text({ longest: LONGEST_METADATA_KEY }).optional(),
  value: text({ longest: LONGEST_METADATA_VALUE }).optional(),
  display_in_invoice: looseBoolean().nullish(),
})

const fields = z.object({
  external_id: text({ longest: MAX_CODE_LENGTH, trimmed: true }),
  billing_entity_code: optionalText(),
  account_type: oneOf(['customer', 'partner']).nullish(),
  customer_type: oneOf(['company', 'individual']).nullish(),
  name: name(),
  firstname: name(),
  lastname: name(),
  email: email().nullish(),
  phone: optionalText(),
  url: optionalText(),
  logo_url: optionalText(),
  legal_name: optionalText(),
  legal_number: optionalText(),
  tax_identification_number: optionalText(),
  address_line1: optionalText(),
  address_line2: optionalText(),
  city: optionalText(),
  state: optionalText(),
  zipcode: optionalText(),
  country: country().nullish(),
  currency: currency().nullish(),
  timezone: timezone().nullish(),
  net_payment_term: days().nullish(),
  finalize_zero_amount_invoice: oneOf(['inherit', 'skip', 'finalize'], 'invalid_value').nullish(),
  billing_configuration: billingConfiguration.nullish(),
  shipping_address: shippingAddress.nullish(),
  shipping_country: country().nullish(),
  metadata: listOf(metadataEntry, { most: MOST_METADATA }).nullish(),
  tax_codes: listOf(code(), { most: MAX_TAXES_PER_OWNER }).nullish(),
  skip_invoice_custom_sections: looseBoolean().nullish(),
  invoice_custom_section_codes: customSectionCodes().nullish(),
  /** Percent; the older spelling of a tax. */
  vat_rate: decimal().nullish(),
})

/** To want none and to name some contradict each other. */
const choosesSections = ({ skip_invoice_custom_sections: skips, invoice_custom_section_codes: codes }: CustomerBody) =>
  skips !== true || codes === undefined || codes === null || codes.length === 0

const whole = fields.refine(choosesSections, {
  path: ['invoice_custom_sections'],
  error: 'skip_sections_and_selected_ids_sent_together',
})

/** A wrong country of the shipping address is told as `shipping_country`, so it is read under that name. */
export const saveCustomer = z.preprocess((sent) => {
  if (!isObject(sent)) return sent
  const address = sent.shipping_address
  return { ...sent, shipping_country: isObject(address) ? address.country : undefined }
}, whole)

export type CustomerBody = z.infer<typeof fields>
