import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumCents } from '../../../src/core/invoicing/cents.js'
import { creditErrors, creditLimits } from '../../../src/core/invoicing/credit_request.js'
import { type CreditedInvoice, creditableFees, creditableRest } from '../../../src/core/invoicing/credited_invoice.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { anyAsk, anyCurrency, anyFees, credited, fee, give, invoiceOf } from './credited.js'

const RUNS = { numRuns: 1000 }

describe('notes on one invoice, one after the other', () => {
  const share = (amount: number) => new Decimal(1000).times(amount).div(28_865).toDecimalPlaces(5).toFixed()

  it.each<[string, ReturnType<typeof fee>[], [number, number, string][]]>([
    [
      'the second of two equal items gives back a cent of tax less',
      [fee('a', 6833, '0', '20'), fee('b', 6833, '0', '20')],
      [
        [6833, 1367, '1366.6'],
        [6833, 1366, '1366.2'],
      ],
    ],
    [
      'each part is rounded for itself, the last makes up for the others',
      [fee('a', 1999, share(1999), '20'), fee('b', 6833, share(6833), '20'), fee('c', 20_033, share(20_033), '20')],
      [
        [1930, 386, '385.949346'],
        [6596, 1319, '1319.255466'],
        [19_339, 3868, '3868.000000'],
      ],
    ],
  ])('%s', (_, fees, expected) => {
    let invoice = invoiceOf(fees)
    for (const [i, one] of fees.entries()) {
      const note = credited(invoice, [one, one.amountCents])
      const [subTotal, taxes, precise] = expected[i] ?? []
      expect(note.amounts.subTotalExcludingTaxesAmountCents).toBe(subTotal)
      expect(note.amounts.taxes.amountCents).toBe(taxes)
      expect(Math.abs(note.amounts.preciseTaxesAmountCents.minus(precise ?? 0).toNumber())).toBeLessThan(0.001)
      invoice = note.invoice
    }
    expect(creditableRest(invoice).totalAmountCents).toBe(0)
  })

  it('what rounds up again and again cannot give back more than there was', () => {
    const half = fee('a', 10, '5')
    let invoice = invoiceOf([half])
    const totals = Array.from({ length: 9 }, () => {
      const note = credited(invoice, [half, 1])
      invoice = note.invoice
      return note.amounts.totalAmountCents
    })
    // Each item of 1 is worth half a cent.
    expect(totals).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0])
  })

  it('a tax of which rounding has left something goes back with the last item, though that does not bear it', () => {
    const taxed = fee('a', 3, '0', '20')
    const free = fee('b', 100)
    let invoice = invoiceOf([taxed, free])
    expect(invoice.appliedTaxes.map((tax) => tax.amountCents)).toEqual([1])
    for (let i = 0; i < 3; i++) invoice = credited(invoice, [taxed, 1]).invoice
    const last = credited(invoice, [free, 100])
    expect(last.amounts.taxes.appliedTaxes).toMatchObject([{ amountCents: 1, feesAmountCents: 0 }])
    expect(last.amounts.totalAmountCents).toBe(101)
  })
})

