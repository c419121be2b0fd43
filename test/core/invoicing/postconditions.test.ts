import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { ChargeFeeDraft, FeeDraft } from '../../../src/core/invoicing/fee.js'
import { type CheckedInvoice, checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { chargeFeeOf, decimal, planFeeOf, tax } from './builders.js'
import { steppedInvoice } from './stepped.js'

const vat10 = tax('vat10', '10')
const vat20 = tax('vat20', '20')
const FEES: readonly FeeDraft[] = [
  planFeeOf(12_000, { taxes: [vat20] }),
  chargeFeeOf(23_500, { taxes: [vat10, vat20], preciseCouponsAmountCents: decimal('1000.5') }),
  chargeFeeOf(777, { chargeId: 'untaxed', preciseCouponsAmountCents: decimal('99.5') }),
]
/** 36277 − 100 − 1000 = 35177; taxes 2249.95 and 6899.9. */
const SOUND = steppedInvoice('EUR', FEES, {
  progressiveBillingCreditAmountCents: 100,
  couponsAmountCents: 1000,
  creditNotesAmountCents: 300,
  prepaidCreditAmountCents: 200,
})

const invoiceWith = (changes: Partial<CheckedInvoice>) => checkInvoice({ ...SOUND, ...changes }, FEES)
/** The second fee, the taxed charge, changed. */
const feeWith = (changes: Partial<ChargeFeeDraft>) =>
  checkInvoice(
    SOUND,
    FEES.map((fee, i) => (i === 1 && fee.type === 'charge' ? { ...fee, ...changes } : fee)),
  )
const taxesWith = (changes: Partial<(typeof SOUND.appliedTaxes)[number]>) =>
  invoiceWith({ appliedTaxes: SOUND.appliedTaxes.map((row, i) => (i === 0 ? { ...row, ...changes } : row)) })

const AMOUNTS = [
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
] as const

describe('a sound invoice', () => {
  it('violates nothing', () => {
    expect(checkInvoice(SOUND, FEES)).toEqual([])
    expect(SOUND).toMatchObject({
      subTotalExcludingTaxesAmountCents: 35_177,
      taxesAmountCents: 9150,
      totalAmountCents: 43_827,
    })
  })

  it('may be empty', () => {
    expect(checkInvoice(calculateInvoice({ currency: 'EUR', fees: [] }), [])).toEqual([])
  })

  it('bears the decimals that shares of coupons are cut to', () => {
    const thirds = ['333.33333', '333.33333', '333.33333'].map((share) =>
      chargeFeeOf(1000, { preciseCouponsAmountCents: decimal(share), taxes: [vat20] }),
    )
    expect(checkInvoice(steppedInvoice('EUR', thirds, { couponsAmountCents: 1000 }), thirds)).toEqual([])
  })
})

describe('a change of one field is found', () => {
  it.each(AMOUNTS)('%s', (field) => {
    const actual = SOUND[field] ?? 0
    const nearby = fc.integer({ min: -3, max: 3 }).map((off) => actual + off)
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), nearby), (amount) => {
        fc.pre(amount !== actual)
        expect(invoiceWith({ [field]: amount })).not.toEqual([])
      }),
    )
    for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, actual + 0.5, actual + 2 ** 53]) {
      expect(invoiceWith({ [field]: amount })).toContainEqual(expect.stringContaining(`${field} is ${amount}`))
    }
  })

  it.each<[name: string, violations: readonly string[], found: string]>([
    ['the currency of the invoice', invoiceWith({ currency: 'USD' }), 'currency is EUR on an invoice in USD'],
    [
      'the tax rate',
      invoiceWith({ taxesRate: SOUND.taxesRate.plus('0.01') }),
      'taxesRate 26.02089 makes 9153.3684753, not 9150',
    ],
    ['a negative tax rate', invoiceWith({ taxesRate: decimal(-1) }), 'taxesRate is -1'],
    ['no taxes', invoiceWith({ appliedTaxes: [] }), 'tax id-vat20 of a fee is not on the invoice'],
    [
      'a tax twice',
      invoiceWith({ appliedTaxes: [...SOUND.appliedTaxes, ...SOUND.appliedTaxes] }),
      'a tax is on the invoice twice',
    ],
    ['a tax of no fee', taxesWith({ taxId: 'other' }), 'tax vat10 is of no fee'],
    ['the amount of a tax', taxesWith({ amountCents: 2251 }), 'amount of tax vat10 is 2251, not 2250'],
    ['a negative tax', taxesWith({ amountCents: -2250 }), 'amount of tax vat10 is -2250'],
    ['the base of a tax', taxesWith({ feesAmountCents: 22_500 }), 'fees amount of tax vat10 is 22500, not 22499'],
    ['the rate of a tax', taxesWith({ rate: '11' }), 'amount of tax vat10 is 2250, not 2475'],
    ['the currency of a fee', feeWith({ currency: 'USD' }), 'currency is USD on an invoice in EUR'],
    ['the amount of a fee', feeWith({ amountCents: 23_501 }), 'feesAmountCents is 36277, not 36278'],
    ['a negative fee', feeWith({ amountCents: -1 }), 'amount is -1'],
    ['a fraction of a cent', feeWith({ amountCents: 23_500.5 }), 'amount is 23500.5'],
    ['a fee that is not exact', feeWith({ amountCents: 2 ** 53 }), 'amount is 9007199254740992'],
    ['a negative precise amount', feeWith({ preciseAmountCents: decimal('-0.1') }), 'precise amount is -0.1'],
    ['no precise amount', feeWith({ preciseAmountCents: decimal(Number.NaN) }), 'precise amount is NaN'],
    ['negative units', feeWith({ units: decimal(-1) }), 'units are -1'],
    ['a negative unit amount', feeWith({ unitAmount: decimal(-1) }), 'unit amount is -1'],
    ['endless units', feeWith({ units: decimal(Number.POSITIVE_INFINITY) }), 'units are Infinity'],
    ['a negative number of events', feeWith({ eventsCount: -1 }), 'events count is -1'],
    [
      'coupons above the fee',
      feeWith({ preciseCouponsAmountCents: decimal('23500.1') }),
      'coupons are 23500.1 of 23500',
    ],
    ['negative coupons', feeWith({ preciseCouponsAmountCents: decimal(-1) }), 'coupons are -1'],
    ['the coupons of a fee', feeWith({ preciseCouponsAmountCents: decimal(1003) }), '1100 is taken off the invoice'],
    [
      'the coupons of an untaxed fee',
      checkInvoice(SOUND, [...FEES.slice(0, 2), chargeFeeOf(777)]),
      '1100 is taken off the invoice, 1000.5 off its fees',
    ],
    ['the taxes of a fee', feeWith({ taxes: [vat10] }), 'fees amount of tax vat20 is 34499, not 12000'],
    [
      'another tax on a fee',
      feeWith({ taxes: [vat10, vat20, tax('new', '1')] }),
      'tax id-new of a fee is not on the invoice',
    ],
    ['the window of a fee', feeWith({ fromAt: 2000 }), '2000 to 1000 is no window'],
    ['no window', feeWith({ toAt: Number.NaN }), '0 to NaN is no window'],
    ['the charge of a fee', feeWith({ chargeId: 'untaxed' }), 'is billed twice'],
    ['a fee left out', checkInvoice(SOUND, FEES.slice(1)), 'feesAmountCents is 36277, not 24277'],
    ['a fee twice', checkInvoice(SOUND, [...FEES, ...FEES.slice(0, 1)]), '0 to 1000 is billed twice'],
  ])('%s', (_name, violations, found) => {
    expect(violations).toContainEqual(expect.stringContaining(found))
  })
})

