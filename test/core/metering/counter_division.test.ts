import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGGREGATION_TYPES } from '../../../src/core/catalog.js'
import { Counter, type CounterState } from '../../../src/core/metering/counter.js'
import { bucketOfKey } from '../../../src/core/metering/divider.js'
import type { Position } from '../../../src/core/metering/window.js'
import { comparePositions } from '../../../src/core/metering/window.js'
import { define, naiveOutcomes, Owner, outcomeOf, tallyOf, undivided } from './counter_support.js'
import { dividedEvents, divisions } from './division_support.js'
import { byTime, SPAN } from './support.js'

const scenario = (tallyKeys: readonly (string | null)[]) =>
  fc.record({
    division: divisions(tallyKeys),
    arriving: dividedEvents.chain((events) =>
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
    ),
  })

describe.each(AGGREGATION_TYPES)('the buckets of a divided counter of %s', (aggregation) => {
  test('hold what dividing the log and folding each share in time order gives, in whatever order events arrive', () => {
    fc.assert(
      fc.property(scenario([null, 'trail', 'weights']), ({ division, arriving }) => {
        const definition = define({ aggregation, division })
        const owner = new Owner(new Counter(definition, tallyOf))
        for (const one of arriving) owner.receive(one)
        expect(owner.outcomes).toEqual(naiveOutcomes(definition, arriving))
      }),
      { numRuns: 1_000 },
    )
  })

  test('become stale exactly by an event behind the last one of the same bucket', () => {
    fc.assert(
      fc.property(scenario(['trail']), ({ division, arriving }) => {
        const owner = new Owner(new Counter(define({ aggregation, division }), tallyOf))
        const marks = new Map<string | null, Position>()
        for (const one of arriving) {
          const key = owner.counter.bucketOf(one)
          const mark = marks.get(key)
          const isBehind = key !== null && mark !== undefined && comparePositions(one, mark) < 0
          expect(owner.receive(one)).toBe(isBehind)
          if (!isBehind) marks.set(key, one)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('never become stale without a tally', () => {
    fc.assert(
      fc.property(scenario([null]), ({ division, arriving }) => {
        const owner = new Owner(new Counter(define({ aggregation, division }), tallyOf))
        for (const one of arriving) expect(owner.receive(one)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})

describe('an event taken out of its bucket', () => {
  const reversible = ['count_agg', 'sum_agg', 'weighted_sum_agg'] as const
  const others = AGGREGATION_TYPES.filter((type) => !reversible.some((one) => one === type))
  const leaving = (tallyKeys: readonly (string | null)[]) =>
    scenario(tallyKeys).chain(({ division, arriving }) =>
      fc.record({
        division: fc.constant(division),
        arriving: fc.constant(arriving),
        leaving: fc.shuffledSubarray(arriving),
      }),
    )

  test.each(reversible)('of %s leaves what the others make of it', (aggregation) => {
    fc.assert(
      fc.property(leaving([null, 'weights']), ({ division, arriving, leaving }) => {
        const counter = new Counter(define({ aggregation, division }), tallyOf)
        const [all, rest] = [new Owner(counter), new Owner(counter)]
        for (const one of arriving) all.receive(one)
        for (const one of arriving) if (!leaving.includes(one)) rest.receive(one)
        const states = new Map<string, CounterState>()
        for (const one of leaving) {
          const key = counter.bucketOf(one)
          if (key === null) continue
          const next = counter.unfold(bucketOfKey(key).filter, states.get(key) ?? all.stateOf(key), one)
          if (next === 'stale') throw new Error('stale')
          states.set(key, next)
        }
        for (const [key, state] of states) expect(state).toEqual(rest.stateOf(key))
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ...others.map((aggregation) => [aggregation, null, 'its state does not say what is left'] as const),
    ...others.map((aggregation) => [aggregation, 'weights', 'nor what the tally was shown'] as const),
    ['sum_agg', 'trail', 'the tally cannot take it out'] as const,
    ['count_agg', 'trail', 'the tally cannot take it out'] as const,
  ])('makes one of %s with tally %j stale: %s', (aggregation, tallyKey) => {
    const counter = new Counter(define({ aggregation, division: undivided(tallyKey) }), tallyOf)
    const one = { at: 1, seq: 5, properties: { value: '7' }, preciseTotalAmountCents: null }
    const owner = new Owner(counter)
    owner.receive(one)
    expect(counter.unfold(null, owner.stateOf(''), one)).toBe('stale')
  })

  test('changes nothing if it did not count, whatever the tally', () => {
    const counter = new Counter(define({ division: undivided('trail') }), tallyOf)
    const state = counter.start(null)
    const word = { at: 1, seq: 5, properties: { value: 'word' }, preciseTotalAmountCents: null }
    expect(counter.unfold(null, state, word)).toBe(state)
  })
})

test('each filter has the tally of its own rule', () => {
  const filters = [
    { values: { a: ['x'] }, groupKeys: [], tallyKey: 'trail' },
    { values: { a: ['y'] }, groupKeys: ['b'], tallyKey: null },
    { values: { a: ['z'] }, groupKeys: [], tallyKey: 'weights' },
  ]
  const counter = new Counter(define({ division: { filters, rest: undivided('trail').rest, only: {} } }), tallyOf)
  const started = [0, 1, 2, null].map((filter) => counter.result(counter.start(filter), SPAN))
  expect(started.map((result) => outcomeOf(result, result.tally).tally)).toEqual([
    { values: '' },
    null,
    { sum: '0', values: 0 },
    { values: '' },
  ])
})

test.each([
  ['sum_agg', [null, null], false, 'no tally'],
  ['unique_count_agg', [null, null], false, 'no tally'],
  ['sum_agg', ['weights', 'weights'], false, 'tallies that any order suits'],
  ['sum_agg', ['trail', null], true, 'the tally of a filter'],
  ['sum_agg', ['weights', 'trail'], true, 'the tally of the rest'],
  ['max_agg', ['weights', null], true, 'what a tally is shown depends on what came before'],
] as const)('a counter of %s with tallies %j needs its events in order: %s, for %s', (...row) => {
  const [aggregation, [ofFilter, ofRest], ordered] = row
  const filters = [{ values: { a: ['x'] }, groupKeys: [], tallyKey: ofFilter }]
  const division = { ...undivided(ofRest), filters }
  expect(new Counter(define({ aggregation, division }), tallyOf).isOrdered).toBe(ordered)
})

test('an unordered tally of values that depend on what came before is folded in order all the same', () => {
  const counter = new Counter(define({ aggregation: 'max_agg', division: undivided('weights') }), tallyOf)
  const events = [5, 7].map((value, i) => ({
    at: i,
    seq: i + 2,
    properties: { value },
    preciseTotalAmountCents: null,
  }))
  const owner = new Owner(counter)
  const stale = byTime(events)
    .reverse()
    .map((one) => owner.receive(one))
  expect(stale).toEqual([false, true])
  expect(owner.outcomes[''] ?? null).toMatchObject({ tally: { sum: '23', values: 2 } })
})
