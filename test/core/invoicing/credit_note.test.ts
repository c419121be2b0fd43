import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tax } from '../../../src/core/catalog.js'
import { creditNoteAmounts, splitUnused } from '../../../src/core/invoicing/credit_note.js'
import { Decimal } from '../../../src/core/money/decimal.js'

const tax = (rate: string): Tax => ({ id: `tax-${rate}`, code: `vat_${rate}`, name: 'VAT', description: null, rate })

const item = (amountCents: string, feeAmountCents: number, coupons: string, ...rates: string[]) => ({
  fee: {
    id: 'fee',
    amountCents: feeAmountCents,
    preciseCouponsAmountCents: new Decimal(coupons),
    taxes: rates.map(tax),
  },
  amountCents: new Decimal(amountCents),
})

describe('the amounts of a credit note', () => {
  it.each([
    [item('1600', 3100, '0', '20'), [1600, 0, 1600, 320, 1920], 'tax on the item'],
    [item('1700', 3100, '0', '20'), [1700, 0, 1700, 340, 2040], ''],
    [item('1600', 3100, '1000', '20'), [1600, 516, 1084, 217, 1301], 'the coupon keeps its share'],
    [item('600', 3100, '0', '20'), [600, 0, 600, 120, 720], ''],
    [item('1161', 1161, '0', '25'), [1161, 0, 1161, 290, 1451], ''],
    [item('3571.42857', 5000, '0', '20'), [3571, 0, 3571, 714, 4285], 'each part is rounded by itself'],
    [item('5000', 10_000, '1000', '20'), [5000, 500, 4500, 900, 5400], ''],
    [item('1000', 3100, '3100', '20'), [1000, 1000, 0, 0, 0], 'of a fee that a coupon paid nothing is left'],
  ])('%#: %o', (one, [items, coupons, subTotal, taxes, total]) => {
    const amounts = creditNoteAmounts([one])
    expect(amounts).toMatchObject({
      itemsAmountCents: items,
      couponsAdjustmentAmountCents: coupons,
      subTotalExcludingTaxesAmountCents: subTotal,
      totalAmountCents: total,
    })
    expect(amounts.taxes.amountCents).toBe(taxes)
  })

  it('weigh the rates of their items', () => {
    const rate = (...items: Parameters<typeof creditNoteAmounts>[0]) => creditNoteAmounts(items).taxesRate.toNumber()
    // 10 % of 17900 and 20 % of 14900 are 4770 of 32800.
    expect(rate(item('17900', 17_900, '0', '10'), item('39900', 39_900, '25000', '10', '10'))).toBe(14.54268)
    expect(rate(item('26000', 39_900, '25000', '10', '10'))).toBe(20)
    expect(rate(item('5', 5, '5', '10'), item('7', 7, '7'))).toBe(5)
    expect(rate()).toBe(0)
  })

  it('add up, whatever the items', () => {
    const items = fc.array(
      fc.record({
        fee: fc.integer({ min: 1, max: 1_000_000 }),
        part: fc.integer({ min: 1, max: 100 }),
        rate: fc.integer({ min: 0, max: 30 }),
      }),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(items, (list) => {
        const amounts = creditNoteAmounts(
          list.map(({ fee, part, rate }) =>
            item(new Decimal(fee).times(part).div(100).toFixed(), fee, '0', String(rate)),
          ),
        )
        expect(amounts.subTotalExcludingTaxesAmountCents + amounts.taxes.amountCents).toBe(amounts.totalAmountCents)
        const listed = amounts.taxes.appliedTaxes.reduce((sum, applied) => sum + applied.amountCents, 0)
        expect(listed).toBe(amounts.taxes.amountCents)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what becomes of a credit for unused time', () => {
  const paid = (invoicePaidAmountCents: number) => ({
    feeTotalAmountCents: 3720,
    invoiceTotalAmountCents: 7440,
    invoicePaidAmountCents,
    invoiceDueAmountCents: 7440 - invoicePaidAmountCents,
  })

  it('an offset that the invoice has no room for is credited', () => {
    // Credits have paid the rest of it.
    expect(splitUnused(1920, 'offset', { ...paid(930), invoiceDueAmountCents: 500 }, 1800)).toEqual({
      creditAmountCents: 1420,
      refundAmountCents: 0,
      offsetAmountCents: 500,
    })
  })

  it.each<['credit' | 'refund' | 'offset', number, [number, number, number], string]>([
    ['credit', 7440, [1920, 0, 0], 'all is credited, paid or not'],
    ['refund', 5580, [930, 990, 0], '2790 - 1800 is paid back, the rest is credited'],
    ['offset', 5580, [0, 990, 930], 'the rest reduces the invoice'],
    ['refund', 930, [1920, 0, 0], 'what was paid does not cover the used days'],
    ['refund', 7440, [0, 1920, 0], 'all was paid: all comes back'],
    ['offset', 0, [0, 0, 1920], 'nothing was paid: the invoice is reduced'],
  ])('%s, with %i paid: %o (%s)', (manner, paidCents, [credit, refund, offset]) => {
    expect(splitUnused(1920, manner, paid(paidCents), 1800)).toEqual({
      creditAmountCents: credit,
      refundAmountCents: refund,
      offsetAmountCents: offset,
    })
  })
})
