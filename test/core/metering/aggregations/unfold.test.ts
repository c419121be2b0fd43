import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Aggregation } from '../../../../src/core/metering/aggregation.js'
import { Exact } from '../../../../src/core/metering/aggregations/numeric.js'
import { AGGREGATIONS } from '../../../../src/core/metering/aggregations/registry.js'
import { arrivals, event, jsonMembers, stateOf } from '../support.js'

const all: [string, Aggregation][] = Object.entries(AGGREGATIONS)
const reversible = all.filter(([, { unfold }]) => unfold !== undefined)

test('exactly those whose state is a sum over the events can take one out again', () => {
  expect(reversible.map(([type]) => type)).toEqual(['count_agg', 'sum_agg', 'weighted_sum_agg'])
})

describe.each(reversible)('%s', (_, aggregation) => {
  const unfold = aggregation.unfold ?? (() => ({}))

  test('is as if the events that are taken out had never come, whichever they are and in whatever order', () => {
    const scenario = arrivals.chain(({ arriving }) =>
      fc.record({ arriving: fc.constant(arriving), leaving: fc.shuffledSubarray(arriving) }),
    )
    fc.assert(
      fc.property(scenario, ({ arriving, leaving }) => {
        const all = stateOf(aggregation, arriving)
        const left = leaving.reduce((state, one) => unfold(Object.freeze(state), one, 'value'), all)
        expect(left).toEqual(
          stateOf(
            aggregation,
            arriving.filter((one) => !leaving.includes(one)),
          ),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  test('loses no digit of what is left, whatever the sizes of the numbers', () => {
    const others = [event('9'.repeat(64), { at: 1 }), event(`0.${'0'.repeat(61)}1`, { at: 2 })]
    const one = event(-7, { at: 3 })
    expect(unfold(stateOf(aggregation, [...others, one]), one, 'value')).toEqual(stateOf(aggregation, others))
  })

  test('gives back the state itself for an event that it does not see', () => {
    const state = stateOf(aggregation, [event(5)])
    const kept = unfold(state, event('word'), 'value') === state
    expect(kept).toBe(aggregation.numeric)
  })
})

describe.each(all)('the value of an event of %s', (_, aggregation) => {
  test('is known exactly for the events that count if they can be taken out again, else for none', () => {
    fc.assert(
      fc.property(arrivals, ({ arriving }) => {
        for (const one of arriving) {
          const start = aggregation.start()
          const counts = aggregation.fold(start, one, 'value', jsonMembers()) !== start
          const known = aggregation.valueOf(one, 'value') !== null
          expect(known).toBe(aggregation.unfold !== undefined && counts)
        }
      }),
    )
  })

  test('is what it adds to where the units end', () => {
    fc.assert(
      fc.property(arrivals, ({ arriving }) => {
        const totals = [...arriving.keys(), arriving.length].map((length) =>
          aggregation.result(stateOf(aggregation, arriving.slice(0, length)), { toAt: 0, periodLength: 1 }),
        )
        for (const [i, one] of arriving.entries()) {
          const value = aggregation.valueOf(one, 'value')
          if (value === null) continue
          const before = new Exact(totals[i]?.totalAggregatedUnits ?? 0)
          expect(before.plus(value).eq(totals[i + 1]?.totalAggregatedUnits ?? 0)).toBe(true)
        }
      }),
    )
  })
})
