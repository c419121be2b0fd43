import { sumCents } from '../cents.js'
import type { InvoiceTotals } from '../invoice_totals.js'

/** The subtotal without taxes and the taxes (invoicing rules, section 2). */
export function subTotalIncludingTaxes(invoice: InvoiceTotals): InvoiceTotals {
  const amountCents = sumCents([invoice.subTotalExcludingTaxesAmountCents, invoice.taxesAmountCents])
  return { ...invoice, subTotalIncludingTaxesAmountCents: amountCents }
}
