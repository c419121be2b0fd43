import { sql } from 'drizzle-orm'
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { MetadataEntry } from '../../core/metadata_entries.js'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export interface CustomerMetadata extends MetadataEntry {
  readonly displayInInvoice: boolean
}
export type ShippingAddress = Record<
  'address_line1' | 'address_line2' | 'city' | 'country' | 'state' | 'zipcode',
  string | null
>

export const customers = sqliteTable(
  'customers',
  {
    ...rowColumns(),
    ...lifeColumns(),
    externalId: text('external_id').notNull(),
    /** The entity that bills the customer; its settings hold where the customer has none. */
    billingEntityCode: text('billing_entity_code').notNull().default('default'),
    /** A partner's invoices are self-billed. */
    accountType: text('account_type').$type<'customer' | 'partner'>().notNull().default('customer'),
    /** Counts the customers of the organization, deleted ones included. */
    sequentialId: integer('sequential_id').notNull(),
    /** Prefix at creation and number; names the customer in document numbers for good. */
    slug: text('slug').notNull(),
    name: text('name'),
    firstname: text('firstname'),
    lastname: text('lastname'),
    customerType: text('customer_type').$type<'company' | 'individual'>(),
    email: text('email'),
    phone: text('phone'),
    url: text('url'),
    logoUrl: text('logo_url'),
    legalName: text('legal_name'),
    legalNumber: text('legal_number'),
    taxIdentificationNumber: text('tax_identification_number'),
    addressLine1: text('address_line1'),
    addressLine2: text('address_line2'),
    city: text('city'),
    state: text('state'),
    zipcode: text('zipcode'),
    country: text('country'),
    shippingAddress: json<ShippingAddress>('shipping_address'),
    currency: text('currency'),
    timezone: text('timezone'),
    netPaymentTerm: integer('net_payment_term'),
    finalizeZeroAmountInvoice: text('finalize_zero_amount_invoice')
      .$type<'inherit' | 'skip' | 'finalize'>()
      .notNull()
      .default('inherit'),
    /** Null inherits the organization's. */
    invoiceGracePeriod: integer('invoice_grace_period'),
    issuingDateAnchor: text('issuing_date_anchor').$type<'current_period_end' | 'next_period_start'>(),
    issuingDateAdjustment: text('issuing_date_adjustment').$type<'align_with_finalization_date' | 'keep_anchor'>(),
    documentLocale: text('document_locale'),
    metadata: json<CustomerMetadata[]>('metadata').notNull(),
    /** Whether its invoices show no custom sections, and the codes of those they show; without any, the next level decides. */
    skipsCustomSections: flag('skips_custom_sections').notNull().default(false),
    customSectionCodes: json<string[]>('custom_section_codes').notNull().default([]),
  },
  (t) => [
    uniqueIndex('customers_external_id').on(t.organizationId, t.externalId).where(sql`deleted_at IS NULL`),
    uniqueIndex('customers_sequential_id').on(t.organizationId, t.sequentialId),
  ],
)
export type CustomerRow = typeof customers.$inferSelect
