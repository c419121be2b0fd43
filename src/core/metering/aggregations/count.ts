import { Decimal, ONE } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { inUnits } from './in_units.js'

type CountState = { readonly events: number }

/** The number of events, whatever they carry. */
export const count: Aggregation<CountState> = {
  type: 'count_agg',
  needsField: false,
  numeric: false,
  supportsRecurring: false,
  supportsPayInAdvance: true,
  weighted: false,
  hasMembers: false,
  start: () => ({ events: 0 }),
  fold: (state) => ({ events: state.events + 1 }),
  valueOf: () => ONE,
  unfold: (state) => ({ events: state.events - 1 }),
  result: ({ events }) => inUnits(new Decimal(events), events),
  describe: () => ({ value: null, note: null }),
}
