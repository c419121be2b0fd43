import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OngoingWallet, spreadUsage, type UnpaidBucket } from '../../../src/core/wallets/ongoing.js'

const wallet = (id: string, balanceCents: number, metricIds: string[] = [], rest: Partial<OngoingWallet> = {}) => ({
  ...{ id, code: id, currency: 'EUR', balanceCents, fillsUp: false },
  ...{ limits: { feeTypes: [], metricIds }, ...rest },
})
const usage = (metricId: string, netCents: number, rest: Partial<UnpaidBucket> = {}): UnpaidBucket => ({
  ...{ feeType: 'charge', metricId, targetWalletCode: null, currency: 'EUR', netCents },
  ...rest,
})
const spread = (wallets: readonly OngoingWallet[], buckets: readonly UnpaidBucket[]) =>
  Object.fromEntries(spreadUsage(wallets, buckets))

describe('unpaid usage', () => {
  it('is spread over the wallets of its metrics, the last of which takes what the others do not hold', () => {
    const wallets = [
      wallet('w1', 10, ['storage', 'seats']),
      wallet('w2', 20, ['seats', 'api']),
      wallet('w3', 30, ['api', 'sms']),
      wallet('w4', 40, ['sms', 'storage']),
    ]
    const buckets = [usage('storage', 10), usage('seats', 20), usage('api', 30), usage('sms', 40)]
    expect(spread(wallets, buckets)).toEqual({ w1: 10, w2: 30, w3: 40, w4: 20 })
  })

  it('goes below zero in the wallet without limits where limited ones are used up', () => {
    const wallets = [wallet('a', 1000, ['a']), wallet('b', 1000, ['b']), wallet('rest', 1000)]
    expect(spread(wallets, [usage('a', 3000), usage('b', 500)])).toEqual({ a: 1000, b: 500, rest: 2000 })
  })

  it('stops at a wallet that fills itself up', () => {
    const wallets = [wallet('first', 100, [], { fillsUp: true }), wallet('second', 1000)]
    expect(spread(wallets, [usage('a', 500)])).toEqual({ first: 500, second: 0 })
  })

  it('that names its wallet is that one’s alone, and nobody’s if there is no such wallet', () => {
    const wallets = [wallet('rich', 1000), wallet('small', 50)]
    const named = (code: string, cents: number) => usage('a', cents, { targetWalletCode: code })
    expect(spread(wallets, [named('small', 80), named('ghost', 30)])).toEqual({ rich: 0, small: 80 })
  })

  it('is set against wallets of its currency only', () => {
    const wallets = [wallet('euro', 100), wallet('dollar', 100, [], { currency: 'USD' })]
    expect(spread(wallets, [usage('a', 70), usage('a', 30, { currency: 'USD' })])).toEqual({ euro: 70, dollar: 30 })
  })

  it('is less by what was billed beyond other usage', () => {
    expect(spread([wallet('w', 100)], [usage('a', 70), usage('b', -20)])).toEqual({ w: 50 })
    expect(spread([wallet('w', 100)], [usage('a', 70), usage('b', -90)])).toEqual({ w: 0 })
  })

  it('is spread whole as soon as any wallet may pay for all of it, and none takes more than it holds but the last', () => {
    const anyWallets = fc.array(
      fc.record({ cents: fc.integer({ min: 0, max: 500 }), metrics: fc.subarray(['a', 'b', 'c']) }),
      { maxLength: 5 },
    )
    const anyBuckets = fc.array(
      fc.record({ metric: fc.constantFrom('a', 'b', 'c'), cents: fc.integer({ min: 0, max: 900 }) }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(anyWallets, anyBuckets, (some, used) => {
        const wallets = [...some.map(({ cents, metrics }, i) => wallet(`w${i}`, cents, metrics)), wallet('last', 100)]
        const buckets = used.map(({ metric, cents }) => usage(metric, cents))
        const taken = spread(wallets, buckets)
        const whole = (cents: readonly number[]) => cents.reduce((sum, one) => sum + one, 0)
        expect(whole(Object.values(taken))).toBe(whole(used.map(({ cents }) => cents)))
        for (const { id, balanceCents } of wallets.slice(0, -1)) {
          expect(taken[id]).toBeLessThanOrEqual(balanceCents)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
