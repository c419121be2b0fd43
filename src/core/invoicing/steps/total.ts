import { sumCents } from '../cents.js'
import type { InvoiceTotals } from '../invoice_totals.js'

/** What is left to pay after credit notes and prepaid credits (invoicing rules, section 2). */
export function total(invoice: InvoiceTotals): InvoiceTotals {
  const { subTotalIncludingTaxesAmountCents, creditNotesAmountCents, prepaidCreditAmountCents } = invoice
  const amountCents = sumCents([subTotalIncludingTaxesAmountCents, -creditNotesAmountCents, -prepaidCreditAmountCents])
  return { ...invoice, totalAmountCents: amountCents }
}
