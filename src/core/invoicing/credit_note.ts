import type { Tax } from '../catalog.js'
import { Decimal, ONE, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { roundToCents } from './cents.js'
import { type TaxedAmount, type TaxTotals, taxTotals } from './taxes.js'

/** A fee as far as credit notes look at it. */
export interface CreditedFee {
  readonly id: string
  readonly amountCents: number
  /** What coupons took off, fractions of a minor unit. */
  readonly preciseCouponsAmountCents: Decimal
  readonly taxes: readonly Tax[]
}

export interface CreditNoteItem {
  readonly fee: CreditedFee
  /** What is given back of the fee's amount, before coupons and taxes: fractions of a minor unit, above 0. */
  readonly amountCents: Decimal
}

/** What the items of a credit note come to (invoicing rules, section 5). Whole minor units but for what is called precise. */
export interface CreditNoteAmounts {
  readonly itemsAmountCents: number
  readonly preciseCouponsAdjustmentAmountCents: Decimal
  readonly couponsAdjustmentAmountCents: number
  readonly subTotalExcludingTaxesAmountCents: number
  readonly preciseTaxesAmountCents: Decimal
  readonly taxes: TaxTotals
  /** The rates of the items weighted by what they come to: percent, half up at 5 decimals. */
  readonly taxesRate: Decimal
  /** Before anything is rounded. */
  readonly preciseTotalAmountCents: Decimal
  /** Sub total and taxes, each rounded once: the parts add up to it. */
  readonly totalAmountCents: number
}

/**
 * The part of a fee's coupons that belongs to an item goes back with it, and so does the tax on the rest. Each tax is
 * rounded once over all items.
 */
export function creditNoteAmounts(items: readonly CreditNoteItem[]): CreditNoteAmounts {
  const shares = items.map((item) => {
    const coupons = couponShare(item)
    return { item, coupons, netCents: item.amountCents.minus(coupons), taxes: item.fee.taxes }
  })
  const sum = (amounts: readonly Decimal[]) => amounts.reduce((total, amount) => total.plus(amount), ZERO)
  const coupons = sum(shares.map((share) => share.coupons))
  const taxes = taxTotals(shares)
  const net = sum(shares.map((share) => share.netCents))
  const preciseTaxes = sum(shares.flatMap((share) => share.taxes.map((tax) => share.netCents.times(tax.rate).div(100))))
  const subTotal = roundToCents(net)
  return {
    itemsAmountCents: roundToCents(sum(items.map((item) => item.amountCents))),
    preciseCouponsAdjustmentAmountCents: coupons,
    couponsAdjustmentAmountCents: roundToCents(coupons),
    subTotalExcludingTaxesAmountCents: subTotal,
    preciseTaxesAmountCents: preciseTaxes,
    taxes,
    taxesRate: weightedRate(shares),
    preciseTotalAmountCents: net.plus(preciseTaxes),
    totalAmountCents: subTotal + taxes.amountCents,
  }
}

/** By number of items where they come to nothing, as on an invoice. */
function weightedRate(shares: readonly TaxedAmount[]): Decimal {
  const weigh = (weight: (share: TaxedAmount) => Decimal) => {
    const whole = shares.reduce((total, share) => total.plus(weight(share)), ZERO)
    const rated = shares.reduce(
      (total, share) => share.taxes.reduce((sum, { rate }) => sum.plus(weight(share).times(rate)), total),
      ZERO,
    )
    return whole.isZero() ? null : roundHalfUp(rated.div(whole), 5)
  }
  return weigh(({ netCents }) => netCents) ?? weigh(() => ONE) ?? ZERO
}

function couponShare({ fee, amountCents }: CreditNoteItem): Decimal {
  return fee.amountCents === 0 ? ZERO : fee.preciseCouponsAmountCents.times(amountCents).div(fee.amountCents)
}

/** What becomes of the total of a credit note. */
export interface CreditNoteSplit {
  /** Becomes a balance that later invoices use. */
  readonly creditAmountCents: number
  /** Is paid back. */
  readonly refundAmountCents: number
  /** Reduces what is due on the invoice itself. */
  readonly offsetAmountCents: number
}

/** What an invoice holds of the fee that is given back, with tax. Whole minor units. */
export interface PaidFee {
  /** The fee's net amount and tax. */
  readonly feeTotalAmountCents: number
  readonly invoiceTotalAmountCents: number
  readonly invoicePaidAmountCents: number
  /** What is still to be paid of it. */
  readonly invoiceDueAmountCents: number
}

/**
 * Splits the total of a note for unused time (subscriptions rules, section 7). `refund` and `offset` give back what was paid
 * for the fee beyond what was used; the rest is credited, or taken off what is still due as far as that goes.
 * @param usedAmountCents what the used days cost, with tax and after coupons
 */
export function splitUnused(
  totalAmountCents: number,
  manner: 'credit' | 'refund' | 'offset',
  paid: PaidFee,
  usedAmountCents: number,
): CreditNoteSplit {
  if (manner === 'credit') return { creditAmountCents: totalAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
  const { feeTotalAmountCents, invoiceTotalAmountCents, invoicePaidAmountCents } = paid
  const paidForFee =
    invoiceTotalAmountCents === 0
      ? 0
      : roundToCents(new Decimal(invoicePaidAmountCents).times(feeTotalAmountCents).div(invoiceTotalAmountCents))
  const refundAmountCents = Math.min(Math.max(0, paidForFee - usedAmountCents), totalAmountCents)
  const rest = totalAmountCents - refundAmountCents
  const offsetAmountCents = manner === 'refund' ? 0 : Math.min(rest, paid.invoiceDueAmountCents)
  return { creditAmountCents: rest - offsetAmountCents, refundAmountCents, offsetAmountCents }
}
