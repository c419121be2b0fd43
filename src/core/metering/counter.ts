import type { Aggregate, Aggregation, JsonState, MemberSet, MeteredEvent } from './aggregation.js'
import { AGGREGATIONS, type SupportedAggregationType } from './aggregations/registry.js'
import type { Tally } from './tally.js'
import { comparePositions, contains, type EventWindow, type Position } from './window.js'

/** What a running counter counts: plain data, kept beside the states so that ingestion needs no catalog. */
export interface CounterDefinition {
  readonly externalSubscriptionId: string
  /** Code of the metric, as events name it. */
  readonly code: string
  readonly aggregation: SupportedAggregationType
  /** The property that is aggregated; null for counts. */
  readonly fieldName: string | null
  readonly window: EventWindow
  /** Key of the tally that is folded along; null when the charge needs none. */
  readonly tallyKey: string | null
}

/**
 * How far one bucket of a definition has come. A bucket is one share of the definition's events, with a state and a
 * member set of its own. Plain JSON.
 */
export interface CounterState {
  readonly aggregate: JsonState
  /** Null when the definition names no tally. */
  readonly tally: OrderedState | null
}

/** A state that holds for events folded in time order. */
export interface OrderedState {
  readonly state: JsonState
  /** High-water mark: the last event that was folded, counted or not; null before the first. */
  readonly last: Position | null
}

export interface CounterResult extends Aggregate {
  /** The tally's state; null without a tally. */
  readonly tally: JsonState | null
}

/**
 * Part of every definition key. To be raised when an aggregation or a tally folds differently or keeps its state in another
 * form, so that counters written by older code are built again from the log instead of being misread.
 */
const FORMAT = 1

/** The identity of a definition as text: equal exactly when every part is. */
export function definitionKey(definition: CounterDefinition): string {
  const { externalSubscriptionId, code, aggregation, fieldName, window, tallyKey } = definition
  const from = window.from === null ? null : [window.from.at, window.from.seq]
  const to = [window.to.at, window.to.seq]
  return JSON.stringify([FORMAT, externalSubscriptionId, code, aggregation, fieldName, from, to, tallyKey])
}

export const serializeCounter = (state: CounterState): string => JSON.stringify(state)

/** Reads what {@link serializeCounter} wrote, under the same definition key. */
export const restoreCounter = (text: string): CounterState => JSON.parse(text) as CounterState

/** How the events of one definition are folded. Holds no state: each bucket's is passed in and given back. */
export class Counter {
  readonly definition: CounterDefinition
  readonly #aggregation: Aggregation
  readonly #tally: Tally | null

  /** @param tally the tally of `definition.tallyKey`; null exactly when that is null. */
  constructor(definition: CounterDefinition, tally: Tally | null) {
    if ((tally?.key ?? null) !== definition.tallyKey) {
      throw new Error(`counter needs tally ${definition.tallyKey}, was given ${tally?.key ?? null}`)
    }
    this.definition = definition
    this.#tally = tally
    this.#aggregation = AGGREGATIONS[definition.aggregation]
  }

  /** Whether `fold` uses the member set. */
  get hasMembers(): boolean {
    return this.#aggregation.hasMembers
  }

  start(): CounterState {
    const tally = this.#tally === null ? null : { state: this.#tally.start(), last: null }
    return { aggregate: this.#aggregation.start(), tally }
  }

  /**
   * Folds an event of the definition's subscription and code into one bucket. Gives back the state itself when nothing
   * changed, as for an event outside the window.
   *
   * `'stale'`: the event lies behind the tally's high-water mark. Nothing was changed, the member set included, and the owner
   * has to build the bucket again from the log, in time order, with empty members.
   */
  fold(state: CounterState, event: MeteredEvent, members: MemberSet<JsonState>): CounterState | 'stale' {
    if (!contains(this.definition.window, event)) return state
    if (state.tally?.last && comparePositions(event, state.tally.last) <= 0) return 'stale'
    const aggregate = this.#aggregation.fold(state.aggregate, event, this.definition.fieldName, members)
    if (state.tally !== null) return { aggregate, tally: this.#foldTally(state, aggregate, event, state.tally) }
    return aggregate === state.aggregate ? state : { aggregate, tally: null }
  }

  result(state: CounterState): CounterResult {
    return { ...this.#aggregation.result(state.aggregate), tally: state.tally?.state ?? null }
  }

  /** The mark moves with every event: one that does not change a set now could do so once an older one turns up. */
  #foldTally(before: CounterState, after: JsonState, event: Position, ordered: OrderedState): OrderedState {
    const last = { at: event.at, seq: event.seq }
    if (this.#tally === null || after === before.aggregate) return { state: ordered.state, last }
    const added = this.#aggregation.result(after).units.minus(this.#aggregation.result(before.aggregate).units)
    return { state: this.#tally.fold(ordered.state, added), last }
  }
}
