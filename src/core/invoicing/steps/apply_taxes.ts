import { netCents } from '../fee.js'
import type { InvoiceTotals } from '../invoice_totals.js'
import { taxTotals, weightedTaxRate } from '../taxes.js'

/** Taxes on what the fees come to after coupons (invoicing rules, section 4). Needs the subtotal without taxes. */
export function applyTaxes(invoice: InvoiceTotals): InvoiceTotals {
  const { fees, subTotalExcludingTaxesAmountCents } = invoice
  const { appliedTaxes, amountCents } = taxTotals(fees.map((fee) => ({ netCents: netCents(fee), taxes: fee.taxes })))
  const taxesRate = weightedTaxRate(fees, subTotalExcludingTaxesAmountCents)
  return { ...invoice, appliedTaxes, taxesAmountCents: amountCents, taxesRate }
}
