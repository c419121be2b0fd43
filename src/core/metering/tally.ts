import type { Decimal } from '../money/decimal.js'
import type { JsonState, MeteredEvent } from './aggregation.js'

/** How long what an event brings is held in the window, where that is paid for. */
export interface HeldStep {
  readonly days: number
  /** Whether it came before the window. */
  readonly isCarried: boolean
  /** Of an item: the place that it takes or leaves, from 1. */
  readonly place?: number
}

/**
 * What a charge model needs to know of a bucket's events beyond units and number of events: free allowances that the first
 * events use up, bounds per transaction, prices that the events carry.
 */
export interface Tally<State extends JsonState = JsonState> {
  /** Two tallies with the same key fold alike; part of the identity of the counter that carries them. */
  readonly key: string
  /**
   * Whether the state depends on the order of events. An ordered tally is folded in time order (at, then seq); the counter that
   * carries it remembers how far it has come, and an event behind that point makes the bucket be built again from the log.
   */
  readonly ordered: boolean
  start(): State
  /**
   * @param value what the event adds to the units: 1 for a count, the number for a sum, 1 or -1 for a unique count. Only
   *   events that change the aggregate are folded.
   */
  fold(state: State, value: Decimal, event: MeteredEvent, step?: HeldStep): State
  /** Takes an event out again that was folded; only of tallies that are not ordered. */
  unfold?(state: State, value: Decimal, event: MeteredEvent): State
  /** What an event did to the price, told by the states around it: decimals as text. Absent: nothing that can be told apart. */
  describe?(before: State, after: State): Readonly<Record<string, string | number>>
}
