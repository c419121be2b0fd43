import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import type { WalletDraw } from '../wallets/draw.js'
import { type FeeDraft, feeSubject, netCents } from './fee.js'
import { windowViolations } from './fee_windows.js'
import type { InvoiceCredit, InvoiceTotals } from './invoice_totals.js'
import type { InvoiceAppliedTax } from './taxes.js'

/** An invoice as it is going to be stored; the fees that go with it are given apart. */
export type CheckedInvoice = Omit<InvoiceTotals, 'fees'>

/** Every amount of an invoice that is a whole number of minor units and never negative. */
const AMOUNT_FIELDS = [
  'feesAmountCents',
  'progressiveBillingCreditAmountCents',
  'couponsAmountCents',
  'subTotalExcludingTaxesAmountCents',
  'taxesAmountCents',
  'subTotalIncludingTaxesAmountCents',
  'creditNotesAmountCents',
  'prepaidCreditAmountCents',
  'prepaidGrantedCreditAmountCents',
  'prepaidPurchasedCreditAmountCents',
  'totalAmountCents',
] as const satisfies readonly (keyof CheckedInvoice)[]

/**
 * What must hold of every invoice before it is stored, checked apart from how it was computed. Returns what does not hold,
 * in words; nothing for a sound invoice. A violation means a fault of ours, so the customer is parked and not billed.
 */
export function checkInvoice(invoice: CheckedInvoice, fees: readonly FeeDraft[]): readonly string[] {
  const malformed = [...amountViolations(invoice), ...fees.flatMap((fee) => feeViolations(fee, invoice.currency))]
  // Sums of what is no amount would say nothing.
  const unsound = malformed.length > 0 ? [] : [...sumViolations(invoice, fees), ...taxViolations(invoice, fees)]
  return [...malformed, ...unsound, ...windowViolations(fees)]
}

export function amountViolations(invoice: CheckedInvoice): string[] {
  const amounts = AMOUNT_FIELDS.map((field) => [field as string, invoice[field]] as const)
  const ofTaxes = invoice.appliedTaxes.flatMap((tax) => [
    [`amount of tax ${tax.code}`, tax.amountCents] as const,
    [`fees amount of tax ${tax.code}`, tax.feesAmountCents] as const,
  ])
  const ofCredits = invoice.credits.map((credit) => [`credit of ${credit.sourceId}`, credit.amountCents] as const)
  const ofDraws = invoice.draws.map((draw) => [`draw on ${draw.walletId}`, draw.amountCents] as const)
  const violations = [...amounts, ...ofTaxes, ...ofCredits, ...ofDraws].flatMap(([name, amount]) =>
    amount === null || isAmount(amount) ? [] : [`${name} is ${amount}`],
  )
  return isQuantity(invoice.taxesRate) ? violations : [...violations, `taxesRate is ${invoice.taxesRate}`]
}

function feeViolations(fee: FeeDraft, currency: string): string[] {
  const { amountCents, preciseCouponsAmountCents: coupons } = fee
  const facts: readonly (readonly [boolean, string])[] = [
    [fee.currency === currency, `currency is ${fee.currency} on an invoice in ${currency}`],
    [isAmount(amountCents), `amount is ${amountCents}`],
    [isQuantity(fee.preciseAmountCents), `precise amount is ${fee.preciseAmountCents}`],
    [isQuantity(fee.units), `units are ${fee.units}`],
    [isQuantity(fee.unitAmount), `unit amount is ${fee.unitAmount}`],
    [fee.eventsCount === null || isAmount(fee.eventsCount), `events count is ${fee.eventsCount}`],
    [isQuantity(coupons) && coupons.lte(amountCents), `coupons are ${coupons} of ${amountCents}`],
  ]
  return facts.flatMap(([holds, violation]) => (holds ? [] : [`fee ${feeSubject(fee)}: ${violation}`]))
}

