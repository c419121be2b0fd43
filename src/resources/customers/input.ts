import { choiceColumns } from '../custom_sections/terms.js'
import type { CustomerBody } from './schema.js'
import type { CustomerFields, CustomerInput } from './terms.js'

/** What a request's body says about the customer, in the words of the commands. */
export function customerInput(body: CustomerBody): CustomerInput {
  const address = body.shipping_address
  return {
    externalId: body.external_id,
    fields: fieldsOf(body),
    shippingAddress: address ? { ...address, country: body.shipping_country } : address,
    metadata: entriesOf(body.metadata),
    taxCodes: body.tax_codes === null ? [] : body.tax_codes,
    vatRate: body.vat_rate ?? undefined,
  }
}

function fieldsOf(body: CustomerBody): CustomerFields {
  const billing = body.billing_configuration ?? {}
  return {
    billingEntityCode: body.billing_entity_code ?? undefined,
    accountType: body.account_type === null ? 'customer' : body.account_type,
    customerType: body.customer_type,
    name: body.name,
    firstname: body.firstname,
    lastname: body.lastname,
    email: body.email,
    phone: body.phone,
    url: body.url,
    logoUrl: body.logo_url,
    legalName: body.legal_name,
    legalNumber: body.legal_number,
    taxIdentificationNumber: body.tax_identification_number,
    addressLine1: body.address_line1,
    addressLine2: body.address_line2,
    city: body.city,
    state: body.state,
    zipcode: body.zipcode,
    country: body.country,
    currency: body.currency,
    timezone: body.timezone,
    netPaymentTerm: body.net_payment_term,
    finalizeZeroAmountInvoice:
      body.finalize_zero_amount_invoice === null ? 'inherit' : body.finalize_zero_amount_invoice,
    invoiceGracePeriod: billing.invoice_grace_period,
    issuingDateAnchor: billing.subscription_invoice_issuing_date_anchor,
    issuingDateAdjustment: billing.subscription_invoice_issuing_date_adjustment,
    documentLocale: billing.document_locale,
    ...choiceColumns(body),
  }
}

function entriesOf(sent: CustomerBody['metadata']): CustomerInput['metadata'] {
  if (sent === undefined || sent === null) return sent === undefined ? undefined : []
  return sent.map(({ display_in_invoice: displayInInvoice, ...entry }) => ({ ...entry, displayInInvoice }))
}
