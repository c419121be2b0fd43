import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { CouponSource, CouponTarget } from '../../../src/core/invoicing/coupons.js'
import type { FeeDraft } from '../../../src/core/invoicing/fee.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { ZERO } from '../../../src/core/money/decimal.js'
import { chargeFeeOf, planFeeOf, tax } from './builders.js'

const fixed = (amountCents: number, target: CouponTarget | null = null, id = `fixed-${amountCents}`): CouponSource => ({
  id,
  takes: { amountCents },
  target,
})
const percentage = (percent: string, target: CouponTarget | null = null): CouponSource => ({
  id: `percent-${percent}`,
  takes: { percent },
  target,
})

const invoiceOf = (fees: readonly FeeDraft[], coupons: readonly CouponSource[]) =>
  calculateInvoice({ currency: 'EUR', fees }, { progressive: [], coupons, creditNotes: [], wallets: [] })

const used = (fees: readonly FeeDraft[], coupons: readonly CouponSource[]) => {
  const invoice = invoiceOf(fees, coupons)
  return {
    credits: invoice.credits.map(({ sourceId, amountCents }) => [sourceId, amountCents]),
    shares: invoice.fees.map((fee) => fee.preciseCouponsAmountCents.toFixed()),
  }
}

const metric = (id: string): FeeDraft => {
  const fee = chargeFeeOf(3000)
  return { ...fee, item: { ...fee.item, id } }
}

describe('coupons', () => {
  it('are spread over the fees, each over what the one before has left', () => {
    expect(used([planFeeOf(6000), chargeFeeOf(4000)], [fixed(1000), percentage('10')])).toEqual({
      credits: [
        ['fixed-1000', 1000],
        ['percent-10', 900],
      ],
      shares: ['1140', '760'],
    })
  })

  it('lose nothing to rounding: the last share takes what is over', () => {
    expect(used([planFeeOf(1000), chargeFeeOf(1000), chargeFeeOf(1000)], [fixed(1000)]).shares).toEqual([
      '333.33333',
      '333.33333',
      '333.33334',
    ])
  })

  it('take no more than there is, and those that are not reached are not used', () => {
    expect(used([planFeeOf(1000)], [fixed(1500), fixed(100)]).credits).toEqual([['fixed-1500', 1000]])
    expect(used([planFeeOf(1000)], [percentage('150')]).credits).toEqual([['percent-150', 1000]])
  })

  it('are not used on fees of nothing', () => {
    expect(used([planFeeOf(0)], [fixed(100), percentage('10')]).credits).toEqual([])
  })

  it('for some metrics come first, then those for some plans, then the others', () => {
    const onMetric = fixed(100, { kind: 'metrics', ids: new Set(['calls']) }, 'metric')
    const onPlan = fixed(200, { kind: 'plans', subscriptionIds: new Set(['sub']) }, 'plan')
    const fees = [planFeeOf(6000), metric('calls')]
    expect(used(fees, [fixed(300, null, 'any'), onPlan, onMetric]).credits.map(([id]) => id)).toEqual([
      'metric',
      'plan',
      'any',
    ])
  })

  it('lie only on the fees that they are for, and are kept when there is none', () => {
    const onCalls = fixed(5000, { kind: 'metrics', ids: new Set(['calls']) }, 'calls')
    expect(used([planFeeOf(6000), metric('calls')], [onCalls])).toEqual({
      credits: [['calls', 3000]],
      shares: ['0', '3000'],
    })
    expect(used([planFeeOf(6000), metric('other')], [onCalls]).credits).toEqual([])
    const elsewhere = fixed(100, { kind: 'plans', subscriptionIds: new Set(['another']) })
    expect(used([planFeeOf(6000)], [elsewhere]).credits).toEqual([])
  })

  it('come off before taxes', () => {
    const invoice = invoiceOf([planFeeOf(10_000, { taxes: [tax('t20', '20')] })], [fixed(1000)])
    expect(invoice).toMatchObject({ couponsAmountCents: 1000, taxesAmountCents: 1800, totalAmountCents: 10_800 })
  })

  it('leave a sound invoice, take what they say they take, and never more than a fee', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 6 })
    const coupon = fc.oneof(
      fc.integer({ min: 1, max: 2_000_000 }).map((cents) => fixed(cents)),
      fc.integer({ min: 1, max: 12_000 }).map((rate) => percentage(String(rate / 100))),
      fc.integer({ min: 1, max: 900_000 }).map((cents) => fixed(cents, { kind: 'metrics', ids: new Set(['m1']) })),
    )
    fc.assert(
      fc.property(amounts, fc.array(coupon, { maxLength: 4 }), (list, coupons) => {
        const taxes = [tax('t19', '19')]
        const fees = list.map((cents, i): FeeDraft => {
          const fee = { ...chargeFeeOf(cents, { taxes }), chargeId: `charge-${i}` }
          return { ...fee, item: { ...fee.item, id: `m${i % 2}` } }
        })
        const invoice = invoiceOf(
          fees,
          coupons.map((one, i) => ({ ...one, id: `${i}` })),
        )
        expect(checkInvoice(invoice, invoice.fees)).toEqual([])
        const shares = invoice.fees.reduce((sum, fee) => sum.plus(fee.preciseCouponsAmountCents), ZERO)
        expect(shares.toFixed()).toBe(String(invoice.couponsAmountCents))
      }),
      { numRuns: 2000 },
    )
  })
})
