import type { AggregationType } from '../catalog.js'
import { Decimal } from '../money/decimal.js'
import type { Aggregate, Aggregation, JsonState, MemberSet, MeteredEvent, SeenEvent, UsageSpan } from './aggregation.js'
import { Exact } from './aggregations/numeric.js'
import { heldAggregationOf } from './aggregations/registry.js'
import { Divider } from './divider.js'
import type { Bucket, Division, TallyOf } from './division.js'
import { daysFrom, type Held, heldFrom, isCarried } from './held.js'
import type { HeldStep, Tally } from './tally.js'
import { comparePositions, contains, type EventWindow, type Position } from './window.js'

/** What a running counter counts: plain data, kept beside the states so that ingestion needs no catalog. */
export interface CounterDefinition {
  readonly externalSubscriptionId: string
  /** Code of the metric, as events name it. */
  readonly code: string
  readonly aggregation: AggregationType
  /** The property that is aggregated; null for counts. */
  readonly fieldName: string | null
  readonly window: EventWindow
  readonly division: Division
  /** Of units that are carried from period to period and weighed. */
  readonly held?: Held
}

/** How far one bucket of a definition has come. A bucket has a state and a member set of its own. Plain JSON. */
export interface CounterState {
  readonly aggregate: JsonState
  /** Null when the bucket's rule names no tally. */
  readonly tally: TallyState | null
  /** High-water mark of an aggregation that is folded in order. */
  readonly last?: Position
}

export interface TallyState {
  readonly state: JsonState
  /**
   * High-water mark of a tally that is folded in order: the last event that was folded, counted or not. Null before the
   * first, and where order plays no part.
   */
  readonly last: Position | null
}

export interface CounterResult extends Aggregate {
  /** The tally's state; null without a tally. */
  readonly tally: JsonState | null
}

/** What one bucket of a definition has come to. */
export interface BucketUsage {
  readonly bucket: Bucket
  readonly usage: CounterResult
}

/** What an event did to its bucket. */
export interface EventEffect extends SeenEvent {
  /** Whether it changed the aggregate at all. */
  readonly isCounted: boolean
  /** What it did to the price where that can be told apart, see {@link Tally.describe}; else null. */
  readonly pricing: Readonly<Record<string, string | number>> | null
}

/**
 * Part of every definition key. To be raised when an aggregation or a tally folds differently or keeps its state in another
 * form, so that counters written by older code are built again from the log instead of being misread.
 */
const FORMAT = 2

/** The identity of a definition as text: equal exactly when every part is. It can be long: keep a hash of it. */
export function definitionKey(definition: CounterDefinition): string {
  const { externalSubscriptionId, code, aggregation, fieldName, window, division, held } = definition
  const from = window.from === null ? null : [window.from.at, window.from.seq]
  const to = [window.to.at, window.to.seq]
  const rules = division.filters.map(({ values, groupKeys, tallyKey }) => [sorted(values), groupKeys, tallyKey])
  const divided = [rules, division.rest.groupKeys, division.rest.tallyKey, sorted(division.only)]
  return JSON.stringify([
    FORMAT,
    externalSubscriptionId,
    code,
    aggregation,
    fieldName,
    from,
    to,
    divided,
    ...(held === undefined ? [] : [sorted({ ...held })]),
  ])
}

export const serializeCounter = (state: CounterState): string => JSON.stringify(state)

/** Reads what {@link serializeCounter} wrote, under the same definition key. */
export const restoreCounter = (text: string): CounterState => JSON.parse(text) as CounterState

/** How the events of one definition are folded. Holds no state: each bucket's is passed in and given back. */
export class Counter {
  readonly #aggregation: Aggregation
  readonly #divider: Divider
  readonly #tallies: readonly (Tally | null)[]
  readonly #tallyOfRest: Tally | null

  /** @param tallyOf gives the tallies that the definition's division names */
  constructor(
    readonly definition: CounterDefinition,
    tallyOf: TallyOf,
  ) {
    const { filters, rest } = definition.division
    const tallyOfKey = (key: string | null) => (key === null ? null : tallyOf(key))
    this.#aggregation = heldAggregationOf(definition.aggregation, definition.held)
    this.#divider = new Divider(definition.division)
    this.#tallies = filters.map(({ tallyKey }) => tallyOfKey(tallyKey))
    this.#tallyOfRest = tallyOfKey(rest.tallyKey)
  }

  /** Whether `fold` uses the member set. */
  get hasMembers(): boolean {
    return this.#aggregation.hasMembers
  }

