import { sumCents } from '../cents.js'
import type { InvoiceCredit, InvoiceSources, InvoiceTotals } from '../invoice_totals.js'

/** Balances of credit notes, the oldest first, as far as there is something to pay (invoicing rules, sections 2 and 5). */
export function applyCreditNotes(invoice: InvoiceTotals, { creditNotes }: InvoiceSources): InvoiceTotals {
  let left = invoice.subTotalIncludingTaxesAmountCents
  const credits: InvoiceCredit[] = []
  for (const { id, balanceAmountCents } of creditNotes) {
    const amountCents = Math.min(balanceAmountCents, left)
    if (amountCents <= 0) continue
    credits.push({ sourceType: 'credit_note', sourceId: id, amountCents })
    left -= amountCents
  }
  return {
    ...invoice,
    credits: [...invoice.credits, ...credits],
    creditNotesAmountCents: sumCents(credits.map((credit) => credit.amountCents)),
  }
}
