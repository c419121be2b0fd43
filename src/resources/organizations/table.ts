import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, json } from '../../db/columns.js'

export const organizations = sqliteTable('organizations', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  id: text('id').notNull().unique(),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  defaultCurrency: text('default_currency').notNull(),
  timezone: text('timezone').notNull(),
  country: text('country'),
  addressLine1: text('address_line1'),
  addressLine2: text('address_line2'),
  city: text('city'),
  state: text('state'),
  zipcode: text('zipcode'),
  email: text('email'),
  legalName: text('legal_name'),
  legalNumber: text('legal_number'),
  taxIdentificationNumber: text('tax_identification_number'),
  webhookUrl: text('webhook_url'),
  documentNumbering: text('document_numbering').$type<'per_customer' | 'per_organization'>().notNull(),
  documentNumberPrefix: text('document_number_prefix').notNull(),
  documentLocale: text('document_locale').notNull(),
  netPaymentTerm: integer('net_payment_term').notNull(),
  invoiceGracePeriod: integer('invoice_grace_period').notNull(),
  invoiceFooter: text('invoice_footer'),
  finalizeZeroAmountInvoice: flag('finalize_zero_amount_invoice').notNull(),
  emailSettings: json<string[]>('email_settings').notNull(),
  /** The frozen `now` of a sandbox; null for organizations that live by the real clock. */
  testClockAt: integer('test_clock_at'),
})
export type OrganizationRow = typeof organizations.$inferSelect
