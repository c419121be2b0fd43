import { sumCents } from '../cents.js'
import { inOrderOfUse, useCoupon } from '../coupons.js'
import type { InvoiceCredit, InvoiceSources, InvoiceTotals } from '../invoice_totals.js'

/**
 * Coupons, one after the other, as long as they leave something (invoicing rules, section 3). One that is not reached, or finds
 * nothing to be taken off, is not used.
 */
export function applyCoupons(invoice: InvoiceTotals, { coupons }: InvoiceSources): InvoiceTotals {
  let { fees } = invoice
  let subTotalCents = sumCents([invoice.feesAmountCents, -invoice.progressiveBillingCreditAmountCents])
  const credits: InvoiceCredit[] = []
  for (const coupon of inOrderOfUse(coupons)) {
    if (subTotalCents <= 0) break
    const use = useCoupon(fees, coupon, subTotalCents)
    if (use.amountCents === 0) continue
    fees = use.fees
    subTotalCents -= use.amountCents
    credits.push({ sourceType: 'coupon', sourceId: coupon.id, amountCents: use.amountCents })
  }
  return {
    ...invoice,
    fees,
    credits: [...invoice.credits, ...credits],
    couponsAmountCents: sumCents(credits.map((credit) => credit.amountCents)),
  }
}
