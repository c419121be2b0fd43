import { describe, expect, it } from 'vitest'
import type { Tax } from '../../../src/core/catalog.js'
import { taxesOfFee, taxFee, taxTotals, weightedTaxRate } from '../../../src/core/invoicing/taxes.js'
import { chargeFeeOf, decimal, tax } from './builders.js'

const vat10 = tax('vat10', '10')
const vat20 = tax('vat20', '20')
const none: readonly Tax[] = []

describe('the first level that has any taxes wins, whole', () => {
  it.each([
    [[[vat10], [vat20], none, none], ['vat10'], 'charge before plan'],
    [[none, [vat20], [vat10], none], ['vat20'], 'plan before customer'],
    [[none, none, [vat10, vat20], [tax('home', '1')]], ['vat10', 'vat20'], 'customer before organization, all of it'],
    [[none, none, none, [tax('home', '1')]], ['home'], 'organization last'],
    [[[tax('exempt', '0')], [vat20]], ['exempt'], 'a tax of 0 % is a tax'],
    [[none, none, none, none], [], 'no taxes at all'],
  ])('%j: %j, %s', (levels, codes) => {
    expect(taxesOfFee(levels).map((one) => one.code)).toEqual(codes)
  })
})

describe('the taxes of a fee', () => {
  // The unrounded amount is one tenth of a cent above the fee's.
  it.each<[number, string, string[], string, number, string, number[], string]>([
    [3, '0', ['20'], '20', 1, '0.62', [1], '0.6 is rounded up'],
    [2, '0', ['20'], '20', 0, '0.42', [0], '0.4 is rounded down'],
    [4, '0', ['12.2'], '12.2', 0, '0.5002', [0], 'of the rounded amount: 0.488'],
    [333, '0', ['50'], '50', 167, '166.55', [167], 'a half goes up'],
    [10_000, '0', ['20', '10'], '30', 3000, '3000.03', [2000, 1000], 'none on top of another'],
    [5, '0', ['10', '10'], '20', 1, '1.02', [1, 1], 'rounded once, so the rows may add up to more'],
    [1000, '676.47059', ['10'], '10', 32, '32.362941', [32], 'on what coupons leave'],
    [1000, '1000', ['20'], '20', 0, '0.02', [0], 'nothing left'],
    [1000, '0', ['0'], '0', 0, '0', [0], 'a rate of 0 is written down'],
    [1400, '0', ['19.5'], '19.5', 273, '273.0195', [273], 'a fractional rate'],
    [1400, '0', [], '0', 0, '0', [], 'untaxed'],
  ])('%s cents less %s at %j %%', (amountCents, coupons, rates, rate, shown, precise, rows) => {
    const taxes = rates.map((one, i) => tax(`t${i}`, one))
    const preciseAmountCents = decimal(amountCents).plus('0.1')
    const fee = chargeFeeOf(amountCents, { preciseAmountCents, preciseCouponsAmountCents: decimal(coupons), taxes })
    const computed = taxFee(fee)
    expect([computed.rate.toFixed(), computed.amountCents]).toEqual([rate, shown])
    expect(computed.preciseAmountCents.toFixed()).toBe(precise)
    expect(computed.appliedTaxes.map((row) => row.amountCents)).toEqual(rows)
  })

  it('copy what the catalog says of each tax', () => {
    const local = { id: 'i', code: 'c', name: 'n', description: 'd', rate: '5' }
    expect(taxFee(chargeFeeOf(1000, { taxes: [local] })).appliedTaxes).toEqual([
      { taxId: 'i', code: 'c', name: 'n', description: 'd', rate: '5', amountCents: 50 },
    ])
  })
})

describe('the taxes of an invoice', () => {
  const amount = (net: string, ...taxes: Tax[]) => ({ netCents: decimal(net), taxes })

  it.each([
    [
      Array.from({ length: 10 }, () => amount('3', vat20)),
      [['vat20', 6, 30]],
      6,
      'ten fees of 0.03 at 20 %: 6, not 10 × 1',
    ],
    [
      [amount('14105.88235', vat10), amount('2394.11765', vat20)],
      [
        ['vat10', 1411, 14105],
        ['vat20', 479, 2394],
      ],
      1890,
      '1410.59 and 478.82: the listed taxes add up',
    ],
    [[amount('12000', tax('us', '12.5'))], [['us', 1500, 12000]], 1500, '12.5 % of 120.00'],
    [
      [amount('12000', tax('us', '12.5')), amount('23500', tax('us', '12.5'))],
      [['us', 4438, 35500]],
      4438,
      '15.00 and 29.375: rounded once, half up',
    ],
    [[amount('1000', tax('exempt', '0'))], [['exempt', 0, 1000]], 0, 'a rate of 0 is written down'],
    [
      [amount('100', vat20, vat10), amount('50', vat10)],
      [
        ['vat10', 15, 150],
        ['vat20', 20, 100],
      ],
      35,
      'a fee with two taxes counts for both; rows by code',
    ],
    [[amount('99.99999', vat10)], [['vat10', 10, 99]], 10, 'the base is cut, the tax rounded'],
    [[amount('100')], [], 0, 'an untaxed fee'],
    [[], [], 0, 'no fees'],
  ])('case %#', (amounts, rows, total, why) => {
    const computed = taxTotals(amounts)
    expect(
      computed.appliedTaxes.map((row) => [row.code, row.amountCents, row.feesAmountCents]),
      why,
    ).toEqual(rows)
    expect(computed.amountCents, why).toBe(total)
  })

  it('keep two taxes apart that share a code', () => {
    const renewed = { ...vat20, id: 'another' }
    const rows = taxTotals([amount('10', vat20), amount('20', renewed)]).appliedTaxes
    expect(rows.map((row) => [row.taxId, row.amountCents])).toEqual([
      ['another', 4],
      ['id-vat20', 2],
    ])
  })
})

describe('the tax rate of an invoice', () => {
  it.each<[[number, string | null][], number, string, string]>([
    [[[1000, '20']], 1000, '20', 'one rate'],
    [
      [
        [1000, '20'],
        [3000, '10'],
      ],
      4000,
      '12.5',
      'weighted by amount',
    ],
    [
      [
        [1000, '20'],
        [2000, '10'],
      ],
      3000,
      '13.33333',
      '5 decimals',
    ],
    [
      [
        [2000, '20'],
        [1000, '10'],
      ],
      3000,
      '16.66667',
      'half up',
    ],
    [
      [
        [1000, '20'],
        [1000, null],
      ],
      2000,
      '10',
      'an untaxed fee weighs too',
    ],
    [
      [
        [0, '20'],
        [0, '10'],
        [0, null],
      ],
      0,
      '10',
      'by number of fees when the subtotal is 0',
    ],
    [[], 0, '0', 'no fees'],
  ])('%j of %s: %s, %s', (fees, subTotal, rate) => {
    const drafts = fees.map(([cents, percent]) =>
      chargeFeeOf(cents, { taxes: percent === null ? [] : [tax(percent, percent)] }),
    )
    expect(weightedTaxRate(drafts, subTotal).toFixed()).toBe(rate)
  })

  it('weighs what coupons leave', () => {
    const fees = [
      chargeFeeOf(1000, { taxes: [vat20], preciseCouponsAmountCents: decimal(500) }),
      chargeFeeOf(500, { taxes: [vat10] }),
    ]
    expect(weightedTaxRate(fees, 1000).toFixed()).toBe('15')
  })
})