describe('the same thing is not billed twice', () => {
  it.each([
    ['0-10 10-20', 0, 'windows that meet'],
    ['10-20 0-10', 0, 'in whatever order'],
    ['0-10 0-10', 1, 'the same window'],
    ['0-20 10-20', 1, 'a part of it'],
    ['0-11 10-20', 1, 'an instant of it'],
    ['0-20 1-2 10-20', 2, 'two parts of a longer one'],
    ['10-10 10-10', 1, 'what ended the instant it began'],
    ['0-10 10-10 10-10', 1, 'the same after another window'],
    ['0-10 10-10', 0, 'an empty window at the end of another'],
  ])('%s: %s times, %s', (windows, twice) => {
    const fees = windows.split(' ').map((window) => {
      const [fromAt = 0, toAt = 0] = window.split('-').map(Number)
      return chargeFeeOf(100, { chargeId: 'same', fromAt, toAt })
    })
    const violations = checkInvoice(calculateInvoice({ currency: 'EUR', fees }), fees)
    expect(violations).toHaveLength(twice)
    expect(violations.every((violation) => violation.endsWith('is billed twice'))).toBe(true)
  })

  it('not even for the instant at which something ended', () => {
    const ended = chargeFeeOf(100, { chargeId: 'same', fromAt: 0, toAt: 10, toInclusive: true })
    const next = chargeFeeOf(100, { chargeId: 'same', fromAt: 10, toAt: 20 })
    const fees = [next, ended]
    expect(checkInvoice(calculateInvoice({ currency: 'EUR', fees }), fees)).toHaveLength(1)
  })

  it('while other subscriptions, charges and plan fees share the time', () => {
    const fees = [
      chargeFeeOf(100, { chargeId: 'same' }),
      chargeFeeOf(100, { chargeId: 'other' }),
      chargeFeeOf(100, { chargeId: 'same', subscriptionId: 'other' }),
      planFeeOf(100),
    ]
    expect(checkInvoice(calculateInvoice({ currency: 'EUR', fees }), fees)).toEqual([])
  })
})

it('an amount beyond exact integers is a violation and not a wrong number', () => {
  const fees = [chargeFeeOf(Number('9007199254740993')), chargeFeeOf(1)]
  const invoice = calculateInvoice({ currency: 'EUR', fees })
  expect(checkInvoice(invoice, invoice.fees)).toContainEqual(expect.stringContaining('amount is 9007199254740992'))
  const sum = [chargeFeeOf(Number.MAX_SAFE_INTEGER), chargeFeeOf(1)]
  expect(checkInvoice(calculateInvoice({ currency: 'EUR', fees: sum }), sum)).toContain(
    'feesAmountCents is 9007199254740992',
  )
})

describe('what was drawn on wallets', () => {
  const [draw] = SOUND.draws
  it.each([
    ['is not what the invoice says', [], 'prepaidCreditAmountCents is 200, not 0'],
    ['is less than nothing', [{ walletId: 'w', amountCents: -200, fundings: [] }], 'draw on w is -200'],
    [
      'is not what its credits come to',
      [{ walletId: 'w', amountCents: 200, fundings: [] }],
      'prepaidCreditAmountCents',
    ],
  ])('is found where it %s', (_, draws, violation) => {
    expect(draw?.amountCents).toBe(200)
    expect(invoiceWith({ draws }).join()).toContain(violation)
  })
})
