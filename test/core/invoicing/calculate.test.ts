import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import { taxFee } from '../../../src/core/invoicing/taxes.js'
import { ZERO } from '../../../src/core/money/decimal.js'
import { chargeFeeOf, decimal, planFeeOf, tax } from './builders.js'
import { steppedInvoice } from './stepped.js'

const us = tax('us', '12.5')
const [t1, t5, t10, t20, t24] = [tax('t1', '1'), tax('t5', '5'), tax('t10', '10'), tax('t20', '20'), tax('t24', '24')]

describe('an invoice adds up', () => {
  it.each([
    [[planFeeOf(12_000, { taxes: [us] })], 12_000, 1500, 13_500, '12.5 % of 120.00'],
    [
      [planFeeOf(12_000, { taxes: [us] }), chargeFeeOf(23_500, { taxes: [us] })],
      35_500,
      4438,
      39_938,
      'taxes of all fees are rounded once: 15.00 and 29.375',
    ],
    [
      Array.from({ length: 10 }, () => chargeFeeOf(3, { taxes: [t20] })),
      30,
      6,
      36,
      'and are not the sum of the fees’ own',
    ],
    [
      [
        planFeeOf(10_000, { taxes: [t10] }),
        chargeFeeOf(1000, { taxes: [t20] }),
        chargeFeeOf(1000, { taxes: [t10] }),
        planFeeOf(10_000, { taxes: [t5] }),
        chargeFeeOf(1000, { taxes: [t5] }),
      ],
      23_000,
      1850,
      24_850,
      'each fee bears its own taxes',
    ],
    [[chargeFeeOf(1429, { taxes: [t24] })], 1429, 343, 1772, '342.96'],
    [[planFeeOf(11_000, { taxes: [t1] })], 11_000, 110, 11_110, '1 %'],
    [[chargeFeeOf(1000)], 1000, 0, 1000, 'untaxed'],
    [[planFeeOf(0, { taxes: [t20] })], 0, 0, 0, 'a free plan'],
    [[], 0, 0, 0, 'no fees'],
  ])('case %#', (fees, feesAmountCents, taxesAmountCents, totalAmountCents, why) => {
    expect(calculateInvoice({ currency: 'EUR', fees }), why).toMatchObject({
      feesAmountCents,
      subTotalExcludingTaxesAmountCents: feesAmountCents,
      taxesAmountCents,
      subTotalIncludingTaxesAmountCents: totalAmountCents,
      totalAmountCents,
    })
  })

  it('with every amount of the API', () => {
    const fee = chargeFeeOf(1000, { taxes: [t20] })
    const { taxesRate, ...invoice } = calculateInvoice({ currency: 'EUR', fees: [fee] })
    expect(taxesRate.toFixed()).toBe('20')
    expect(invoice).toEqual({
      currency: 'EUR',
      fees: [fee],
      credits: [],
      draws: [],
      feesAmountCents: 1000,
      progressiveBillingCreditAmountCents: 0,
      couponsAmountCents: 0,
      subTotalExcludingTaxesAmountCents: 1000,
      appliedTaxes: [
        {
          taxId: 'id-t20',
          code: 't20',
          name: 'T20',
          description: null,
          rate: '20',
          amountCents: 200,
          feesAmountCents: 1000,
        },
      ],
      taxesAmountCents: 200,
      subTotalIncludingTaxesAmountCents: 1200,
      creditNotesAmountCents: 0,
      prepaidCreditAmountCents: 0,
      prepaidGrantedCreditAmountCents: null,
      prepaidPurchasedCreditAmountCents: null,
      totalAmountCents: 1200,
    })
  })

  it('without the fees of nothing, whose taxes are not listed either', () => {
    const nothing = chargeFeeOf(0, { units: ZERO, eventsCount: 0, taxes: [t20] })
    const used = chargeFeeOf(0, { taxes: [t10] })
    const invoice = calculateInvoice({ currency: 'EUR', fees: [nothing, used] })
    expect(invoice.fees).toEqual([used])
    expect(invoice.appliedTaxes.map((row) => [row.code, row.amountCents])).toEqual([['t10', 0]])
  })
})

describe('what is taken off', () => {
  it('before taxes lowers them, after taxes does not', () => {
    const fee = planFeeOf(10_000, { taxes: [t20], preciseCouponsAmountCents: decimal(1000) })
    const takenOff = { couponsAmountCents: 1000, creditNotesAmountCents: 800, prepaidCreditAmountCents: 10_000 }
    expect(steppedInvoice('EUR', [fee], takenOff)).toMatchObject({
      feesAmountCents: 10_000,
      subTotalExcludingTaxesAmountCents: 9000,
      taxesAmountCents: 1800,
      subTotalIncludingTaxesAmountCents: 10_800,
      totalAmountCents: 0,
    })
  })

  it('because a progressive invoice billed it already is not taxed again', () => {
    const fee = chargeFeeOf(6000, { taxes: [t20], preciseCouponsAmountCents: decimal(2000) })
    expect(steppedInvoice('EUR', [fee], { progressiveBillingCreditAmountCents: 2000 })).toMatchObject({
      subTotalExcludingTaxesAmountCents: 4000,
      taxesAmountCents: 800,
      totalAmountCents: 4800,
    })
  })

  it('in fractions of a cent per fee leaves the listed taxes adding up', () => {
    const rows = [
      [1000, '676.47059', t10, 32],
      [2000, '1352.94118', t20, 129],
      [3000, '88.23529', t10, 291],
      [4000, '117.64706', t10, 388],
      [1000, '126.47059', t10, 87],
      [2000, '252.94118', t20, 349],
      [3000, '379.41176', t10, 262],
      [4000, '505.88235', t10, 349],
    ] as const
    const fees = rows.map(([cents, coupons, one]) =>
      chargeFeeOf(cents, { preciseCouponsAmountCents: decimal(coupons), taxes: [one] }),
    )
    expect(fees.map((fee) => taxFee(fee).amountCents)).toEqual(rows.map(([, , , taxes]) => taxes))
    const invoice = steppedInvoice('EUR', fees, { couponsAmountCents: 3500 })
    expect(invoice.appliedTaxes.map((row) => [row.code, row.amountCents])).toEqual([
      ['t10', 1411],
      ['t20', 479],
    ])
    expect(invoice).toMatchObject({
      feesAmountCents: 20_000,
      subTotalExcludingTaxesAmountCents: 16_500,
      taxesAmountCents: 1890,
      totalAmountCents: 18_390,
    })
  })
})
