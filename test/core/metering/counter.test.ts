import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonState, MeteredEvent } from '../../../src/core/metering/aggregation.js'
import { AGGREGATIONS, type SupportedAggregationType } from '../../../src/core/metering/aggregations/registry.js'
import {
  Counter,
  type CounterDefinition,
  type CounterState,
  definitionKey,
  restoreCounter,
  serializeCounter,
} from '../../../src/core/metering/counter.js'
import type { Tally } from '../../../src/core/metering/tally.js'
import { contains } from '../../../src/core/metering/window.js'
import { arrivals, byTime, event, foldAll } from './support.js'

/** Remembers every value in the order in which it was folded, so that a wrong order or value cannot hide. */
const trail: Tally<{ readonly values: string }> = {
  key: 'trail',
  start: () => ({ values: '' }),
  fold: ({ values }, value) => ({ values: `${values} ${value.toFixed()}` }),
}

const define = (rest: Partial<CounterDefinition> = {}): CounterDefinition => ({
  externalSubscriptionId: 'sub',
  code: 'gb',
  aggregation: 'sum_agg',
  fieldName: 'value',
  window: { from: { at: 0, seq: 2 }, to: { at: 5, seq: 12 } },
  tallyKey: null,
  ...rest,
})

const types = Object.keys(AGGREGATIONS) as SupportedAggregationType[]

/** A bucket and its owner, who keeps the log and builds the state again from it when it has become stale. */
class Owner {
  readonly log: MeteredEvent[] = []
  #members = new Map<string, JsonState>()
  #text: string

  constructor(readonly counter: Counter) {
    this.#text = serializeCounter(counter.start())
  }

