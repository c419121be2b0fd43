import { seconds } from '../../http/timestamps.js'
import { applicableZone } from '../billing_entities/terms.js'
import { serializeSelected } from '../custom_sections/serialize.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import { serializeTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import type { CustomerMetadata, CustomerRow } from './table.js'

/** The customer as listings and other objects show it. `zones` are those of the billing entities, by code. */
export function serializeCustomer(row: CustomerRow, zones: ReadonlyMap<string, string>) {
  return {
    lago_id: row.id,
    sequential_id: row.sequentialId,
    slug: row.slug,
    external_id: row.externalId,
    billing_entity_code: row.billingEntityCode,
    account_type: row.accountType,
    customer_type: row.customerType,
    name: row.name,
    firstname: row.firstname,
    lastname: row.lastname,
    email: row.email,
    phone: row.phone,
    url: row.url,
    logo_url: row.logoUrl,
    legal_name: row.legalName,
    legal_number: row.legalNumber,
    tax_identification_number: row.taxIdentificationNumber,
    address_line1: row.addressLine1,
    address_line2: row.addressLine2,
    city: row.city,
    state: row.state,
    zipcode: row.zipcode,
    country: row.country,
    shipping_address: addressOf(row),
    currency: row.currency,
    timezone: row.timezone,
    applicable_timezone: applicableZone(row, zones),
    net_payment_term: row.netPaymentTerm,
    finalize_zero_amount_invoice: row.finalizeZeroAmountInvoice,
    skip_invoice_custom_sections: row.skipsCustomSections,
    billing_configuration: {
      invoice_grace_period: row.invoiceGracePeriod,
      subscription_invoice_issuing_date_anchor: row.issuingDateAnchor,
      subscription_invoice_issuing_date_adjustment: row.issuingDateAdjustment,
      document_locale: row.documentLocale,
      payment_provider: null,
      payment_provider_code: null,
      provider_customer_id: null,
      sync: false,
      sync_with_provider: false,
      provider_payment_methods: null,
    },
    metadata: row.metadata.map(serializeMetadata),
    created_at: seconds(row.createdAt),
    updated_at: seconds(row.updatedAt),
  }
}

/** The customer as its own answers show it. */
export function serializeWholeCustomer(
  row: CustomerRow,
  zones: ReadonlyMap<string, string>,
  taxes: readonly TaxRow[],
  sections: readonly CustomSectionRow[],
) {
  return {
    ...serializeCustomer(row, zones),
    taxes: taxes.map(serializeTax),
    integration_customers: [],
    applicable_invoice_custom_sections: serializeSelected(
      sections,
      row.skipsCustomSections ? [] : row.customSectionCodes,
    ),
    error_details: [],
  }
}

function addressOf({ shippingAddress: address }: CustomerRow) {
  return {
    address_line1: address?.address_line1 ?? null,
    address_line2: address?.address_line2 ?? null,
    city: address?.city ?? null,
    country: address?.country ?? null,
    state: address?.state ?? null,
    zipcode: address?.zipcode ?? null,
  }
}

function serializeMetadata(entry: CustomerMetadata) {
  return {
    lago_id: entry.id,
    key: entry.key,
    value: entry.value,
    display_in_invoice: entry.displayInInvoice,
    created_at: seconds(entry.createdAt),
  }
}
