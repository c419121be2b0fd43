import { relieve } from '../../progressive_billing/relief.js'
import { sumCents } from '../cents.js'
import type { InvoiceCredit, InvoiceSources, InvoiceTotals } from '../invoice_totals.js'

/** What progressive invoices of the same periods have billed already (invoicing rules, section 9). */
export function applyProgressiveBillingCredit(invoice: InvoiceTotals, { progressive }: InvoiceSources): InvoiceTotals {
  let { fees } = invoice
  const credits: InvoiceCredit[] = []
  for (const source of progressive) {
    const relief = relieve(fees, source)
    if (relief.amountCents === 0) continue
    fees = relief.fees
    credits.push({ sourceType: 'invoice', sourceId: source.id, amountCents: relief.amountCents })
  }
  return {
    ...invoice,
    fees,
    credits: [...invoice.credits, ...credits],
    progressiveBillingCreditAmountCents: sumCents(credits.map((credit) => credit.amountCents)),
  }
}