  receive(received: MeteredEvent): void {
    this.log.push(received)
    if (this.#fold(received)) return
    this.#members = new Map()
    this.#text = serializeCounter(this.counter.start())
    for (const logged of byTime(this.log)) {
      if (!this.#fold(logged)) throw new Error('stale in time order')
    }
  }

  get result() {
    const { units, eventsCount, tally } = this.counter.result(restoreCounter(this.#text))
    return { units: units.toFixed(), eventsCount, tally }
  }

  #fold(one: MeteredEvent): boolean {
    const next = this.counter.fold(restoreCounter(this.#text), one, this.#members)
    if (next !== 'stale') this.#text = serializeCounter(next)
    return next !== 'stale'
  }
}

describe.each(types)('a counter of %s', (aggregation) => {
  test('holds the events of its window and no others, in whatever order they arrive', () => {
    const counter = new Counter(define({ aggregation }), null)
    fc.assert(
      fc.property(arrivals, ({ events, arriving }) => {
        const owner = new Owner(counter)
        for (const one of arriving) owner.receive(one)
        const inside = events.filter((one) => contains(counter.definition.window, one))
        const { units, eventsCount } = foldAll(AGGREGATIONS[aggregation], byTime(inside))
        expect(owner.result).toEqual({ units: units.toFixed(), eventsCount, tally: null })
      }),
    )
  })

  test('is never stale without a tally', () => {
    const counter = new Counter(define({ aggregation }), null)
    fc.assert(
      fc.property(arrivals, ({ arriving }) => {
        const members = new Map()
        let state = counter.start()
        for (const one of arriving) {
          const next = counter.fold(state, one, members)
          if (next === 'stale') throw new Error('stale')
          state = next
        }
      }),
    )
  })

  test('with a tally equals the fold in time order, in whatever order events arrive', () => {
    const counter = new Counter(define({ aggregation, tallyKey: 'trail' }), trail)
    fc.assert(
      fc.property(arrivals, ({ events, arriving }) => {
        const owner = new Owner(counter)
        const sorted = new Owner(counter)
        for (const one of arriving) owner.receive(one)
        for (const one of byTime(events)) sorted.receive(one)
        expect(owner.result).toEqual(sorted.result)
      }),
    )
  })

  test('shows the tally values that add up to its units', () => {
    const counter = new Counter(define({ aggregation, tallyKey: 'trail' }), trail)
    fc.assert(
      fc.property(arrivals, ({ events }) => {
        const owner = new Owner(counter)
        for (const one of byTime(events)) owner.receive(one)
        const values = String(owner.result.tally?.values).trim().split(' ').filter(Boolean)
        const added = foldAll(
          AGGREGATIONS.sum_agg,
          values.map((value) => event(value)),
        )
        expect(added.units.toFixed()).toBe(owner.result.units)
      }),
    )
  })
})

describe('a tally', () => {
  const everything = { from: null, to: { at: 100, seq: 0 } }
  const counterOf = (aggregation: SupportedAggregationType) =>
    new Counter(define({ aggregation, tallyKey: 'trail', window: everything }), trail)
  const feed = (counter: Counter, events: readonly MeteredEvent[], members = new Map<string, JsonState>()) => {
    let state: CounterState | 'stale' = counter.start()
    for (const one of events) state = state === 'stale' ? state : counter.fold(state, one, members)
    if (state === 'stale') throw new Error('stale')
    return state
  }
  const valuesOf = (aggregation: SupportedAggregationType, events: readonly MeteredEvent[]) => {
    const counter = counterOf(aggregation)
    return counter.result(feed(counter, events)).tally
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

  test('is shown only the events that change a set', () => {
    const events = ['add', 'add', 'remove', 'remove', 'other', 'add'].map((operation, at) =>
      event('a', { at, operation }),
    )
    expect(valuesOf('unique_count_agg', events)).toEqual({ values: ' 1 -1 1' })
  })

  test('holds its first state before any event', () => {
    const counter = counterOf('sum_agg')
    expect(counter.result(counter.start()).tally).toEqual({ values: '' })
  })

  test.each([
    [{ at: 5, seq: 8 }, 'folded', 'after the mark'],
    [{ at: 5, seq: 6 }, 'stale', 'same moment, received before'],
    [{ at: 5, seq: 7 }, 'stale', 'the very event at the mark, which must not be folded twice'],
    [{ at: 4, seq: 9 }, 'stale', 'behind the mark'],
    [{ at: 100, seq: 9 }, 'unchanged', 'outside the window'],
  ])('meets an event at %j by being %s: %s', (position, outcome) => {
    const counter = counterOf('unique_count_agg')
    const members = new Map<string, JsonState>()
    const state = feed(counter, [event('a', { at: 5, seq: 7 })], members)
    const kept = structuredClone({ state, members })
    const next = counter.fold(state, event('b', position), members)
    expect(next === 'stale' ? 'stale' : next === state ? 'unchanged' : 'folded').toBe(outcome)
    if (outcome !== 'folded') expect({ state, members }).toEqual(kept)
  })

  test('is stale behind an event that changed nothing: an older one could have made it change something', () => {
    const counter = counterOf('unique_count_agg')
    const members = new Map<string, JsonState>()
    const state = feed(counter, [event('a', { at: 1 }), event('a', { at: 5 })], members)
    expect(counter.fold(state, event('a', { at: 3, operation: 'remove' }), members)).toBe('stale')
  })

  test('has to be the one that the definition names', () => {
    expect(() => new Counter(define({ tallyKey: 'other' }), trail)).toThrow('needs tally other')
    expect(() => new Counter(define({ tallyKey: 'trail' }), null)).toThrow('needs tally trail')
    expect(() => new Counter(define(), trail)).toThrow('needs tally null')
  })
})

test('an event that changes nothing gives back the state itself, so that nothing need be written', () => {
  const counter = new Counter(define(), null)
  const state = counter.start()
  expect(counter.fold(state, event('word', { at: 1 }), new Map())).toBe(state)
  expect(counter.fold(state, event(1, { at: 99 }), new Map())).toBe(state)
})

describe('the key of a definition', () => {
  const base = define()
  const others: [string, Partial<CounterDefinition>][] = [
    ['subscription', { externalSubscriptionId: 'sub"' }],
    ['code', { code: 'tb' }],
    ['aggregation', { aggregation: 'max_agg' }],
    ['field', { fieldName: null }],
    ['field named null', { fieldName: 'null' }],
    ['no lower bound', { window: { ...base.window, from: null } }],
    ['start', { window: { ...base.window, from: { at: 1, seq: 2 } } }],
    ['start within its moment', { window: { ...base.window, from: { at: 0, seq: 3 } } }],
    ['end', { window: { ...base.window, to: { at: 6, seq: 12 } } }],
    ['end within its moment', { window: { ...base.window, to: { at: 5, seq: 13 } } }],
    ['tally', { tallyKey: 'trail' }],
    ['parts that run together', { externalSubscriptionId: 'sub","gb', code: '' }],
  ]

  test('differs when any part differs', () => {
    const keys = [base, ...others.map(([, rest]) => define(rest))].map(definitionKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('does not depend on the order in which the parts were written, and survives JSON', () => {
    const reversed = Object.fromEntries(Object.entries(base).reverse()) as unknown as CounterDefinition
    expect(definitionKey(reversed)).toBe(definitionKey(base))
    expect(definitionKey(JSON.parse(JSON.stringify(base)))).toBe(definitionKey(base))
  })
})
