import { sumCents } from '../cents.js'
import type { InvoiceTotals } from '../invoice_totals.js'

/** Fees less progressive billing less coupons (invoicing rules, section 2). */
export function subTotalExcludingTaxes(invoice: InvoiceTotals): InvoiceTotals {
  const { feesAmountCents, progressiveBillingCreditAmountCents, couponsAmountCents } = invoice
  const amountCents = sumCents([feesAmountCents, -progressiveBillingCreditAmountCents, -couponsAmountCents])
  return { ...invoice, subTotalExcludingTaxesAmountCents: amountCents }
}
