import type { Decimal } from '../../money/decimal.js'
import type { Aggregation } from '../aggregation.js'
import { type HeldDays, heldFrom } from '../held.js'
import { Exact, numericValue } from './numeric.js'
import { proratedOf } from './prorated_of.js'
import { sum } from './sum.js'

type HeldSumState = {
  readonly sum: string
  /** The sum of each number times the day from which on it is held. */
  readonly moments: string
  readonly events: number
}

/** A sum whose numbers are also weighed by the days for which they are held: linear in the events, so their order plays no part. */
export function heldSum(held: HeldDays): Aggregation<HeldSumState> {
  const changed = (
    state: HeldSumState,
    event: Parameters<typeof heldFrom>[0],
    value: Decimal | null,
    times: 1 | -1,
  ) => {
    if (value === null) return state
    const change = new Exact(value).times(times)
    return {
      sum: change.plus(state.sum).toFixed(),
      moments: change.times(heldFrom(event, held)).plus(state.moments).toFixed(),
      events: state.events + times,
    }
  }
  return {
    ...sum,
    start: () => ({ sum: '0', moments: '0', events: 0 }),
    fold: (state, event, fieldName) => changed(state, event, numericValue(event, fieldName), 1),
    unfold: (state, event, fieldName) => changed(state, event, numericValue(event, fieldName), -1),
    result: (state, span) => ({
      ...sum.result(state, span),
      prorated: proratedOf(new Exact(state.sum).times(held.firstDay + held.days).minus(state.moments), held),
    }),
    describe: (event, fieldName, before, after) => sum.describe(event, fieldName, before, after),
  } satisfies Aggregation<HeldSumState>
}
