import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { CouponSource } from '../../../src/core/invoicing/coupons.js'
import type { ChargeFeeDraft, FeeDraft } from '../../../src/core/invoicing/fee.js'
import {
  type ProgressiveSource,
  relieve,
  taxesKey,
  usageSubject,
} from '../../../src/core/progressive_billing/relief.js'
import { chargeFeeOf, planFeeOf, tax } from '../invoicing/builders.js'

const usage = (chargeId: string, amountCents: number, rest: Partial<ChargeFeeDraft> = {}) =>
  chargeFeeOf(amountCents, { chargeId, ...rest })
const VAT = { taxes: [tax('vat', '20')] }
const group = (region: string) => ({ groupedBy: { region } })

const billed = (...fees: readonly ChargeFeeDraft[]): ProgressiveSource => ({
  id: 'progressive',
  subscriptionId: 'sub',
  fees: fees.map((fee, i) => ({
    id: `fee ${i}`,
    chargeId: fee.chargeId,
    subject: usageSubject(fee.chargeId, fee.item.filters, fee.groupedBy),
    taxes: taxesKey(fee.taxes),
    leftCents: fee.amountCents,
  })),
})

/** What is taken off each fee, and what is left over by the place of the fee that was billed. */
function relieved(fees: readonly FeeDraft[], source: ProgressiveSource) {
  const { fees: after, amountCents, surplus } = relieve(fees, source)
  const taken = after.map((fee) => fee.preciseCouponsAmountCents.toNumber())
  expect(taken.reduce((sum, cents) => sum + cents, 0)).toBe(amountCents)
  return [taken, surplus.map(({ feeId, amountCents: left }) => [feeId, left])]
}

describe('what was billed on the way', () => {
  it.each([
    [[planFeeOf(3100), usage('a', 40_000)], billed(usage('a', 20_000)), [0, 20_000], [], 'comes off the same charge'],
    [[usage('a', 500), usage('b', 900)], billed(usage('b', 600), usage('a', 500)), [500, 600], [], 'fee by fee'],
    [
      [usage('a', 500, group('eu')), usage('a', 900, group('us'))],
      billed(usage('a', 800, group('us'))),
      [0, 800],
      [],
      'of the same group',
    ],
    [
      [usage('a', 500, group('eu')), usage('a', 900, group('us'))],
      billed(usage('a', 1000, group('us'))),
      [100, 900],
      [],
      'what a group cannot bear, the charge bears',
    ],
    [
      [planFeeOf(3100), usage('a', 8000)],
      billed(usage('a', 20_000)),
      [0, 8000],
      [['fee 0', 12_000]],
      'what usage is not worth any more is left over',
    ],
    [[usage('b', 5000)], billed(usage('a', 700)), [0], [['fee 0', 700]], 'other charges bear nothing of it'],
    [
      [usage('a', 5000, { subscriptionId: 'other' })],
      billed(usage('a', 700)),
      [0],
      [['fee 0', 700]],
      'nor do other subscriptions',
    ],
    [
      [usage('a', 500, VAT), usage('b', 900, VAT)],
      billed(usage('a', 700, VAT), usage('b', 100, VAT)),
      [500, 300],
      [],
      'what a charge cannot bear, the others that were billed bear',
    ],
    [
      [usage('a', 500, VAT), usage('b', 900)],
      billed(usage('a', 700, VAT), usage('b', 100)),
      [500, 100],
      [['fee 0', 200]],
      'but not where they are taxed otherwise',
    ],
    [[], billed(), [], [], 'nothing comes off nothing'],
  ])('%#: %s', (fees, source, taken, surplus) => {
    expect(relieved(fees, source)).toEqual([taken, surplus])
  })

  it('is known by the values of its filter, whatever its id and the order in which they are said', () => {
    const filters = (values: Record<string, string[]>) => ({ item: { ...chargeFeeOf(1).item, filters: values } })
    const now = usage('a', 900, { chargeFilterId: 'new', ...filters({ zone: ['x'], kind: ['y'] }) })
    const then = usage('a', 400, { chargeFilterId: 'old', ...filters({ kind: ['y'], zone: ['x'] }) })
    expect(relieved([usage('a', 600), now], billed(then))).toEqual([[0, 400], []])
  })

  it('is taxed no second time, and a coupon of then stays given', () => {
    const taxes = [tax('vat', '20')]
    const coupon = (amountCents: number): CouponSource => ({ id: 'coupon', takes: { amountCents }, target: null })
    const first = calculateInvoice(
      { currency: 'EUR', fees: [usage('a', 2000, { taxes })] },
      { progressive: [], coupons: [coupon(500)], creditNotes: [], wallets: [] },
    )
    expect([first.taxesAmountCents, first.totalAmountCents]).toEqual([300, 1800])
    const last = calculateInvoice(
      { currency: 'EUR', fees: [usage('a', 6000, { taxes })] },
      { progressive: [billed(usage('a', 2000))], coupons: [], creditNotes: [], wallets: [] },
    )
    expect(last).toMatchObject({
      progressiveBillingCreditAmountCents: 2000,
      taxesAmountCents: 800,
      totalAmountCents: 4800,
      credits: [{ sourceType: 'invoice', sourceId: 'progressive', amountCents: 2000 }],
    })
  })

  it('leaves the rest to coupons', () => {
    const invoice = calculateInvoice(
      { currency: 'EUR', fees: [usage('a', 6000)] },
      {
        progressive: [billed(usage('a', 2000))],
        coupons: [{ id: 'half', takes: { percent: '50' }, target: null }],
        creditNotes: [],
        wallets: [],
      },
    )
    expect([invoice.couponsAmountCents, invoice.totalAmountCents]).toEqual([2000, 2000])
  })
})
