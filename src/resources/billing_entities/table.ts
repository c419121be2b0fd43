import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, rowColumns } from '../../db/columns.js'

/**
 * Who sends an organization's invoices, with the settings that its customers' documents follow. Every organization has one from
 * the start; none is ever deleted, and a code never changes, so other rows name an entity by its code.
 */
export const billingEntities = sqliteTable(
  'billing_entities',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    defaultCurrency: text('default_currency').notNull(),
    timezone: text('timezone').notNull(),
    country: text('country'),
    addressLine1: text('address_line1'),
    addressLine2: text('address_line2'),
    city: text('city'),
    state: text('state'),
    zipcode: text('zipcode'),
    email: text('email'),
    phone: text('phone'),
    legalName: text('legal_name'),
    legalNumber: text('legal_number'),
    taxIdentificationNumber: text('tax_identification_number'),
    documentNumbering: text('document_numbering').$type<'per_customer' | 'per_billing_entity'>().notNull(),
    documentNumberPrefix: text('document_number_prefix').notNull(),
    documentLocale: text('document_locale').notNull(),
    netPaymentTerm: integer('net_payment_term').notNull(),
    invoiceGracePeriod: integer('invoice_grace_period').notNull(),
    invoiceFooter: text('invoice_footer'),
    issuingDateAnchor: text('issuing_date_anchor').$type<'current_period_end' | 'next_period_start'>().notNull(),
    issuingDateAdjustment: text('issuing_date_adjustment')
      .$type<'align_with_finalization_date' | 'keep_anchor'>()
      .notNull(),
    finalizeZeroAmountInvoice: flag('finalize_zero_amount_invoice').notNull(),
    emailSettings: json<string[]>('email_settings').notNull(),
    /** Whether its customers' VAT follows from where they are. */
    euTaxManagement: flag('eu_tax_management').notNull(),
    /** Of the sections that its invoices show where nothing nearer says otherwise. */
    customSectionCodes: json<string[]>('custom_section_codes').notNull().default([]),
    /** The last number given to an invoice of this entity, whatever the numbering in force. */
    invoiceSequence: integer('invoice_sequence').notNull(),
  },
  (t) => [uniqueIndex('billing_entities_code').on(t.organizationId, t.code)],
)
export type BillingEntityRow = typeof billingEntities.$inferSelect
