import { defaultNumberPrefix } from '../../core/invoicing/numbering.js'
import { withChanges } from '../../db/changes.js'
import type { OrganizationInput } from './schema.js'
import type { OrganizationRow } from './table.js'

export type NewOrganizationRow = Omit<OrganizationRow, 'seq'>
export type OrganizationChanges = { readonly [K in keyof OrganizationRow]?: OrganizationRow[K] | undefined }

/** The columns that the input names; undefined where it says nothing. */
export function organizationChanges(input: OrganizationInput): OrganizationChanges {
  const billing = input.billing_configuration ?? {}
  return {
    name: input.name,
    webhookUrl: input.webhook_url,
    country: input.country,
    defaultCurrency: input.default_currency,
    addressLine1: input.address_line1,
    addressLine2: input.address_line2,
    city: input.city,
    state: input.state,
    zipcode: input.zipcode,
    email: input.email,
    legalName: input.legal_name,
    legalNumber: input.legal_number,
    taxIdentificationNumber: input.tax_identification_number,
    documentNumbering: input.document_numbering,
    documentNumberPrefix: input.document_number_prefix,
    netPaymentTerm: input.net_payment_term,
    timezone: input.timezone,
    emailSettings: input.email_settings === undefined ? undefined : [...new Set(input.email_settings)],
    // Without a value of its own an organization shows invoices of zero.
    finalizeZeroAmountInvoice: input.finalize_zero_amount_invoice === null ? true : input.finalize_zero_amount_invoice,
    invoiceFooter: billing.invoice_footer,
    invoiceGracePeriod: billing.invoice_grace_period,
    documentLocale: billing.document_locale,
  }
}

/** A new organization with its defaults. `testClockAt` is the frozen now of a sandbox, else null; epoch milliseconds. */
export function newOrganizationRow(
  input: OrganizationInput & { readonly name: string },
  { id, now, testClockAt }: { id: string; now: number; testClockAt: number | null },
): NewOrganizationRow {
  const unset = {
    country: null,
    addressLine1: null,
    addressLine2: null,
    city: null,
    state: null,
    zipcode: null,
    email: null,
    legalName: null,
    legalNumber: null,
    taxIdentificationNumber: null,
    webhookUrl: null,
    invoiceFooter: null,
  }
  const defaults: NewOrganizationRow = {
    ...unset,
    id,
    name: input.name,
    createdAt: now,
    updatedAt: now,
    defaultCurrency: 'USD',
    timezone: 'UTC',
    documentNumbering: 'per_customer',
    documentNumberPrefix: defaultNumberPrefix(input.name, id),
    documentLocale: 'en',
    netPaymentTerm: 0,
    invoiceGracePeriod: 0,
    finalizeZeroAmountInvoice: true,
    emailSettings: [],
    testClockAt,
  }
  return withChanges(defaults, organizationChanges(input))
}
