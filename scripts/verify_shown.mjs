/** The fields of an invoice's answer that show a column as it is, and that column. */
const INVOICE = {
  lago_id: 'id',
  billing_entity_code: 'billing_entity_code',
  invoice_type: 'invoice_type',
  currency: 'currency',
  issuing_date: 'issuing_on',
  payment_due_date: 'payment_due_on',
  net_payment_term: 'net_payment_term',
  purchase_order_number: 'purchase_order_number',
  fees_amount_cents: 'fees_amount_cents',
  progressive_billing_credit_amount_cents: 'progressive_billing_credit_amount_cents',
  coupons_amount_cents: 'coupons_amount_cents',
  sub_total_excluding_taxes_amount_cents: 'sub_total_excluding_taxes_amount_cents',
  taxes_amount_cents: 'taxes_amount_cents',
  sub_total_including_taxes_amount_cents: 'sub_total_including_taxes_amount_cents',
  credit_notes_amount_cents: 'credit_notes_amount_cents',
  prepaid_credit_amount_cents: 'prepaid_credit_amount_cents',
  total_amount_cents: 'total_amount_cents',
  voided_invoice_id: 'voided_invoice_id',
}
const FEE = {
  lago_id: 'id',
  lago_invoice_id: 'invoice_id',
  lago_subscription_id: 'subscription_id',
  lago_charge_id: 'charge_id',
  lago_charge_filter_id: 'charge_filter_id',
  event_transaction_id: 'event_transaction_id',
  amount_currency: 'currency',
  amount_cents: 'amount_cents',
  taxes_amount_cents: 'taxes_amount_cents',
  events_count: 'events_count',
  description: 'description',
  lago_adjusted_fee_id: 'adjusted_fee_id',
}
const ITEM = {
  lago_item_id: 'item_id',
  type: 'fee_type',
  code: 'item_code',
  name: 'item_name',
  description: 'item_description',
  invoice_display_name: 'item_invoice_display_name',
}
const PERIOD = { lago_subscription_id: 'subscription_id', invoicing_reason: 'invoicing_reason' }
const CREDIT = { amount_cents: 'amount_cents' }
const TAX = { lago_tax_id: 'taxId', tax_code: 'code', tax_name: 'name', amount_cents: 'amountCents' }

/** What an invoice's answer shows otherwise than its hashed content has it, in words. */
export function shownFaults(invoice, content) {
  return [
    ...differences('the invoice', invoice, content.invoice, INVOICE),
    ...listed('fee', invoice.fees, content.fees, FEE),
    ...listed(
      'item of fee',
      invoice.fees.map((fee) => fee.item),
      content.fees,
      ITEM,
    ),
    ...listed('billing period', invoice.billing_periods, content.billing_periods, PERIOD),
    ...listed('credit', invoice.credits, content.credits, CREDIT),
    ...listed('tax', invoice.applied_taxes, content.invoice.applied_taxes, TAX),
  ]
}

function listed(what, shown, hashed, fields) {
  if (shown.length !== hashed.length) return [`it shows ${shown.length} of a ${what}, and ${hashed.length} were hashed`]
  return shown.flatMap((one, i) => differences(`${what} ${i + 1}`, one, hashed[i], fields))
}

const differences = (what, shown, hashed, fields) =>
  Object.entries(fields)
    .filter(([field, column]) => shown[field] !== hashed[column])
    .map(([field, column]) => `${what} shows ${field} ${shown[field]}, but ${hashed[column]} was hashed`)
