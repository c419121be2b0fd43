import { seconds } from '../../http/timestamps.js'
import { serializeTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import type { OrganizationRow } from './table.js'

export function serializeOrganization(row: OrganizationRow, taxes: readonly TaxRow[]) {
  return {
    lago_id: row.id,
    name: row.name,
    slug: slugOf(row),
    created_at: seconds(row.createdAt),
    webhook_url: row.webhookUrl,
    webhook_urls: row.webhookUrl === null ? [] : [row.webhookUrl],
    country: row.country,
    default_currency: row.defaultCurrency,
    address_line1: row.addressLine1,
    address_line2: row.addressLine2,
    state: row.state,
    zipcode: row.zipcode,
    email: row.email,
    city: row.city,
    legal_name: row.legalName,
    legal_number: row.legalNumber,
    tax_identification_number: row.taxIdentificationNumber,
    document_numbering: row.documentNumbering,
    document_number_prefix: row.documentNumberPrefix,
    net_payment_term: row.netPaymentTerm,
    timezone: row.timezone,
    email_settings: row.emailSettings,
    finalize_zero_amount_invoice: row.finalizeZeroAmountInvoice,
    billing_configuration: {
      invoice_footer: row.invoiceFooter,
      invoice_grace_period: row.invoiceGracePeriod,
      document_locale: row.documentLocale,
    },
    // The document knows two stores. Events behave as in this one: the first of a transaction id is kept.
    events_store: 'postgres',
    taxes: taxes.map(serializeTax),
  }
}

/** The name as a part of an address; the id where nothing of the name can stand in one. */
function slugOf({ id, name }: OrganizationRow): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || id
}
