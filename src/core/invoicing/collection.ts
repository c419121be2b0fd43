import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { calculateInvoice } from './calculate.js'
import { sumCents } from './cents.js'
import type { InvoiceTotals } from './invoice_totals.js'
import type { AppliedTax, InvoiceAppliedTax } from './taxes.js'

/** A fee without an invoice that was paid by itself, as it is kept. */
export interface PaidFee {
  readonly id: string
  readonly currency: string
  readonly amountCents: number
  readonly taxesAmountCents: number
  /** Percent, decimal text. */
  readonly taxesRate: string
  readonly appliedTaxes: readonly AppliedTax[]
  readonly paymentStatus: string
  readonly succeededAt: number | null
  /** The end of the period that it is for, epoch milliseconds. */
  readonly toAt: number | null
}

/**
 * Whether a fee without an invoice is collected at a moment (recurring rules, section 7).
 * @param by a plain run leaves fees alone whose period is not over yet; an end or a change of plan takes all that are paid
 */
export function isCollected(
  { paymentStatus, succeededAt, toAt }: Pick<PaidFee, 'paymentStatus' | 'succeededAt' | 'toAt'>,
  now: number,
  by: 'run' | 'end',
): boolean {
  const isPaid = paymentStatus === 'succeeded' && succeededAt !== null && succeededAt <= now
  return isPaid && (by === 'end' || (toAt !== null && toAt <= now))
}

/**
 * What an invoice comes to that collects paid fees, all of one currency: the sums of the fees' own amounts and taxes, for that is what
 * was paid. Nothing is taken off, and no tax is reckoned anew (recurring rules, section 7).
 */
export function collectedTotals(currency: string, fees: readonly PaidFee[]): InvoiceTotals {
  const net = sumCents(fees.map((fee) => fee.amountCents))
  const taxes = sumCents(fees.map((fee) => fee.taxesAmountCents))
  const total = sumCents([net, taxes])
  return {
    ...calculateInvoice({ currency, fees: [] }),
    feesAmountCents: net,
    subTotalExcludingTaxesAmountCents: net,
    appliedTaxes: summedTaxes(fees),
    taxesAmountCents: taxes,
    taxesRate: weightedRate(fees, net),
    subTotalIncludingTaxesAmountCents: total,
    totalAmountCents: total,
  }
}

/** By code, like those of every invoice. The same tax may have had another rate when another fee was made: then it is another row. */
function summedTaxes(fees: readonly PaidFee[]): InvoiceAppliedTax[] {
  const rows = fees.flatMap(({ amountCents, appliedTaxes }) =>
    appliedTaxes.map((tax) => ({ ...tax, feesAmountCents: amountCents })),
  )
  const same = Map.groupBy(rows, ({ taxId, rate }) => JSON.stringify([taxId, rate]))
  return [...same.values()]
    .flatMap(([first, ...rest]) => {
      if (first === undefined) return []
      const { taxId, code, name, description, rate } = first
      const all = [first, ...rest]
      const amountCents = sumCents(all.map((row) => row.amountCents))
      const feesAmountCents = sumCents(all.map((row) => row.feesAmountCents))
      return [{ taxId, code, name, description, rate, amountCents, feesAmountCents }]
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

const sortKey = ({ code, taxId, rate }: AppliedTax): string => `${code} ${taxId} ${rate}`

/** The rates of the fees weighted by their amounts; by their number when they all are for nothing. Half up at 5 decimals. */
function weightedRate(fees: readonly PaidFee[], netCents: number): Decimal {
  const weight = (fee: PaidFee) => (netCents === 0 ? 1 : fee.amountCents)
  const whole = netCents === 0 ? fees.length : netCents
  if (whole === 0) return ZERO
  const weighted = fees.reduce((sum, fee) => sum.plus(new Decimal(fee.taxesRate).times(weight(fee))), ZERO)
  return roundHalfUp(weighted.div(whole), 5)
}
