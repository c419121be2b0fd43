import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Charge } from '../../../src/core/catalog.js'
import type { JsonState } from '../../../src/core/metering/aggregation.js'
import type { DayShare } from '../../../src/core/rating/prorated_units.js'
import {
  type AdvanceBucket,
  advanceChargeOf,
  chargedSoFar,
  type ReceivedEvent,
  startBucket,
  takeUp,
} from '../../../src/core/usage/advance_bucket.js'
import { chargeOf, metricOf } from './builders.js'

const REST = { filter: null, group: [] }
/** The period begins at 1000 ms. */
const BEGIN = 1000
const PERIOD = { at: BEGIN * 1000, seq: 0 }

/** What happens to a bucket: before or within the period, received before its beginning or when it has begun. */
interface Sent {
  readonly value: unknown
  readonly when: 'before' | 'within'
  readonly received: 'before' | 'within'
  readonly operation?: string
  readonly share?: DayShare
}
const held = (value: unknown, operation?: string): Sent => ({
  value,
  when: 'before',
  received: 'before',
  ...(operation && { operation }),
})
const late = (value: unknown, operation?: string): Sent => ({ ...held(value, operation), received: 'within' })
const within = (value: unknown, operation?: string): Sent => ({ ...late(value, operation), when: 'within' })

/** Takes all up in their order. The fees as units and cents; and what was charged in the end. */
function taken(charge: Charge, sent: readonly Sent[]) {
  const advance = advanceChargeOf(charge, REST, 'EUR')
  const terms = { charge, advance, carriedUntil: PERIOD }
  const members = new Map<string, JsonState>()
  let state: AdvanceBucket = startBucket(terms)
  const fees = sent.map(({ value, when, received, operation, share }, i) => {
    const event: ReceivedEvent = {
      at: (when === 'before' ? BEGIN - 500 : BEGIN + 500) * 1000 + i,
      seq: i + 1,
      createdAt: received === 'before' ? BEGIN : BEGIN + 1,
      properties: { value, ...(operation && { operation_type: operation }) },
      preciseTotalAmountCents: null,
    }
    const next = takeUp(terms, state, event, share ?? null, members)
    state = JSON.parse(JSON.stringify(next.state))
    return next.fee && ([next.fee.units.toNumber(), next.fee.amountCents.toNumber()] as const)
  })
  return { fees: fees.filter((fee) => fee !== null), charged: chargedSoFar(advance, state) }
}

const recurring = (type: 'sum_agg' | 'unique_count_agg', rest: Partial<Charge> = {}) =>
  chargeOf({ payInAdvance: true, properties: { amount: '1' }, metric: metricOf(type, { recurring: true }), ...rest })
const seats = recurring('unique_count_agg')
const sum = recurring('sum_agg')