describe('whatever is asked for, in every currency', () => {
  const asks = fc.array(anyAsk, { maxLength: 8 })

  it('notes never give back more than the invoice, fee by fee, tax by tax and in all, and nothing negative', () => {
    fc.assert(
      fc.property(anyFees, fc.nat(200_000), asks, anyCurrency, (fees, paid, list, currency) => {
        const start = invoiceOf(fees, paid, currency)
        const invoice = list.reduce((now, ask) => give(now, fees, ask), start)
        for (const note of invoice.notes) {
          const { creditAmountCents, refundAmountCents, offsetAmountCents } = note
          expect(Math.min(creditAmountCents, refundAmountCents, offsetAmountCents)).toBeGreaterThanOrEqual(0)
          expect(creditAmountCents + refundAmountCents + offsetAmountCents).toBe(note.totalAmountCents)
          expect(note.subTotalExcludingTaxesAmountCents + note.taxesAmountCents).toBe(note.totalAmountCents)
          expect(note.subTotalExcludingTaxesAmountCents).toBeGreaterThanOrEqual(0)
          expect(note.totalAmountCents).toBeGreaterThan(0)
        }
        expectWithin(invoice, fees)
      }),
      RUNS,
    )
  })

  it('notes that give back all fees are together exactly the invoice', () => {
    fc.assert(
      fc.property(anyFees, fc.nat(200_000), asks, anyCurrency, (fees, paid, list, currency) => {
        const started = list.reduce((now, ask) => give(now, fees, ask), invoiceOf(fees, paid, currency))
        const leftOf = creditableFees(started)
        fc.pre(fees.some((one) => leftOf(one).gt(0)))
        const parts = fees.map((one) => [one, leftOf(one)] as const).filter(([, left]) => left.gt(0))
        const { notes } = credited(started, ...parts).invoice
        const sum = (of: (note: (typeof notes)[number]) => number) => sumCents(notes.map(of))
        expect(sum((note) => note.subTotalExcludingTaxesAmountCents)).toBe(started.subTotalExcludingTaxesAmountCents)
        expect(sum((note) => note.taxesAmountCents)).toBe(sumCents(started.appliedTaxes.map((tax) => tax.amountCents)))
        expect(sum((note) => note.totalAmountCents)).toBe(started.subTotalIncludingTaxesAmountCents)
        for (const tax of started.appliedTaxes) {
          const given = notes.flatMap((note) => note.appliedTaxes.filter(({ taxId }) => taxId === tax.taxId))
          expect(sumCents(given.map((one) => one.amountCents))).toBe(tax.amountCents)
        }
      }),
      RUNS,
    )
  })

  it('what an estimate says can be asked for, and the note is exactly that', () => {
    fc.assert(
      fc.property(anyFees, asks, anyAsk, anyCurrency, (fees, list, last, currency) => {
        const invoice = list.reduce((now, ask) => give(now, fees, ask), invoiceOf(fees, 0, currency))
        const before = invoice.notes.length
        const leftOf = creditableFees(invoice)
        const parts = fees.map(
          (one, i) =>
            [
              one,
              leftOf(one)
                .times(last.perMille[i] ?? 0)
                .div(1000)
                .floor(),
            ] as const,
        )
        const { amounts } = credited(invoice, ...parts)
        fc.pre(amounts.totalAmountCents > 0)
        const asked = { creditAmountCents: amounts.totalAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
        expect(creditErrors(asked, amounts, invoice)).toEqual({})
        const note = give(invoice, fees, { ...last, ways: [1, 0, 0], off: 0 }).notes[before]
        expect(note).toMatchObject({
          creditAmountCents: amounts.totalAmountCents,
          totalAmountCents: amounts.totalAmountCents,
          taxesAmountCents: amounts.taxes.amountCents,
          subTotalExcludingTaxesAmountCents: amounts.subTotalExcludingTaxesAmountCents,
        })
      }),
      RUNS,
    )
  })
})

function expectWithin(invoice: CreditedInvoice, fees: readonly ReturnType<typeof fee>[]): void {
  const { notes } = invoice
  const leftOf = creditableFees(invoice)
  for (const one of fees) expect(leftOf(one).gte(0)).toBe(true)
  const sum = (of: (note: (typeof notes)[number]) => number) => sumCents(notes.map(of))
  expect(sum((note) => note.subTotalExcludingTaxesAmountCents)).toBeLessThanOrEqual(
    invoice.subTotalExcludingTaxesAmountCents,
  )
  expect(sum((note) => note.totalAmountCents)).toBeLessThanOrEqual(invoice.subTotalIncludingTaxesAmountCents)
  expect(sum((note) => note.refundAmountCents)).toBeLessThanOrEqual(invoice.totalPaidAmountCents)
  expect(sum((note) => note.offsetAmountCents) + invoice.totalPaidAmountCents).toBeLessThanOrEqual(
    invoice.totalAmountCents,
  )
  for (const tax of invoice.appliedTaxes) {
    const given = notes.flatMap((note) => note.appliedTaxes.filter(({ taxId }) => taxId === tax.taxId))
    expect(sumCents(given.map((one) => one.amountCents))).toBeLessThanOrEqual(tax.amountCents)
  }
  expect(Math.min(...Object.values(creditLimits(invoice)))).toBeGreaterThanOrEqual(0)
}
