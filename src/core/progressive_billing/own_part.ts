import { roundToCents, sumCents } from '../invoicing/cents.js'
import { Decimal } from '../money/decimal.js'

interface StoredFee {
  readonly amountCents: number
  /** What earlier progressive invoices and coupons take off it. */
  readonly preciseCouponsAmountCents: Decimal
}

interface StoredInvoice {
  readonly feesAmountCents: number
  readonly progressiveBillingCreditAmountCents: number
  readonly couponsAmountCents: number
}

/**
 * What earlier progressive invoices took off each fee of one, whole minor units: the invoice holds it together with what coupons took.
 * @param again what the earlier invoice takes off the fees when that is reckoned anew; undefined without knowing that invoice
 */
export function reliefOf(
  fees: readonly StoredFee[],
  invoice: StoredInvoice,
  again: () => readonly number[] | undefined,
): readonly number[] {
  const { progressiveBillingCreditAmountCents: relievedCents, couponsAmountCents } = invoice
  if (relievedCents === 0) return fees.map(() => 0)
  if (couponsAmountCents === 0) return fees.map((fee) => roundToCents(fee.preciseCouponsAmountCents))
  const reckoned = again()
  return reckoned !== undefined && sumCents(reckoned) === relievedCents ? reckoned : evenRelief(fees, invoice)
}

/** As if coupons had taken the same share of all that was left. */
function evenRelief(fees: readonly StoredFee[], invoice: StoredInvoice): number[] {
  const { feesAmountCents, progressiveBillingCreditAmountCents: relievedCents, couponsAmountCents } = invoice
  const share = new Decimal(couponsAmountCents).div(feesAmountCents - relievedCents)
  return fees.map(({ amountCents, preciseCouponsAmountCents }) => {
    const relief = share.eq(1)
      ? new Decimal(relievedCents).times(amountCents).div(feesAmountCents)
      : preciseCouponsAmountCents.minus(share.times(amountCents)).div(share.neg().plus(1))
    return roundToCents(Decimal.max(0, Decimal.min(relief, amountCents)))
  })
}
