import type { Decimal } from '../money/decimal.js'
import type { JsonState } from './aggregation.js'

/**
 * What a charge model needs to know of a window beyond units and number of events, because its price depends on the
 * order of events: free allowances that the first events use up, bounds per transaction.
 * A tally is folded in time order (at, then seq). The counter that carries one remembers how far it has come: an event behind
 * that point makes the counter be built again from the log.
 */
export interface Tally<State extends JsonState = JsonState> {
  /** Two tallies with the same key fold alike; part of the identity of the counter that carries them. */
  readonly key: string
  start(): State
  /**
   * `value` is what the event adds to the units: 1 for a count, the number for a sum, 1 or -1 for a unique count (only
   * events that change the set are folded).
   */
  fold(state: State, value: Decimal): State
}
