import { seconds } from '../../http/timestamps.js'
import { serializeSelected } from '../custom_sections/serialize.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import { serializeTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import { DEFAULT_BILLING_ENTITY, type NewBillingEntityRow } from './terms.js'

/** The billing entity as the listing and its creation show it. */
export function serializeBillingEntity(row: NewBillingEntityRow) {
  return {
    lago_id: row.id,
    code: row.code,
    name: row.name,
    default_currency: row.defaultCurrency,
    document_locale: row.documentLocale,
    document_numbering: row.documentNumbering,
    document_number_prefix: row.documentNumberPrefix,
    finalize_zero_amount_invoice: row.finalizeZeroAmountInvoice,
    invoice_footer: row.invoiceFooter,
    invoice_grace_period: row.invoiceGracePeriod,
    subscription_invoice_issuing_date_anchor: row.issuingDateAnchor,
    subscription_invoice_issuing_date_adjustment: row.issuingDateAdjustment,
    is_default: row.code === DEFAULT_BILLING_ENTITY,
    net_payment_term: row.netPaymentTerm,
    address_line1: row.addressLine1,
    address_line2: row.addressLine2,
    city: row.city,
    state: row.state,
    country: row.country,
    zipcode: row.zipcode,
    email: row.email,
    phone: row.phone,
    legal_name: row.legalName,
    legal_number: row.legalNumber,
    tax_identification_number: row.taxIdentificationNumber,
    timezone: row.timezone,
    email_settings: row.emailSettings,
    eu_tax_management: row.euTaxManagement,
    einvoicing: false,
    logo_url: null,
    created_at: seconds(row.createdAt),
    updated_at: seconds(row.updatedAt),
  }
}

/** The billing entity as its own answers show it. */
export function serializeWholeBillingEntity(
  row: NewBillingEntityRow,
  taxes: readonly TaxRow[],
  sections: readonly CustomSectionRow[],
) {
  return {
    ...serializeBillingEntity(row),
    taxes: taxes.map(serializeTax),
    selected_invoice_custom_sections: serializeSelected(sections, row.customSectionCodes),
  }
}
