import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterUse,
  COUPON_FREQUENCIES,
  COUPON_TYPES,
  type CouponValue,
  fullBalance,
  isUsedUp,
} from '../../../src/core/invoicing/coupon_balance.js'

const value = (given: Partial<CouponValue>): CouponValue => ({
  couponType: 'fixed_amount',
  amountCents: 1500,
  frequency: 'once',
  frequencyDuration: null,
  ...given,
})

describe('how long an applied coupon lasts', () => {
  it.each<[Partial<CouponValue>, number[], boolean, string]>([
    [{}, [1000], false, 'an amount given once is spent over as many invoices as it takes'],
    [{}, [1000, 500], true, 'and ends with its last cent'],
    [{ couponType: 'percentage', amountCents: null }, [], false, 'a percentage given once waits for its invoice'],
    [{ couponType: 'percentage', amountCents: null }, [7], true, 'and ends with it, whatever it came to'],
    [{ frequency: 'recurring', frequencyDuration: 2 }, [1500], false, 'one down with every invoice'],
    [{ frequency: 'recurring', frequencyDuration: 2 }, [1500, 3], true, 'over after the last, whatever was taken'],
    [{ frequency: 'forever' }, [1500, 1500, 1500], false, 'never'],
    [{ couponType: 'percentage', frequency: 'forever' }, [9, 9], false, 'never either'],
  ])('%j after %j is over: %s (%s)', (given, taken, expected) => {
    expect(isUsedUp(taken.reduce(afterUse, fullBalance(value(given))))).toBe(expected)
  })

  it('is never longer than what it was given for, however it is used', () => {
    const amount = fc.integer({ min: 1, max: 10_000 })
    const values = fc.record({
      couponType: fc.constantFrom(...COUPON_TYPES),
      frequency: fc.constantFrom(...COUPON_FREQUENCIES),
      amountCents: amount,
      frequencyDuration: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(values, fc.array(amount, { maxLength: 30 }), (given, invoices) => {
        let balance = fullBalance(given)
        let [used, taken] = [0, 0]
        for (const subTotal of invoices) {
          if (isUsedUp(balance)) break
          const cents = Math.min(subTotal, balance.remainingAmountCents ?? given.amountCents)
          balance = afterUse(balance, cents)
          used++
          taken += cents
        }
        if (given.frequency === 'recurring') expect(used).toBeLessThanOrEqual(given.frequencyDuration)
        if (given.frequency === 'once' && given.couponType === 'percentage') expect(used).toBeLessThanOrEqual(1)
        if (given.frequency === 'once' && given.couponType === 'fixed_amount') {
          expect(taken).toBeLessThanOrEqual(given.amountCents)
          expect(isUsedUp(balance)).toBe(taken === given.amountCents)
        }
        if (given.frequency === 'forever') expect(used).toBe(invoices.length)
      }),
      { numRuns: 1_000 },
    )
  })
})
