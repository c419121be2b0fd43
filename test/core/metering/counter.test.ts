import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregationType } from '../../../src/core/catalog.js'
import type { JsonState, MeteredEvent } from '../../../src/core/metering/aggregation.js'
import { AGGREGATIONS } from '../../../src/core/metering/aggregations/registry.js'
import { Counter, type CounterState } from '../../../src/core/metering/counter.js'
import type { Position } from '../../../src/core/metering/window.js'
import { define, Owner, tallyOf, undivided } from './counter_support.js'
import { arrivals, byTime, event, foldAll, SPAN } from './support.js'

describe('a tally', () => {
  const everything = { from: null, to: { at: 100, seq: 0 } }
  const counterOf = (aggregation: AggregationType) =>
    new Counter(define({ aggregation, division: undivided('trail'), window: everything }), tallyOf)
  const feed = (counter: Counter, events: readonly MeteredEvent[], members = new Map<string, JsonState>()) => {
    let state: CounterState | 'stale' = counter.start(null)
    for (const one of events) state = state === 'stale' ? state : counter.fold(null, state, one, members)
    if (state === 'stale') throw new Error('stale')
    return state
  }
  const valuesOf = (aggregation: AggregationType, events: readonly MeteredEvent[]) => {
    const counter = counterOf(aggregation)
    return counter.result(feed(counter, events), SPAN).tally
  }

  test('is shown 1 for each event of a count', () => {
    expect(valuesOf('count_agg', [event(5, { at: 1 }), event('x', { at: 2 })])).toEqual({ values: ' 1 1' })
  })

  test('is shown each number of a sum, also 0, and nothing of what is no number', () => {
    const events = [5, 0, 'x', '-2.50', '0.1'].map((value, at) => event(value, { at }))
    expect(valuesOf('sum_agg', events)).toEqual({ values: ' 5 0 -2.5 0.1' })
  })

  test('is shown the very number, also beside a total of another size', () => {
    const [large, small] = ['9'.repeat(64), `0.${'0'.repeat(61)}1`] as const
    const events = [small, large, small].map((value, at) => event(value, { at }))
    expect(valuesOf('sum_agg', events)).toEqual({ values: ` ${small} ${large} ${small}` })
  })

  test('is shown the very difference of a maximum, however far apart the numbers are', () => {
    const [large, small] = ['9'.repeat(64), `0.${'0'.repeat(61)}1`] as const
    const events = [small, large].map((value, at) => event(value, { at }))
    const difference = `${'9'.repeat(63)}8.${'9'.repeat(62)}`
    expect(valuesOf('max_agg', events)).toEqual({ values: ` ${small} ${difference}` })
  })

  test('is shown only the events that change a set', () => {
    const events = ['add', 'add', 'remove', 'remove', 'other', 'add'].map((operation, at) =>
      event('a', { at, operation }),
    )
    expect(valuesOf('unique_count_agg', events)).toEqual({ values: ' 1 -1 1' })
  })

  test('holds its first state before any event', () => {
    const counter = counterOf('sum_agg')
    expect(counter.result(counter.start(null), SPAN).tally).toEqual({ values: '' })
  })

  test.each([
    [{ at: 5, seq: 8 }, 'folded', 'after the mark'],
    [{ at: 5, seq: 6 }, 'stale', 'same moment, received before'],
    [{ at: 5, seq: 7 }, 'stale', 'the very event at the mark, which must not be folded twice'],
    [{ at: 4, seq: 9 }, 'stale', 'behind the mark'],
  ])('meets an event at %j by being %s: %s', (position, outcome) => {
    const counter = counterOf('unique_count_agg')
    const members = new Map<string, JsonState>()
    const state = feed(counter, [event('a', { at: 5, seq: 7 })], members)
    const kept = structuredClone({ state, members })
    const next = counter.fold(null, state, event('b', position), members)
    expect(next === 'stale' ? 'stale' : 'folded').toBe(outcome)
    if (outcome === 'stale') expect({ state, members }).toEqual(kept)
  })

  test('is stale behind an event that changed nothing: an older one could have made it change something', () => {
    const counter = counterOf('unique_count_agg')
    const members = new Map<string, JsonState>()
    const state = feed(counter, [event('a', { at: 1 }), event('a', { at: 5 })], members)
    expect(counter.fold(null, state, event('a', { at: 3, operation: 'remove' }), members)).toBe('stale')
  })

  test('has to be known for every key that the definition names, before anything is folded', () => {
    const filters = [{ values: { a: ['x'] }, groupKeys: [], tallyKey: 'other' }]
    const definition = define({ division: { ...undivided(null), filters } })
    expect(() => new Counter(definition, tallyOf)).toThrow('no tally other')
    expect(() => new Counter(define({ division: undivided('other') }), tallyOf)).toThrow('no tally other')
  })

  test('adds up to the units where these are what the events add', () => {
    const types = Object.values(AGGREGATIONS).filter(({ weighted }) => !weighted)
    for (const { type } of types) {
      const counter = counterOf(type)
      fc.assert(
        fc.property(arrivals, ({ events }) => {
          const owner = new Owner(counter)
          for (const one of byTime(events)) owner.receive(one)
          const { tally, units } = owner.outcomes[''] ?? { tally: null, units: '0' }
          const values = String(tally?.values ?? '')
            .trim()
            .split(' ')
            .filter(Boolean)
          const added = foldAll(
            AGGREGATIONS.sum_agg,
            values.map((value) => event(value)),
          )
          expect(added.units.toFixed()).toBe(units)
        }),
      )
    }
  })
})

test('an event that changes nothing gives back the state itself, so that nothing need be written', () => {
  for (const tallyKey of [null, 'weights']) {
    const counter = new Counter(define({ division: undivided(tallyKey) }), tallyOf)
    const state = counter.start(null)
    expect(counter.fold(null, state, event('word', { at: 1 }), new Map())).toBe(state)
  }
})

describe('a window', () => {
  const counter = new Counter(define({ division: { ...undivided(null), only: { a: 'x' } } }), tallyOf)
  test.each<[Position, Record<string, string>, string | null, string]>([
    [{ at: 0, seq: 1 }, { a: 'x' }, null, 'before its first position'],
    [{ at: 0, seq: 2 }, { a: 'x' }, '', 'at its first position'],
    [{ at: 5, seq: 11 }, { a: 'x' }, '', 'before its end'],
    [{ at: 5, seq: 12 }, { a: 'x' }, null, 'at its end'],
    [{ at: 1, seq: 1 }, { a: 'y' }, null, 'inside, but not asked for'],
  ])('has for an event at %j with %j the bucket %j: %s', (position, properties, key) => {
    expect(counter.bucketOf({ ...position, properties, preciseTotalAmountCents: null })).toBe(key)
  })
})
