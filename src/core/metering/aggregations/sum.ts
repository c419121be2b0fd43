import { Decimal } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { inUnits } from './in_units.js'
import { Exact, numericValue, seenNumber } from './numeric.js'

type SumState = { readonly sum: string; readonly events: number }

/** The sum of the numbers. */
export const sum: Aggregation<SumState> = {
  type: 'sum_agg',
  needsField: true,
  numeric: true,
  supportsRecurring: true,
  supportsPayInAdvance: true,
  weighted: false,
  hasMembers: false,
  start: () => ({ sum: '0', events: 0 }),
  fold(state, event, fieldName) {
    const value = numericValue(event, fieldName)
    if (value === null) return state
    return { sum: new Exact(state.sum).plus(value).toFixed(), events: state.events + 1 }
  },
  valueOf: numericValue,
  unfold(state, event, fieldName) {
    const value = numericValue(event, fieldName)
    if (value === null) return state
    return { sum: new Exact(state.sum).minus(value).toFixed(), events: state.events - 1 }
  },
  result: (state) => inUnits(new Decimal(state.sum), state.events),
  describe: seenNumber,
}