describe('a recurring charge in advance', () => {
  it.each<[string, Charge, Sent[], (readonly [number, number])[], string]>([
    ['begins with what is there, without a fee', sum, [held(5), held(3)], [], '8'],
    ['asks only what comes on top', sum, [held(5), within(2)], [[2, 200]], '7'],
    [
      'gives a place that was renewed to another',
      sum,
      [held(5), within(-2), within(2)],
      [
        [0, 0],
        [2, 0],
      ],
      '5',
    ],
    [
      'asks from the renewed place on',
      sum,
      [held(5), within(-2), within(3)],
      [
        [0, 0],
        [1, 100],
      ],
      '6',
    ],
    [
      'replaces a renewed seat for nothing',
      seats,
      [held('ann'), within('ann', 'remove'), within('bob')],
      [
        [0, 0],
        [1, 0],
      ],
      '1',
    ],
    ['knows a seat that is there', seats, [held('ann'), within('ann')], [[0, 0]], '1'],
    ['forgets a seat that had gone', seats, [held('ann'), held('ann', 'remove'), within('ann')], [[1, 100]], '1'],
    ['owes nothing for less than nothing', sum, [held(-3), within(4)], [[1, 100]], '1'],
    [
      'is as if it had begun with units that came late',
      sum,
      [held(5), within(1), late(2), within(1)],
      [
        [1, 100],
        [1, 100],
      ],
      '9',
    ],
    ['keeps what was paid when something goes late', sum, [held(5), late(-2), within(2)], [[2, 0]], '5'],
    ['does not charge a seat that came late', seats, [late('ann'), within('ann')], [[0, 0]], '1'],
  ])('%s', (_, charge, sent, fees, amount) => {
    const { fees: made, charged } = taken(charge, sent)
    expect([made, charged.amount]).toEqual([fees, amount])
  })

  it('prices new units behind the carried ones, in their range', () => {
    const ranges = [
      { from_value: 0, to_value: 5, per_unit_amount: '3', flat_amount: '10' },
      { from_value: 6, to_value: null, per_unit_amount: '1', flat_amount: '2' },
    ]
    const graduated = recurring('sum_agg', { chargeModel: 'graduated', properties: { graduated_ranges: ranges } })
    const { fees, charged } = taken(graduated, [held(4), within(1), within(2)])
    expect([fees, charged.amount]).toEqual([
      [
        [1, 300],
        [2, 400],
      ],
      '29',
    ])
  })

  it('has its free allowance used up by what is carried', () => {
    const properties = { rate: '50', free_units_per_events: 2 }
    const percentage = recurring('sum_agg', { chargeModel: 'percentage', properties })
    expect(taken(percentage, [held(4), within(4), within(4)]).fees).toEqual([
      [4, 0],
      [4, 200],
    ])
  })

  it('asks the price of the highest point less that of the carried units, whatever comes in whatever order', () => {
    const value = fc.integer({ min: -9, max: 9 })
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (carried, own) => {
        const begun = Math.max(
          0,
          carried.reduce((total, one) => total + one, 0),
        )
        let now = carried.reduce((total, one) => total + one, 0)
        const highest = Math.max(begun, ...own.map((one) => (now += one)))
        const { fees, charged } = taken(sum, [...carried.map((one) => held(one)), ...own.map((one) => within(one))])
        const asked = fees.reduce((total, [, cents]) => total + cents, 0)
        expect([asked, Number(charged.amount)]).toEqual([(highest - begun) * 100, highest])
      }),
    )
  })

  it('carries the same, in whatever order it came before the period', () => {
    const events = fc.array(fc.tuple(fc.constantFrom<string>('a', 'b', 'c'), fc.constantFrom('add', 'remove')), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(events, fc.constantFrom('a', 'b', 'd'), (carried, next) => {
        const last = new Map(carried)
        const isThere = last.get(next) === 'add'
        const { fees } = taken(seats, [...carried.map(([seat, operation]) => held(seat, operation)), within(next)])
        expect(fees).toEqual([isThere ? [0, 0] : [1, 100]])
      }),
    )
  })
})

describe('a prorated charge asks for the days that are left', () => {
  const prorated = (amount: string) => recurring('sum_agg', { prorated: true, properties: { amount } })
  it.each([
    // price, units, days, of days, cents
    ['30', 1, 20, 30, 2000, 'a seat on 11 June'],
    ['30', 1, 16, 30, 1600, 'a seat on 15 June'],
    ['30', 1, 20, 31, 1936, '0.64517 units'],
    ['29', 10, 24, 29, 24000, 'exactly'],
    ['29', 4, 24, 29, 9600, '3.31035 units are 96.00015'],
    ['1000', 1, 1, 3, 33334, 'up at the fifth decimal: 0.33334'],
    ['30', 1, 30, 30, 3000, 'the first day pays all'],
    ['30', 1, 0, 30, 0, 'no day is left'],
  ])('%s for %s: %s of %s days (%s, %s)', (price, units, days, periodDays, cents) => {
    expect(taken(prorated(price), [{ ...within(units), share: { days, periodDays } }]).fees).toEqual([[units, cents]])
  })

  it('and only for units above what was paid, which stay whole', () => {
    const share = { days: 15, periodDays: 30 }
    const { fees, charged } = taken(prorated('10'), [held(3), { ...within(-1), share }, { ...within(3), share }])
    expect([fees, charged]).toEqual([
      [
        [0, 0],
        [2, 1000],
      ],
      { units: '5', eventsCount: 2, tally: null, amount: '40' },
    ])
  })
})
