import { Decimal, ZERO } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { comparePositions } from '../window.js'
import { inUnits } from './in_units.js'
import { numericValue, seenNumber } from './numeric.js'

type LatestState = {
  /** Null before the first number; then `at` and `seq` mean nothing. */
  readonly value: string | null
  readonly at: number
  readonly seq: number
  readonly events: number
}

/** The number of the last event by time, then by reception; below 0 it is reported as 0. */
export const latest: Aggregation<LatestState> = {
  type: 'latest_agg',
  needsField: true,
  numeric: true,
  supportsRecurring: false,
  supportsPayInAdvance: false,
  weighted: false,
  hasMembers: false,
  start: () => ({ value: null, at: 0, seq: 0, events: 0 }),
  fold(state, event, fieldName) {
    const value = numericValue(event, fieldName)
    if (value === null) return state
    const events = state.events + 1
    if (state.value !== null && comparePositions(event, state) < 0) return { ...state, events }
    return { value: value.toFixed(), at: event.at, seq: event.seq, events }
  },
  valueOf: () => null,
  result: (state) => inUnits(state.value === null ? ZERO : Decimal.max(ZERO, state.value), state.events),
  describe: seenNumber,
}
