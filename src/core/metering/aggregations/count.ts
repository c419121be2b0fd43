import { Decimal } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'

type CountState = { readonly events: number }

/** The number of events, whatever they carry. */
export const count: Aggregation<CountState> = {
  type: 'count_agg',
  needsField: false,
  numeric: false,
  supportsRecurring: false,
  supportsPayInAdvance: true,
  hasMembers: false,
  start: () => ({ events: 0 }),
  fold: (state) => ({ events: state.events + 1 }),
  result: ({ events }) => ({ units: new Decimal(events), eventsCount: events }),
}
