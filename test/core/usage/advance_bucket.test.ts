import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Charge } from '../../../src/core/catalog.js'
import type { JsonState } from '../../../src/core/metering/aggregation.js'
import {
  type AdvanceBucket,
  advanceChargeOf,
  askedInstead,
  startBucket,
  takeUp,
} from '../../../src/core/usage/advance_bucket.js'
import { chargeOf, decimal, metricOf } from './builders.js'

const REST = { filter: null, group: [] }

const event = (seq: number, properties: Record<string, unknown>, createdAt = 1) => ({
  at: 1_000_000 - seq,
  seq,
  createdAt,
  properties,
  preciseTotalAmountCents: null,
})

/** Takes events up one by one; the fees as units and amount, null where there is none. */
function taken(charge: Charge, events: readonly ReturnType<typeof event>[]) {
  const advance = advanceChargeOf(charge, REST, 'EUR')
  const members = new Map<string, JsonState>()
  const terms = { charge, advance, carriedUntil: null }
  let state: AdvanceBucket = startBucket(terms)
  const fees = events.map((one) => {
    const next = takeUp(terms, state, one, null, members)
    state = JSON.parse(JSON.stringify(next.state))
    return next.fee && [next.fee.units.toNumber(), next.fee.amountCents.toNumber()]
  })
  return { fees, state }
}

const sums = (values: readonly unknown[]) => values.map((value, i) => event(i + 1, { value }))

describe('the events of a bucket, in the order of reception', () => {
  const perUnit = chargeOf({ payInAdvance: true, properties: { amount: '1' } })

  it.each([
    [
      'a sum pays what rises above its highest point',
      sums([10, -4, 8]),
      [
        [10, 1000],
        [0, 0],
        [4, 400],
      ],
    ],
    [
      'missing and empty properties make no fee',
      [event(1, {}), event(2, { value: '' }), event(3, { value: null })],
      [null, null, null],
    ],
    ['what is no number makes a fee of nothing', sums(['many']), [[0, 0]]],
  ])('%s', (_, events, expected) => {
    expect(taken(perUnit, events).fees).toEqual(expected)
  })

  it('a count needs no property', () => {
    const charge = chargeOf({
      payInAdvance: true,
      properties: { amount: '1' },
      metric: metricOf('count_agg', { fieldName: null }),
    })
    expect(taken(charge, [event(1, {}), event(2, {})]).fees).toEqual([
      [1, 100],
      [1, 100],
    ])
  })

  it('a value that is there already pays nothing', () => {
    const charge = chargeOf({ payInAdvance: true, properties: { amount: '1' }, metric: metricOf('unique_count_agg') })
    const events = [event(9, { value: 'ann' }), event(10, { value: 'ann' }), event(11, { value: 'bob' })]
    expect(taken(charge, events).fees).toEqual([
      [1, 100],
      [0, 0],
      [1, 100],
    ])
  })

  it('what came before there was the charge is used, and never charged', () => {
    const charge = { ...perUnit, createdAt: 5 }
    const { fees, state } = taken(charge, [event(1, { value: 10 }, 4), event(2, { value: 3 }, 5)])
    expect(fees).toEqual([null, [3, 300]])
    expect(state.ledger.amount).toBe('3')
  })

  it('a fee that was asked at another price is what the ledger goes on from', () => {
    const { state: before } = taken(perUnit, sums([10]))
    const { state } = taken(perUnit, sums([10, 5]))
    const event = { state, fee: null, chargedBefore: before.ledger }
    expect(askedInstead(event, decimal('99')).ledger).toEqual({ ...state.ledger, amount: '109' })
  })

  it('fees add up to the price of the highest point, whatever comes in whatever order', () => {
    const ranges = [
      { from_value: 0, to_value: 5, per_unit_amount: '3', flat_amount: '10' },
      { from_value: 6, to_value: null, per_unit_amount: '1', flat_amount: '2' },
    ]
    const graduated = chargeOf({
      payInAdvance: true,
      chargeModel: 'graduated',
      properties: { graduated_ranges: ranges },
    })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1 }), (values) => {
        const { fees, state } = taken(graduated, sums(values))
        let sum = 0
        const highest = Math.max(0, ...values.map((value) => (sum += value)))
        const price = 10 + 3 * Math.min(highest, 5) + (highest > 5 ? 2 + (highest - 5) : 0)
        const charged = fees.reduce((total, fee) => total + (fee?.[1] ?? 0), 0)
        if (highest > 0) expect(charged).toBe(price * 100)
        expect(Number(state.ledger.amount) * 100).toBe(charged)
      }),
    )
  })
})
