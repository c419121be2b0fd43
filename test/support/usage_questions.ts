import type { AggregationType } from '../../src/core/catalog.js'
import type { CounterDefinition } from '../../src/core/metering/counter.js'
import { type Division, type FilterRule, UNDIVIDED } from '../../src/core/metering/division.js'

const filter = (
  values: FilterRule['values'],
  groupKeys: readonly string[] = [],
  tallyKey: string | null = null,
): FilterRule => ({ values, groupKeys, tallyKey })

/**
 * Each way of dividing events, as it is and as it is after the charge was edited: with and without tallies, ordered
 * and not.
 */
export const DIVISIONS: Readonly<Record<string, readonly [Division, Division]>> = {
  'no division': [UNDIVIDED, { ...UNDIVIDED, rest: { groupKeys: [], tallyKey: 'trail' } }],
  filters: [
    {
      filters: [filter({ cloud: ['aws', 'gcp'] }, [], 'trail'), filter({ cloud: ['aws'], region: ['eu', 'us'] })],
      rest: { groupKeys: [], tallyKey: null },
      only: {},
    },
    {
      filters: [filter({ region: ['eu'] }, [], 'weights'), filter({ cloud: ['aws'] }), filter({ cloud: ['7'] })],
      rest: { groupKeys: [], tallyKey: 'trail' },
      only: {},
    },
  ],
  groups: [
    { filters: [], rest: { groupKeys: ['cloud'], tallyKey: 'trail' }, only: {} },
    { filters: [], rest: { groupKeys: ['region', 'cloud'], tallyKey: 'weights' }, only: { region: null } },
  ],
  'filters and groups': [
    {
      filters: [filter({ cloud: ['aws', 'own'] }, ['region'], 'trail'), filter({ region: ['us'] }, ['cloud'])],
      rest: { groupKeys: ['region'], tallyKey: 'weights' },
      only: {},
    },
    {
      filters: [filter({ region: ['😀', 'eu'] }, ['cloud', 'region'])],
      rest: { groupKeys: ['cloud'], tallyKey: 'trail' },
      only: { cloud: 'aws' },
    },
  ],
}

/** What is asked of the counters: every division over a period, and the first over one that is cut within a moment. */
export function questionsOf(
  aggregation: AggregationType,
  divisions: readonly [Division, Division],
): CounterDefinition[] {
  const whole: CounterDefinition = {
    externalSubscriptionId: 's',
    code: 'api',
    aggregation,
    fieldName: aggregation === 'count_agg' ? null : 'value',
    window: { from: { at: 10, seq: 0 }, to: { at: 90, seq: 0 } },
    division: divisions[0],
  }
  return [
    whole,
    { ...whole, division: divisions[1] },
    { ...whole, window: { from: null, to: { at: 50, seq: 9 } } },
    { ...whole, externalSubscriptionId: 's2', division: divisions[1] },
  ]
}
