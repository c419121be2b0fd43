import { z } from 'zod'
import {
  anyText,
  country,
  currency,
  days,
  decimal,
  documentLocale,
  email,
  httpUrl,
  listOf,
  looseBoolean,
  oneOf,
  text,
  timezone,
} from '../../http/fields.js'

export const LONGEST_NAME = 255
const LONGEST_FOOTER = 600
const LONGEST_PREFIX = 10
const EMAIL_SETTINGS = ['invoice.finalized', 'credit_note.created', 'payment_receipt.created']
/** Names may be repeated, to no effect. */
const MOST_EMAIL_SETTINGS = 100

/** Upper-casing comes first, because it can lengthen a letter. */
export const numberPrefix = () =>
  anyText()
    .transform((sent) => sent.toUpperCase())
    .refine((prefix) => prefix.trim() !== '', { error: 'value_is_too_short' })
    .refine((prefix) => [...prefix].length <= LONGEST_PREFIX, { error: 'value_is_too_long' })

const emailSetting = anyText().refine((name) => EMAIL_SETTINGS.includes(name), { error: 'unsupported_value' })
export const emailSettings = () => listOf(emailSetting, { most: MOST_EMAIL_SETTINGS })
export const invoiceFooter = () => anyText({ longest: LONGEST_FOOTER })

const billingConfiguration = z.object({
  invoice_footer: invoiceFooter().nullish(),
  invoice_grace_period: days().optional(),
  document_locale: documentLocale().optional(),
  /** Percent; the older spelling of a tax. */
  vat_rate: decimal().nullish(),
})

const fields = {
  name: text({ longest: LONGEST_NAME }),
  webhook_url: httpUrl().nullish(),
  country: country().nullish(),
  default_currency: currency({ anyCase: true }).optional(),
  address_line1: anyText().nullish(),
  address_line2: anyText().nullish(),
  city: anyText().nullish(),
  state: anyText().nullish(),
  zipcode: anyText().nullish(),
  email: email().nullish(),
  legal_name: anyText().nullish(),
  legal_number: anyText().nullish(),
  tax_identification_number: anyText().nullish(),
  document_numbering: oneOf(['per_customer', 'per_organization']).optional(),
  document_number_prefix: numberPrefix().optional(),
  net_payment_term: days().optional(),
  timezone: timezone().optional(),
  email_settings: emailSettings().optional(),
  finalize_zero_amount_invoice: looseBoolean().nullish(),
  billing_configuration: billingConfiguration.nullish(),
}

/** What an organization is created with: the admin's schema adds what only creation knows. */
export const createOrganization = z.object(fields)
export const updateOrganization = z.object({ ...fields, name: fields.name.optional() })

export type OrganizationInput = z.infer<typeof updateOrganization>
