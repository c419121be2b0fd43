import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChargedMetric, type CouponLimit, limitsOverlap } from '../../../src/core/invoicing/coupon_limits.js'

const plans = (...ids: string[]): CouponLimit => ({ kind: 'plans', ids })
const metrics = (...ids: string[]): CouponLimit => ({ kind: 'metrics', ids })
const CHARGED: ChargedMetric[] = [
  { planId: 'p1', metricId: 'calls' },
  { planId: 'p2', metricId: 'storage' },
]

describe('two coupons of a customer', () => {
  it.each<[CouponLimit | null, CouponLimit | null, boolean, string]>([
    [null, null, false, 'both for everything'],
    [plans('p1'), null, false, 'one for everything meets none'],
    [plans('p1', 'p2'), plans('p3', 'p2'), true, 'a plan of both'],
    [plans('p1'), plans('p2'), false, 'other plans'],
    [metrics('calls'), metrics('storage', 'calls'), true, 'a metric of both'],
    [metrics('calls'), metrics('storage'), false, 'other metrics'],
    [plans('p1'), metrics('calls'), true, 'a metric that the plan charges for'],
    [plans('p1'), metrics('storage'), false, 'a metric that another plan charges for'],
    [plans('same'), metrics('same'), false, 'ids of plans are no ids of metrics'],
  ])('%j and %j overlap: %s (%s)', (one, other, expected) => {
    expect(limitsOverlap(one, other, CHARGED)).toBe(expected)
  })

  it('overlap whichever was there first', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 })
    const limit = fc.option(fc.record({ kind: fc.constantFrom('plans' as const, 'metrics' as const), ids }))
    const charged = fc.array(fc.record({ planId: fc.constantFrom('a', 'b'), metricId: fc.constantFrom('c', 'd') }))
    fc.assert(
      fc.property(limit, limit, charged, (one, other, charges) => {
        expect(limitsOverlap(one, other, charges)).toBe(limitsOverlap(other, one, charges))
      }),
      { numRuns: 1_000 },
    )
  })
})
