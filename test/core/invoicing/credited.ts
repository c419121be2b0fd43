import fc from 'fast-check'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { CreditedFee, CreditNoteSplit } from '../../../src/core/invoicing/credit_note.js'
import { creditErrors, creditLimits, forcedSplit } from '../../../src/core/invoicing/credit_request.js'
import {
  type CreditedInvoice,
  creditableFees,
  givenNote,
  noteAmounts,
} from '../../../src/core/invoicing/credited_invoice.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { chargeFeeOf, tax } from './builders.js'

export const vat = (rate: string) => tax(`vat${rate}`, rate)

/** A fee as notes see it: amount, what coupons took off it, rates. */
export const fee = (id: string, amountCents: number, coupons = '0', ...rates: string[]): CreditedFee => ({
  id,
  amountCents,
  preciseCouponsAmountCents: new Decimal(coupons),
  taxes: rates.map(vat),
})

/** An invoice of these fees, taxed as invoices are, without notes yet. */
export function invoiceOf(fees: readonly CreditedFee[], paidCents = 0, currency = 'EUR'): CreditedInvoice {
  const drafts = fees.map(({ amountCents, preciseCouponsAmountCents, taxes }) =>
    chargeFeeOf(amountCents, { preciseCouponsAmountCents, taxes, currency }),
  )
  const coupons = fees
    .reduce((sum, one) => sum.plus(one.preciseCouponsAmountCents), new Decimal(0))
    .round()
    .toNumber()
  const made = calculateInvoice({ currency, fees: drafts })
  const subTotal = made.feesAmountCents - coupons
  const gross = subTotal + made.taxesAmountCents
  return {
    feesAmountCents: made.feesAmountCents,
    subTotalExcludingTaxesAmountCents: subTotal,
    appliedTaxes: made.appliedTaxes,
    subTotalIncludingTaxesAmountCents: gross,
    totalAmountCents: gross,
    totalPaidAmountCents: Math.min(paidCents, gross),
    notes: [],
  }
}

/** What a note of these items takes, credited; the invoice with it. */
export function credited(invoice: CreditedInvoice, ...parts: readonly (readonly [CreditedFee, number | Decimal])[]) {
  const items = parts.map(([one, amount]) => ({ fee: one, amountCents: new Decimal(amount) }))
  const amounts = noteAmounts(items, invoice)
  const split = { creditAmountCents: amounts.totalAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
  return { amounts, split, invoice: { ...invoice, notes: [...invoice.notes, givenNote(items, amounts, split)] } }
}

/** Fees in any number, some of them reduced by coupons, with up to three taxes. */
export const anyFees = fc
  .array(
    fc.record({
      amountCents: fc.integer({ min: 1, max: 50_000 }),
      couponsPerMille: fc.constantFrom(0, 0, 1, 333, 500, 999, 1000),
      rates: fc.subarray(['0', '5.5', '7', '20', '33.3333']),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((facts) =>
    facts.map(({ amountCents, couponsPerMille, rates }, i) =>
      fee(`fee-${i}`, amountCents, new Decimal(amountCents).times(couponsPerMille).div(1000).toFixed(5), ...rates),
    ),
  )

/** Amounts in the minor units of currencies without, with two and with three decimals. */
export const anyCurrency = fc.constantFrom('JPY', 'EUR', 'BHD')

/** A note that somebody might ask for: parts per mille of what is left of each fee, given back in some mixture of ways. */
export const anyAsk = fc.record({
  perMille: fc.array(fc.constantFrom(0, 0, 1, 37, 500, 999, 1000), { minLength: 5, maxLength: 5 }),
  ways: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
  off: fc.constantFrom(-1, 0, 0, 0, 1),
})
export type Ask = typeof anyAsk extends fc.Arbitrary<infer A> ? A : never

/** Gives such a note as the API does; the invoice as it is when it is refused. */
export function give(invoice: CreditedInvoice, fees: readonly CreditedFee[], ask: Ask): CreditedInvoice {
  const leftOf = creditableFees(invoice)
  const items = fees.map((one, i) => ({
    fee: one,
    amountCents: leftOf(one)
      .times(ask.perMille[i] ?? 0)
      .div(1000)
      .floor(),
  }))
  const amounts = noteAmounts(items, invoice)
  const asked = splitBy(amounts.totalAmountCents + ask.off, ask.ways, creditLimits(invoice))
  if (Object.keys(creditErrors(asked, amounts, invoice)).length > 0) return invoice
  const split = forcedSplit(asked, amounts.totalAmountCents, creditLimits(invoice))
  return { ...invoice, notes: [...invoice.notes, givenNote(items, amounts, split)] }
}

function splitBy(total: number, [credit, refund, offset]: Ask['ways'], limits: CreditNoteSplit): CreditNoteSplit {
  const share = (weight: number) => Math.floor((Math.max(0, total) * weight) / Math.max(1, credit + refund + offset))
  const refundAmountCents = Math.min(share(refund), limits.refundAmountCents)
  const offsetAmountCents = Math.min(share(offset), limits.offsetAmountCents)
  return { creditAmountCents: total - refundAmountCents - offsetAmountCents, refundAmountCents, offsetAmountCents }
}