function sumViolations(invoice: CheckedInvoice, fees: readonly FeeDraft[]): string[] {
  const taken = sum([invoice.progressiveBillingCreditAmountCents, invoice.couponsAmountCents])
  const wallets = sum([invoice.prepaidGrantedCreditAmountCents ?? 0, invoice.prepaidPurchasedCreditAmountCents ?? 0])
  const paid = sum([invoice.creditNotesAmountCents, invoice.prepaidCreditAmountCents])
  const net = sum([invoice.feesAmountCents]) - taken
  const gross = sum([invoice.subTotalExcludingTaxesAmountCents, invoice.taxesAmountCents])
  return [
    ...differs('feesAmountCents', invoice.feesAmountCents, sum(fees.map((fee) => fee.amountCents))),
    ...differs('subTotalExcludingTaxesAmountCents', invoice.subTotalExcludingTaxesAmountCents, net),
    ...differs('taxesAmountCents', invoice.taxesAmountCents, sum(invoice.appliedTaxes.map((tax) => tax.amountCents))),
    ...differs('subTotalIncludingTaxesAmountCents', invoice.subTotalIncludingTaxesAmountCents, gross),
    ...differs('prepaidCreditAmountCents', invoice.prepaidCreditAmountCents, wallets),
    ...differs('prepaidCreditAmountCents', invoice.prepaidCreditAmountCents, sum(invoice.draws.map(drawnCents))),
    ...differs('totalAmountCents', invoice.totalAmountCents, sum([invoice.subTotalIncludingTaxesAmountCents]) - paid),
    ...differs(
      'progressiveBillingCreditAmountCents',
      invoice.progressiveBillingCreditAmountCents,
      sum(creditsOf(invoice, 'invoice')),
    ),
    ...differs('couponsAmountCents', invoice.couponsAmountCents, sum(creditsOf(invoice, 'coupon'))),
    ...differs('creditNotesAmountCents', invoice.creditNotesAmountCents, sum(creditsOf(invoice, 'credit_note'))),
    ...couponViolations(fees, taken),
  ]
}

/** What the fundings of a draw come to; of an unsound one nothing that could be an amount of it. */
const drawnCents = ({ amountCents, fundings }: WalletDraw): number =>
  sum([amountCents]) === sum(fundings.map((funding) => funding.amountCents)) ? amountCents : Number.MAX_SAFE_INTEGER

const creditsOf = ({ credits }: CheckedInvoice, type: InvoiceCredit['sourceType']): number[] =>
  credits.flatMap((credit) => (credit.sourceType === type ? [credit.amountCents] : []))

/** What was taken off before taxes lies on the fees, but for a cent and the fifth decimal of every share. */
function couponViolations(fees: readonly FeeDraft[], taken: bigint): string[] {
  const shares = fees.reduce((shared, fee) => shared.plus(fee.preciseCouponsAmountCents), ZERO)
  const off = shares.minus(String(taken)).abs()
  const tolerance = new Decimal('0.00001').times(fees.length).plus(1)
  return off.lt(tolerance) ? [] : [`${taken} is taken off the invoice, ${shares} off its fees`]
}

function taxViolations(invoice: CheckedInvoice, fees: readonly FeeDraft[]): string[] {
  const nets = new Map<string, Decimal>()
  for (const fee of fees) {
    for (const { id } of fee.taxes) nets.set(id, (nets.get(id) ?? ZERO).plus(netCents(fee)))
  }
  const listed = new Set(invoice.appliedTaxes.map((tax) => tax.taxId))
  const missing = [...nets.keys()].filter((id) => !listed.has(id))
  return [
    ...missing.map((id) => `tax ${id} of a fee is not on the invoice`),
    ...(listed.size === invoice.appliedTaxes.length ? [] : ['a tax is on the invoice twice']),
    ...invoice.appliedTaxes.flatMap((tax) => appliedTaxViolations(tax, nets.get(tax.taxId))),
    ...rateViolations(invoice),
  ]
}

function appliedTaxViolations(tax: InvoiceAppliedTax, net: Decimal | undefined): string[] {
  if (net === undefined) return [`tax ${tax.code} is of no fee`]
  const due = net.times(tax.rate).div(100)
  return [
    ...differs(
      `fees amount of tax ${tax.code}`,
      tax.feesAmountCents,
      whole(net.toDecimalPlaces(0, Decimal.ROUND_DOWN)),
    ),
    ...differs(`amount of tax ${tax.code}`, tax.amountCents, whole(roundHalfUp(due, 0))),
  ]
}

/** The weighted rate explains the taxes, up to the rounding of the rate and of each tax. */
function rateViolations({ appliedTaxes, ...invoice }: CheckedInvoice): string[] {
  const explained = invoice.taxesRate.times(invoice.subTotalExcludingTaxesAmountCents).div(100)
  const tolerance = new Decimal('0.00000005')
    .times(invoice.subTotalExcludingTaxesAmountCents)
    .plus(appliedTaxes.length / 2)
  const off = explained.minus(invoice.taxesAmountCents).abs()
  return off.lte(tolerance)
    ? []
    : [`taxesRate ${invoice.taxesRate} makes ${explained}, not ${invoice.taxesAmountCents}`]
}

export function differs(name: string, actual: number, expected: bigint): string[] {
  return BigInt(actual) === expected ? [] : [`${name} is ${actual}, not ${expected}`]
}

export function sum(amounts: readonly number[]): bigint {
  return amounts.reduce((total, amount) => total + BigInt(amount), 0n)
}

function whole(cents: Decimal): bigint {
  return BigInt(cents.toFixed())
}

export const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isQuantity = (value: Decimal): boolean => value.isFinite() && value.gte(0)
