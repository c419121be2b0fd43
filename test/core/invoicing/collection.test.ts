import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectedTotals, isCollected, type PaidFee } from '../../../src/core/invoicing/collection.js'
import { checkCollection } from '../../../src/core/invoicing/collection_postconditions.js'
import { Decimal, type DecimalValue } from '../../../src/core/money/decimal.js'
import { tax } from './builders.js'

/** A fee that is taxed by itself, as a fee without an invoice is. */
function paid(id: string, amountCents: number, rates: Readonly<Record<string, string>> = {}): PaidFee {
  const due = (rate: DecimalValue) => new Decimal(amountCents).times(rate).div(100).toDecimalPlaces(0, 4).toNumber()
  const whole = Decimal.sum(0, ...Object.values(rates))
  const appliedTaxes = Object.entries(rates).map(([code, rate]) => {
    const { id: taxId, ...rest } = tax(code, rate)
    return { taxId, ...rest, amountCents: due(rate) }
  })
  const facts = { currency: 'EUR', paymentStatus: 'succeeded', succeededAt: 1, toAt: 1 }
  return { id, amountCents, taxesAmountCents: due(whole), taxesRate: whole.toFixed(), appliedTaxes, ...facts }
}

describe('which fees are collected', () => {
  const NOW = 1000
  it.each([
    // status, paid at, end of the period, by a run, by an end
    ['succeeded', 900, 1000, true, true, 'its period is just over'],
    ['succeeded', 1000, 900, true, true, 'paid this very moment'],
    ['succeeded', 1001, 900, false, false, 'paid later than the run is for'],
    ['succeeded', 900, 1001, false, true, 'its period still runs'],
    ['pending', null, 900, false, false, 'not paid'],
    ['failed', null, 900, false, false, 'not paid'],
    ['refunded', null, 900, false, false, 'given back'],
  ] as const)(
    '%s at %s, for a time until %s: by a run %s, by an end %s (%s)',
    (...[paymentStatus, succeededAt, toAt, run, end]) => {
      const fee = { paymentStatus, succeededAt, toAt }
      expect([isCollected(fee, NOW, 'run'), isCollected(fee, NOW, 'end')]).toEqual([run, end])
    },
  )
})

describe('an invoice of paid fees', () => {
  it('is the sum of what was paid: 20 % on 150.60, 17.07 and 16.06 are 36.74, though 20 % of the sum would be 36.75', () => {
    const fees = [15_060, 1707, 1606].map((cents, i) => paid(`f${i}`, cents, { vat: '20' }))
    const totals = collectedTotals('EUR', fees)
    expect(totals).toMatchObject({
      feesAmountCents: 18_373,
      subTotalExcludingTaxesAmountCents: 18_373,
      taxesAmountCents: 3012 + 341 + 321,
      subTotalIncludingTaxesAmountCents: 22_047,
      totalAmountCents: 22_047,
    })
    expect(totals.appliedTaxes.map((row) => [row.code, row.amountCents, row.feesAmountCents])).toEqual([
      ['vat', 3674, 18_373],
    ])
    expect(totals.taxesRate.toFixed()).toBe('20')
    expect(checkCollection(totals, fees)).toEqual([])
  })

  it('asks the taxes of the fees where the rows of several taxes add up to something else', () => {
    // 5 cents at 10.5 % twice: each row is 1, together they are 1.05.
    const fees = [paid('f', 5, { a: '10.5', b: '10.5' })]
    const totals = collectedTotals('EUR', fees)
    expect([totals.totalAmountCents, totals.appliedTaxes.map((row) => row.amountCents)]).toEqual([6, [1, 1]])
    expect(checkCollection(totals, fees)).toEqual([])
  })

  it('keeps a tax apart whose rate was changed between two fees', () => {
    const fees = [paid('f', 1000, { vat: '19' }), paid('g', 1000, { vat: '20' })]
    const totals = collectedTotals('EUR', fees)
    expect(totals.appliedTaxes.map((row) => [row.rate, row.amountCents])).toEqual([
      ['19', 190],
      ['20', 200],
    ])
    expect([totals.taxesRate.toFixed(), checkCollection(totals, fees)]).toEqual(['19.5', []])
  })

  it('is what was paid, whatever the fees are', () => {
    const rates = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('0', '5.5', '7', '20'))
    const one = fc.tuple(fc.integer({ min: 0, max: 100_000_000 }), rates)
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), (drawn) => {
        const fees = drawn.map(([cents, taxes], i) => paid(`f${i}`, cents, taxes))
        const totals = collectedTotals('EUR', fees)
        const asked = fees.reduce((sum, fee) => sum + fee.amountCents + fee.taxesAmountCents, 0)
        expect([totals.totalAmountCents, checkCollection(totals, fees)]).toEqual([asked, []])
      }),
    )
  })
})

describe('a collection is refused', () => {
  const fees = [paid('f', 1000, { vat: '20' }), paid('g', 7, { vat: '20' })]
  const [f, g] = fees as [PaidFee, PaidFee]
  const sound = collectedTotals('EUR', fees)
  it.each([
    ['with a total that was not paid', { ...sound, totalAmountCents: 1209 }, fees],
    ['with taxes that were not paid', { ...sound, taxesAmountCents: 202 }, fees],
    ['with something taken off', { ...sound, couponsAmountCents: 1 }, fees],
    ['with a credit', { ...sound, credits: [{ sourceType: 'coupon', sourceId: 'c', amountCents: 1 }] as const }, fees],
    ['without a tax of a fee', { ...sound, appliedTaxes: [] }, fees],
    ['without fees', collectedTotals('EUR', []), []],
    ['with a fee twice', collectedTotals('EUR', [f, f]), [f, f]],
    ['with a fee that is not paid', sound, [f, { ...g, paymentStatus: 'failed' }]],
    ['with a fee in another currency', sound, [f, { ...g, currency: 'USD' }]],
    ['with a fee below zero', sound, [f, { ...g, amountCents: -7 }]],
  ] as const)('%s', (_, totals, of) => {
    expect(checkCollection(totals, of)).not.toEqual([])
  })
})
