import { Decimal, ZERO } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { inUnits } from './in_units.js'
import { numericValue, seenNumber } from './numeric.js'

type MaxState = { readonly max: string | null; readonly events: number }

/** The highest number, which may be negative; 0 without any. */
export const max: Aggregation<MaxState> = {
  type: 'max_agg',
  needsField: true,
  numeric: true,
  supportsRecurring: false,
  supportsPayInAdvance: false,
  weighted: false,
  hasMembers: false,
  start: () => ({ max: null, events: 0 }),
  fold(state, event, fieldName) {
    const value = numericValue(event, fieldName)
    if (value === null) return state
    const higher = state.max === null || value.gt(state.max)
    return { max: higher ? value.toFixed() : state.max, events: state.events + 1 }
  },
  valueOf: () => null,
  result: (state) => inUnits(state.max === null ? ZERO : new Decimal(state.max), state.events),
  describe(event, fieldName, before, after) {
    const seen = seenNumber(event, fieldName)
    return seen.note === null && before.max === after.max ? { ...seen, note: 'not_highest' } : seen
  },
}
