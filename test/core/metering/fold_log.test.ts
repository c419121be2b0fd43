import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGGREGATION_TYPES } from '../../../src/core/catalog.js'
import { AGGREGATIONS } from '../../../src/core/metering/aggregations/registry.js'
import type { BucketUsage, CounterDefinition } from '../../../src/core/metering/counter.js'
import { bucketKey } from '../../../src/core/metering/divider.js'
import type { Division } from '../../../src/core/metering/division.js'
import { foldLog } from '../../../src/core/metering/fold_log.js'
import { define, naiveOutcomes, outcomeOf, tallyOf } from './counter_support.js'
import { dividedEvents, divisions } from './division_support.js'
import { event, SPAN } from './support.js'

const outcomes = (usage: readonly BucketUsage[]) =>
  Object.fromEntries(usage.map((one) => [bucketKey(one.bucket), outcomeOf(one.usage, one.usage.tally)]))

const everything = { from: null, to: { at: 100, seq: 0 } }
const grouped: Division = { filters: [], rest: { groupKeys: ['g'], tallyKey: 'trail' }, only: {} }

const carrying = (properties: Record<string, unknown>, seq: number, at = seq) => ({
  ...event(undefined, { at, seq }),
  properties,
})

const foldGrouped = (events: ReturnType<typeof carrying>[], rest: Partial<CounterDefinition> = {}) =>
  foldLog(define({ window: everything, division: grouped, ...rest }), tallyOf, events, SPAN)

describe.each(AGGREGATION_TYPES)('a log folded by %s', (aggregation) => {
  const scenario = fc.record({ division: divisions([null, 'trail', 'weights']), events: dividedEvents })

  test('gives every bucket that saw an event what its share of the log comes to, and no other', () => {
    fc.assert(
      fc.property(scenario, ({ division, events }) => {
        const definition = define({ aggregation, division })
        const folded = outcomes(foldLog(definition, tallyOf, events, SPAN))
        const expected = Object.entries(naiveOutcomes(definition, events)).filter(
          // What is gone from a set leaves its bucket behind; anything else that an aggregation sees is counted.
          ([key, { eventsCount }]) => eventsCount > 0 || (AGGREGATIONS[aggregation].hasMembers && key in folded),
        )
        expect(folded).toEqual(Object.fromEntries(expected))
      }),
      { numRuns: 300 },
    )
  })

  test('is the same whatever the order in which events are handed over', () => {
    const shuffled = scenario.chain(({ division, events }) =>
      fc.record({
        division: fc.constant(division),
        events: fc.constant(events),
        arriving: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ division, events, arriving }) => {
        const definition = define({ aggregation, division })
        expect(foldLog(definition, tallyOf, arriving, SPAN)).toEqual(foldLog(definition, tallyOf, events, SPAN))
      }),
    )
  })
})

describe('the buckets of a folded log', () => {
  const groupsOf = (usage: readonly BucketUsage[]) => usage.map(({ bucket }) => bucket.group[0])

  test('stand in the order of their keys, which is that of SQLite', () => {
    const groups = ['😀', 'b', '\ufffd', undefined, 'a', 'é', 'B']
    const events = groups.map((g, seq) => carrying({ value: 1, g }, seq))
    expect(groupsOf(foldGrouped(events))).toEqual(['B', 'a', 'b', 'é', '\ufffd', '😀', null])
  })

  test.each<[CounterDefinition['aggregation'], unknown, string[], string]>([
    ['count_agg', { value: 'word', g: 'x' }, ['x'], 'whatever it carries'],
    ['sum_agg', { value: 0, g: 'x' }, ['x'], 'a number, even 0'],
    ['sum_agg', { value: 'word', g: 'x' }, [], 'no number'],
    ['max_agg', { g: 'x' }, [], 'no number'],
    ['weighted_sum_agg', { value: '1e3', g: 'x' }, [], 'no plain number'],
    ['unique_count_agg', { value: 'ann', operation_type: 'remove', g: 'x' }, ['x'], 'a removal, though of nothing'],
    ['unique_count_agg', { value: 'ann', operation_type: 'other', g: 'x' }, [], 'an operation that there is not'],
    ['unique_count_agg', { value: '', g: 'x' }, [], 'no value'],
  ])('of %s, given only %j, are %j: %s', (aggregation, properties, groups) => {
    const usage = foldGrouped([carrying(properties as Record<string, unknown>, 1)], { aggregation })
    expect(groupsOf(usage)).toEqual(groups)
  })

  test('keep members of their own', () => {
    const events = [
      carrying({ value: 'ann', g: 'x' }, 1),
      carrying({ value: 'ann', g: 'y' }, 2),
      carrying({ value: 'ann', g: 'x', operation_type: 'remove' }, 3),
    ]
    const usage = foldGrouped(events, { aggregation: 'unique_count_agg' })
    expect(usage.map((one) => one.usage.units.toNumber())).toEqual([0, 1])
    expect(usage.map((one) => one.usage.tally)).toEqual([{ values: ' 1 -1' }, { values: ' 1' }])
  })

  test('cannot be told when two events stand at the same position', () => {
    expect(() => foldGrouped([carrying({ value: 1 }, 1), carrying({ value: 2 }, 1)])).toThrow(
      'two events stand at 1, 1',
    )
  })
})
