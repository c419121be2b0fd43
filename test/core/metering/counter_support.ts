import type { Aggregate, JsonState, MeteredEvent } from '../../../src/core/metering/aggregation.js'
import { Exact } from '../../../src/core/metering/aggregations/numeric.js'
import { AGGREGATIONS } from '../../../src/core/metering/aggregations/registry.js'
import {
  type Counter,
  type CounterDefinition,
  type CounterState,
  restoreCounter,
  serializeCounter,
} from '../../../src/core/metering/counter.js'
import { bucketKey, bucketOfKey } from '../../../src/core/metering/divider.js'
import { type Division, type TallyOf, UNDIVIDED } from '../../../src/core/metering/division.js'
import type { Tally } from '../../../src/core/metering/tally.js'
import { contains } from '../../../src/core/metering/window.js'
import { naiveBucket } from './division_support.js'
import { byTime, foldAll, SPAN } from './support.js'

/** Remembers every value in the order in which it was folded, so that a wrong order or value cannot hide. */
export const trail: Tally<{ readonly values: string }> = {
  key: 'trail',
  ordered: true,
  start: () => ({ values: '' }),
  fold: ({ values }, value) => ({ values: `${values} ${value.toFixed()}` }),
}

/** Weighs each value by its event and adds them up: any order gives the same, and any event can be taken out again. */
export const weights: Tally<{ readonly sum: string; readonly values: number }> = {
  key: 'weights',
  ordered: false,
  start: () => ({ sum: '0', values: 0 }),
  fold: ({ sum, values }, value, { seq }) => ({
    sum: new Exact(value)
      .times(seq + 1)
      .plus(sum)
      .toFixed(),
    values: values + 1,
  }),
  unfold: ({ sum, values }, value, { seq }) => ({
    sum: new Exact(sum).minus(new Exact(value).times(seq + 1)).toFixed(),
    values: values - 1,
  }),
}

const TALLIES: Record<string, Tally> = { trail, weights }

export const tallyOf: TallyOf = (key) => {
  const tally = TALLIES[key]
  if (tally === undefined) throw new Error(`no tally ${key}`)
  return tally
}

export const undivided = (tallyKey: string | null): Division => ({ ...UNDIVIDED, rest: { groupKeys: [], tallyKey } })

export const define = (rest: Partial<CounterDefinition> = {}): CounterDefinition => ({
  externalSubscriptionId: 'sub',
  code: 'gb',
  aggregation: 'sum_agg',
  fieldName: 'value',
  window: { from: { at: 0, seq: 2 }, to: { at: 5, seq: 12 } },
  division: UNDIVIDED,
  ...rest,
})

/** What a bucket came to, comparable. */
export interface Outcome {
  readonly units: string
  readonly eventsCount: number
  readonly total: string
  readonly tally: JsonState | null
}

export const outcomeOf = (aggregate: Aggregate, tally: JsonState | null): Outcome => ({
  units: aggregate.units.toFixed(),
  eventsCount: aggregate.eventsCount,
  total: aggregate.totalAggregatedUnits.toFixed(),
  tally,
})

/** The buckets of a counter and their owner, who keeps the log and builds a bucket again from it when it has become stale. */
export class Owner {
  readonly log: MeteredEvent[] = []
  readonly #texts = new Map<string, string>()
  readonly #members = new Map<string, Map<string, JsonState>>()

  constructor(readonly counter: Counter) {}

  /** Whether the event made its bucket stale, so that it was built again. */
  receive(received: MeteredEvent): boolean {
    this.log.push(received)
    const key = this.counter.bucketOf(received)
    if (key === null || this.#fold(key, received)) return false
    this.#texts.delete(key)
    this.#members.delete(key)
    for (const logged of byTime(this.log)) {
      if (this.counter.bucketOf(logged) === key && !this.#fold(key, logged)) throw new Error('stale in time order')
    }
    return true
  }

  get outcomes(): Record<string, Outcome> {
    const outcomes = [...this.#texts].map(([key, text]) => {
      const { tally, ...aggregate } = this.counter.result(restoreCounter(text), SPAN)
      return [key, outcomeOf(aggregate, tally)] as const
    })
    return Object.fromEntries(outcomes)
  }

  stateOf(key: string): CounterState {
    const text = this.#texts.get(key)
    return text === undefined ? this.counter.start(bucketOfKey(key).filter) : restoreCounter(text)
  }

  #fold(key: string, one: MeteredEvent): boolean {
    const members = this.#members.get(key) ?? new Map<string, JsonState>()
    const next = this.counter.fold(bucketOfKey(key).filter, this.stateOf(key), one, members)
    if (next === 'stale') return false
    this.#texts.set(key, serializeCounter(next))
    this.#members.set(key, members)
    return true
  }
}

/** The buckets by the letter of the rules: the log is divided event by event, and each share is folded in time order. */
export function naiveOutcomes(
  { aggregation, window, division }: CounterDefinition,
  log: readonly MeteredEvent[],
): Record<string, Outcome> {
  const shares = new Map<string, MeteredEvent[]>()
  for (const event of byTime(log)) {
    const bucket = contains(window, event) ? naiveBucket(division, event.properties) : null
    if (bucket !== null) shares.set(bucketKey(bucket), [...(shares.get(bucketKey(bucket)) ?? []), event])
  }
  const outcomes = [...shares].map(([key, events]) => {
    const { filter } = bucketOfKey(key)
    const { tallyKey } = filter === null ? division.rest : (division.filters[filter] ?? division.rest)
    const tally = tallyKey === null ? null : naiveTally(aggregation, events, tallyOf(tallyKey))
    return [key, outcomeOf(foldAll(AGGREGATIONS[aggregation], events), tally)] as const
  })
  return Object.fromEntries(outcomes)
}

/** Folds every event that makes a difference, with the difference that it makes to the total. */
function naiveTally(
  aggregation: CounterDefinition['aggregation'],
  events: readonly MeteredEvent[],
  tally: Tally,
): JsonState {
  let [state, before] = [tally.start(), foldAll(AGGREGATIONS[aggregation], [])]
  for (const [i, event] of events.entries()) {
    const after = foldAll(AGGREGATIONS[aggregation], events.slice(0, i + 1))
    const added = new Exact(after.totalAggregatedUnits).minus(before.totalAggregatedUnits)
    if (after.eventsCount !== before.eventsCount) state = tally.fold(state, added, event)
    before = after
  }
  return state
}
