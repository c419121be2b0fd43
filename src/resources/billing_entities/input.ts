import { choiceColumns } from '../custom_sections/terms.js'
import type { BillingEntityInput } from './schema.js'
import type { BillingEntityChanges } from './terms.js'

/** What a request's body says of the entity; undefined where it says nothing. */
export function billingEntityChanges(input: Omit<BillingEntityInput, 'tax_codes'>): BillingEntityChanges {
  const billing = input.billing_configuration ?? {}
  return {
    name: input.name,
    defaultCurrency: input.default_currency,
    timezone: input.timezone,
    country: input.country,
    addressLine1: input.address_line1,
    addressLine2: input.address_line2,
    city: input.city,
    state: input.state,
    zipcode: input.zipcode,
    email: input.email,
    phone: input.phone,
    legalName: input.legal_name,
    legalNumber: input.legal_number,
    taxIdentificationNumber: input.tax_identification_number,
    documentNumbering: input.document_numbering,
    // Without a prefix of its own an entity keeps the one that was made for it.
    documentNumberPrefix: input.document_number_prefix ?? undefined,
    documentLocale: billing.document_locale,
    netPaymentTerm: input.net_payment_term,
    invoiceGracePeriod: billing.invoice_grace_period,
    invoiceFooter: billing.invoice_footer,
    issuingDateAnchor: billing.subscription_invoice_issuing_date_anchor,
    issuingDateAdjustment: billing.subscription_invoice_issuing_date_adjustment,
    finalizeZeroAmountInvoice: input.finalize_zero_amount_invoice,
    emailSettings: input.email_settings === undefined ? undefined : [...new Set(input.email_settings)],
    euTaxManagement: input.eu_tax_management,
    customSectionCodes: choiceColumns(input).customSectionCodes,
  }
}
