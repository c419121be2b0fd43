import { sumCents } from '../cents.js'
import type { InvoiceTotals } from '../invoice_totals.js'

/** `fees_amount` is the sum of rounded fees (invoicing rules, section 2). */
export function sumFees(invoice: InvoiceTotals): InvoiceTotals {
  return { ...invoice, feesAmountCents: sumCents(invoice.fees.map((fee) => fee.amountCents)) }
}
