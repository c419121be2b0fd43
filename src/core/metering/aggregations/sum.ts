import { MAX_NUMERIC_TEXT } from '../../limits.js'
import { Decimal } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { numericValue } from './numeric.js'

type SumState = { readonly sum: string; readonly events: number }

/**
 * Additions must not drop a digit, or the sum would depend on the order of events. Digits before and after the point are
 * fewer than MAX_NUMERIC_TEXT each; 20 more take the carries of 10^20 events.
 */
const Exact = Decimal.clone({ precision: 2 * MAX_NUMERIC_TEXT + 20 })

/** The sum of the numbers. */
export const sum: Aggregation<SumState> = {
  type: 'sum_agg',
  needsField: true,
  numeric: true,
  supportsRecurring: true,
  supportsPayInAdvance: true,
  hasMembers: false,
  start: () => ({ sum: '0', events: 0 }),
  fold(state, event, fieldName) {
    const value = numericValue(event, fieldName)
    if (value === null) return state
    return { sum: new Exact(state.sum).plus(value).toFixed(), events: state.events + 1 }
  },
  result: (state) => ({ units: new Decimal(state.sum), eventsCount: state.events }),
}
