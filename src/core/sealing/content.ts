import { canonicalText } from './canonical.js'
import { sha256 } from './sha256.js'

/** The columns that make the content of an invoice, and of what stands on it. */
export interface ContentColumns {
  readonly invoice: readonly string[]
  readonly fees: readonly string[]
  readonly billing_periods: readonly string[]
  readonly credits: readonly string[]
}

const VERSION_1: ContentColumns = {
  invoice: [
    'id',
    'organization_id',
    'created_at',
    'customer_id',
    'billing_entity_code',
    'invoice_type',
    'currency',
    'billing_at',
    'issuing_on',
    'expected_finalization_on',
    'payment_due_on',
    'net_payment_term',
    'purchase_order_number',
    'fees_amount_cents',
    'progressive_billing_credit_amount_cents',
    'coupons_amount_cents',
    'sub_total_excluding_taxes_amount_cents',
    'taxes_amount_cents',
    'taxes_rate',
    'sub_total_including_taxes_amount_cents',
    'credit_notes_amount_cents',
    'prepaid_credit_amount_cents',
    'total_amount_cents',
    'applied_taxes',
    'custom_sections',
    'finalized_at',
    'voided_invoice_id',
    'usage_through_seq',
    'usage_thresholds',
  ],
  fees: [
    'id',
    'organization_id',
    'created_at',
    'customer_id',
    'invoice_id',
    'subscription_id',
    'charge_id',
    'charge_filter_id',
    'grouped_by',
    'event_transaction_id',
    'fee_type',
    'currency',
    'description',
    'amount_cents',
    'precise_amount_cents',
    'precise_coupons_amount_cents',
    'units',
    'total_aggregated_units',
    'events_count',
    'unit_amount',
    'amount_details',
    'taxes_amount_cents',
    'taxes_precise_amount_cents',
    'taxes_rate',
    'applied_taxes',
    'from_at',
    'to_at',
    'to_inclusive',
    'pay_in_advance',
    'invoiceable',
    'deleted_at',
    'pricing_unit',
    'presentation_breakdowns',
    'item_id',
    'item_code',
    'item_name',
    'item_description',
    'item_invoice_display_name',
    'item_filters',
    'item_filter_invoice_display_name',
    'adjusted_fee_id',
    'adjustment',
    'basis',
  ],
  billing_periods: [
    'id',
    'organization_id',
    'created_at',
    'invoice_id',
    'subscription_id',
    'invoicing_reason',
    'period_key',
    'plan_period_from_on',
    'plan_period_to_on',
    'plan_from_at',
    'plan_to_at',
    'bills_plan_fee',
    'charges_from_at',
    'charges_to_at',
    'fixed_charges_from_at',
    'fixed_charges_to_at',
    'plan_to_inclusive',
    'charges_to_inclusive',
    'fixed_charges_to_inclusive',
    'zone',
  ],
  credits: ['source_type', 'source_id', 'amount_cents'],
}

/** Fees that make up for usage below a minimum, and what they belong to; fees of fixed charges. */
const VERSION_2: ContentColumns = {
  ...VERSION_1,
  fees: [...VERSION_1.fees, 'true_up_fee_id', 'true_up_parent_fee_id', 'fixed_charge_id'],
}

/** What was paid from wallets, by how it came into them. */
const VERSION_3: ContentColumns = {
  ...VERSION_2,
  invoice: [...VERSION_2.invoice, 'prepaid_granted_credit_amount_cents', 'prepaid_purchased_credit_amount_cents'],
}

/** By version. A version that invoices were made with never changes: a new column is content from a new version on. */
const COLUMNS: ReadonlyMap<number, ContentColumns> = new Map([
  [1, VERSION_1],
  [2, VERSION_2],
  [3, VERSION_3],
])

/** The version that invoices are made with. */
export const CONTENT_VERSION = 3

export function contentColumns(version: number): ContentColumns {
  const columns = COLUMNS.get(version)
  if (columns === undefined) throw new Error(`no version ${version} of an invoice's content is known`)
  return columns
}

/** An invoice with what stands on it, each as its table has it, in the order in which it was written. */
export interface InvoiceDocument {
  readonly row: object
  readonly fees: readonly object[]
  readonly periods: readonly object[]
  readonly credits: readonly object[]
}

/** What an invoice says, as plain JSON with the names of columns. */
export interface InvoiceContent {
  readonly version: number
  readonly invoice: Readonly<Record<string, unknown>>
  readonly fees: readonly Readonly<Record<string, unknown>>[]
  readonly billing_periods: readonly Readonly<Record<string, unknown>>[]
  readonly credits: readonly Readonly<Record<string, unknown>>[]
}

/**
 * The content of a final invoice: all of it that never changes, but for the number, which the commit that makes it final gives
 * and the seal of the hour binds.
 */
export function invoiceContent(document: InvoiceDocument, version: number): InvoiceContent {
  const columns = contentColumns(version)
  return {
    version,
    invoice: picked(document.row, columns.invoice),
    fees: document.fees.map((row) => picked(row, columns.fees)),
    billing_periods: document.periods.map((row) => picked(row, columns.billing_periods)),
    credits: document.credits.map((row) => picked(row, columns.credits)),
  }
}

/** The hash of a content, which may have been sent as JSON. */
export const contentHash = (content: InvoiceContent): Promise<string> =>
  sha256(`invoice content\n${canonicalText(content)}`)

function picked(row: object, columns: readonly string[]): Record<string, unknown> {
  const fields = row as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    columns.map((column) => {
      const value = fields[propertyOf(column)]
      if (value === undefined) throw new Error(`an invoice without ${column} has no content`)
      return [column, value]
    }),
  )
}

/** The name in code of a column. */
const propertyOf = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