  /** Whether the events of a bucket have to be folded in the order of position, for the sake of a tally. */
  get isOrdered(): boolean {
    if (this.#aggregation.isOrdered) return true
    return [...this.#tallies, this.#tallyOfRest].some((tally) => tally !== null && this.#isOrdered(tally))
  }

  /** Key of the bucket that the event belongs to; null for one that is outside the window or not counted at all. */
  bucketOf(event: MeteredEvent): string | null {
    return contains(this.definition.window, event) ? this.#divider.keyOf(event.properties) : null
  }

  start(filter: number | null): CounterState {
    const tally = this.#tallyOf(filter)
    return { aggregate: this.#aggregation.start(), tally: tally && { state: tally.start(), last: null } }
  }

  /**
   * Folds an event into its bucket. Gives back the state itself when nothing changed.
   *
   * `'stale'`: the event lies behind the mark of the bucket's tally. Nothing was changed, the member set included, and the owner
   * has to build the bucket again from the log, in time order, with empty members.
   * @param filter the bucket's filter
   */
  fold(
    filter: number | null,
    state: CounterState,
    event: MeteredEvent,
    members: MemberSet<JsonState>,
  ): CounterState | 'stale' {
    const tally = this.#tallyOf(filter)
    const behind = [state.tally?.last, state.last].some((last) => last && comparePositions(event, last) <= 0)
    if (behind) return 'stale'
    const aggregate = this.#aggregation.fold(state.aggregate, event, this.definition.fieldName, members)
    const next = this.#next(tally, state, aggregate, event)
    return this.#aggregation.isOrdered ? { ...next, last: { at: event.at, seq: event.seq } } : next
  }

  #next(tally: Tally | null, state: CounterState, aggregate: JsonState, event: MeteredEvent): CounterState {
    if (tally !== null && state.tally !== null) return this.#foldTally(tally, state, aggregate, event, state.tally)
    return aggregate === state.aggregate ? state : { aggregate, tally: null }
  }

  /**
   * Takes an event that was folded out of its bucket. `'stale'`: the state does not say what would be left, and the owner has to
   * build the bucket again from the log.
   */
  unfold(filter: number | null, state: CounterState, event: MeteredEvent): CounterState | 'stale' {
    const tally = this.#tallyOf(filter)
    const { fieldName } = this.definition
    if (this.#aggregation.unfold === undefined) return 'stale'
    const aggregate = this.#aggregation.unfold(state.aggregate, event, fieldName)
    if (aggregate === state.aggregate) return state
    if (tally === null || state.tally === null) return { aggregate, tally: null }
    const value = this.#aggregation.valueOf(event, fieldName)
    if (value === null || tally.unfold === undefined) return 'stale'
    return { aggregate, tally: { ...state.tally, state: tally.unfold(state.tally.state, value, event) } }
  }

  /** @param span the time that the units are weighed in */
  result(state: CounterState, span: UsageSpan): CounterResult {
    return { ...this.#aggregation.result(state.aggregate, span), tally: state.tally?.state ?? null }
  }

  /** Describes an event that was folded in the order of position, by the states around it. */
  describe(filter: number | null, event: MeteredEvent, before: CounterState, after: CounterState): EventEffect {
    const [was, is] = [before.tally?.state, after.tally?.state]
    return {
      ...this.#aggregation.describe(event, this.definition.fieldName, before.aggregate, after.aggregate),
      isCounted: before.aggregate !== after.aggregate,
      pricing: (was && is && this.#tallyOf(filter)?.describe?.(was, is)) ?? null,
    }
  }

  /** The mark moves with every event: one that does not change a set now could do so once an older one turns up. */
  #foldTally(
    tally: Tally,
    before: CounterState,
    after: JsonState,
    event: MeteredEvent,
    { state }: TallyState,
  ): CounterState {
    const last = this.#isOrdered(tally) ? { at: event.at, seq: event.seq } : null
    if (after === before.aggregate) return last === null ? before : { aggregate: after, tally: { state, last } }
    const value = this.#aggregation.valueOf(event, this.definition.fieldName) ?? this.#added(before.aggregate, after)
    return { aggregate: after, tally: { state: tally.fold(state, value, event, this.#stepOf(event, after)), last } }
  }

  /**
   * Where events cannot be taken out again, what each of them adds depends on those before it (one more of a set, a new
   * maximum); a tally of such values has to see them in order, whatever it makes of them.
   */
  #isOrdered(tally: Tally): boolean {
    return tally.ordered || this.#aggregation.unfold === undefined
  }

  /** What an event added to units that time plays no part in. */
  #added(before: JsonState, after: JsonState): Decimal {
    const unitsOf = (state: JsonState) => this.#aggregation.result(state, TIMELESS).units
    return new Decimal(new Exact(unitsOf(after)).minus(unitsOf(before)))
  }

  /** How long what the event brings is held in the window; undefined where that plays no part. */
  #stepOf(event: MeteredEvent, after: JsonState): HeldStep | undefined {
    const { held } = this.definition
    if (held?.kind !== 'days') return undefined
    if (this.#aggregation.stepOf !== undefined) return this.#aggregation.stepOf(after, event)
    return { days: daysFrom(heldFrom(event, held), held), isCarried: isCarried(event, held) }
  }

  #tallyOf(filter: number | null): Tally | null {
    return filter === null ? this.#tallyOfRest : (this.#tallies[filter] ?? null)
  }
}

const TIMELESS: UsageSpan = { toAt: 0, periodLength: 1 }

const sorted = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
