import { Decimal } from '../../money/decimal.js'
import type { Aggregation, MeteredEvent, UsageSpan } from '../aggregation.js'
import { Exact, numericValue, seenNumber } from './numeric.js'

type WeightedSumState = {
  /** The sum of the changes: where the level ends. */
  readonly level: string
  /** The sum of each change times its moment, in microseconds. */
  readonly moments: string
  readonly events: number
}

/** Decimals that the quotient is kept to, away from zero (recurring rules, section 3). */
const QUOTIENT_DECIMALS = 20

/**
 * A level that starts at 0 and that each event changes, weighed by the time it is held, over the whole period (metering rules,
 * section 2). A change counts from its moment to the end of the window, so the sum is linear in the events: their order of
 * arrival plays no part. The last level is taken to hold until the end.
 */
export const weightedSum: Aggregation<WeightedSumState> = weightedSumFrom(Number.NEGATIVE_INFINITY)

/** @param fromAt epoch microseconds: what came before is carried to then */
export function weightedSumFrom(fromAt: number): Aggregation<WeightedSumState> {
  return {
    type: 'weighted_sum_agg',
    needsField: true,
    numeric: true,
    supportsRecurring: true,
    supportsPayInAdvance: false,
    weighted: true,
    hasMembers: false,
    start: () => ({ level: '0', moments: '0', events: 0 }),
    fold: (state, event, fieldName) => changed(state, event, numericValue(event, fieldName), 1, fromAt),
    valueOf: numericValue,
    unfold: (state, event, fieldName) => changed(state, event, numericValue(event, fieldName), -1, fromAt),
    result({ level, moments, events }, { toAt, periodLength }: UsageSpan) {
      // Divided with digits enough that whatever lies beyond the twentieth decimal is still seen when that is rounded.
      const quotient = new Exact(level).times(toAt).minus(moments).div(periodLength)
      const units = new Decimal(quotient.toDecimalPlaces(QUOTIENT_DECIMALS, Decimal.ROUND_UP))
      return { units, eventsCount: events, totalAggregatedUnits: new Decimal(level) }
    },
    describe: seenNumber,
  }
}

function changed(
  state: WeightedSumState,
  event: MeteredEvent,
  value: Decimal | null,
  times: 1 | -1,
  fromAt: number,
): WeightedSumState {
  if (value === null) return state
  const change = new Exact(value).times(times)
  return {
    level: change.plus(state.level).toFixed(),
    moments: change.times(Math.max(event.at, fromAt)).plus(state.moments).toFixed(),
    events: state.events + times,
  }
}
