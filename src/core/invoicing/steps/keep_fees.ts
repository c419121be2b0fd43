import { keepsFee } from '../fee.js'
import type { InvoiceTotals } from '../invoice_totals.js'

/** Leaves out the fees of nothing (metering rules, section 3.5). */
export function keepFees(invoice: InvoiceTotals): InvoiceTotals {
  return { ...invoice, fees: invoice.fees.filter(keepsFee) }
}
