import { describe, expect, test } from 'vitest'
import { AGGREGATION_TYPES } from '../../../../src/core/catalog.js'
import { count } from '../../../../src/core/metering/aggregations/count.js'
import { latest } from '../../../../src/core/metering/aggregations/latest.js'
import { max } from '../../../../src/core/metering/aggregations/max.js'
import { AGGREGATIONS, aggregationOf } from '../../../../src/core/metering/aggregations/registry.js'
import { sum } from '../../../../src/core/metering/aggregations/sum.js'
import { uniqueCount } from '../../../../src/core/metering/aggregations/unique_count.js'
import { weightedSum } from '../../../../src/core/metering/aggregations/weighted_sum.js'
import { event, foldAll, inOrder, measure } from '../support.js'

const NOT_NUMBERS = [
  undefined,
  null,
  '',
  ' 1',
  '1\n',
  'word',
  '1e3',
  '+1',
  '.5',
  '5.',
  '1,5',
  '١',
  true,
  [7],
  { a: 1 },
  1e300,
]

describe('count', () => {
  test.each<[unknown[], number, string]>([
    [[], 0, 'no events'],
    [[1, 'x', undefined, null], 4, 'every event counts, whatever it carries'],
  ])('of %j is %d: %s', (values, expected) => {
    expect(measure(count, inOrder(values))).toEqual([String(expected), expected])
  })
})

describe('sum', () => {
  test.each<[unknown[], string, number, string]>([
    [[], '0', 0, 'no events'],
    [[12, '4.5', 0, -2.5, '-1'], '13', 5, 'numbers and numeric text'],
    [[0.1, 0.2], '0.3', 2, 'no binary fractions'],
    [['9007199254740993', '1', '0.000001'], '9007199254740994.000001', 3, 'exact beyond 2^53'],
    [[1e21, 1e-7], '1000000000000000000000.0000001', 2, 'JSON numbers that JavaScript prints with an exponent'],
    [['007', '-0'], '7', 2, 'leading zeros and a negative zero are numbers'],
    [[2, -7], '-5', 2, 'may be negative'],
    [
      ['9'.repeat(64), `0.${'0'.repeat(61)}1`],
      `${'9'.repeat(64)}.${'0'.repeat(61)}1`,
      2,
      'of numbers of extreme sizes',
    ],
    [['1'.repeat(65), 1], '1', 1, 'text of 65 characters is no number'],
    [[...NOT_NUMBERS, 3], '3', 1, 'what is no plain decimal is not seen'],
  ])('of %j is %s over %d events: %s', (values, units, events) => {
    expect(measure(sum, inOrder(values))).toEqual([units, events])
  })
})

describe('max', () => {
  test.each<[unknown[], string, number, string]>([
    [[], '0', 0, 'no events'],
    [['5', 20, '3', '19.99'], '20', 4, 'the highest'],
    [['9', '10'], '10', 2, 'compared as numbers, not as text'],
    [[-5, '-3', -4], '-3', 3, 'of negative numbers only, not 0'],
    [[...NOT_NUMBERS, '2.50'], '2.5', 1, 'what is no plain decimal is not seen'],
    [['9007199254740993', '9007199254740992'], '9007199254740993', 2, 'exact beyond 2^53'],
  ])('of %j is %s over %d events: %s', (values, units, events) => {
    expect(measure(max, inOrder(values))).toEqual([units, events])
  })
})

describe('latest', () => {
  test.each<[unknown[], string, number, string]>([
    [[], '0', 0, 'no events'],
    [[9, '4'], '4', 2, 'the last'],
    [[9, -4], '0', 2, 'below 0 is reported as 0'],
    [[9, ...NOT_NUMBERS], '9', 1, 'what is no plain decimal is not seen'],
  ])('of %j is %s over %d events: %s', (values, units, events) => {
    expect(measure(latest, inOrder(values))).toEqual([units, events])
  })

  test('of events of one moment is the one received last, also when they are folded the other way round', () => {
    const events = [event(9, { at: 5, seq: 1 }), event(4, { at: 5, seq: 2 })]
    expect(measure(latest, events)).toEqual(['4', 2])
    expect(measure(latest, events.toReversed())).toEqual(['4', 2])
  })

  test('is by time of usage, not of reception', () => {
    expect(measure(latest, [event(9, { at: 5, seq: 1 }), event(4, { at: 4, seq: 2 })])).toEqual(['9', 2])
  })

  test('may lie before 1970', () => {
    expect(measure(latest, [event(9, { at: -5, seq: 1 })])).toEqual(['9', 1])
  })
})

describe('unique count', () => {
  test.each<[unknown[], number, string]>([
    [[], 0, 'no events'],
    [['ann', 'bob', 'ann', 'Ann', 7, '7'], 4, 'text is compared as it is, numbers as text'],
    [[7, '7.0', '07'], 3, 'equal numbers of different text are different'],
    [[undefined, null, ''], 0, 'an event without a value is ignored'],
    [[' '], 1, 'a space is a value'],
    [[true, 'true'], 1, 'booleans are text'],
    [[1e21, '1000000000000000000000'], 1, 'no exponent'],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
        { a: 2, b: 1 },
      ],
      2,
      'objects are compared whatever the order of their keys',
    ],
    [
      [
        [1, 2],
        [2, 1],
        ['1', '2'],
      ],
      3,
      'lists are compared in their order',
    ],
    [['__proto__', 'constructor'], 2, 'names that every object inherits are values like others'],
  ])('of %j is %d: %s', (values, expected) => {
    expect(measure(uniqueCount, inOrder(values))).toEqual([String(expected), expected])
  })

  test.each<[[number, unknown][], number, string]>([
    [[[1, 'add']], 1, 'added'],
    [[[1, undefined]], 1, 'adding is the default'],
    [[[1, null]], 1, 'also when it is null'],
    [[[1, 'remove']], 0, 'removing what is absent does nothing'],
    [
      [
        [1, 'add'],
        [2, 'remove'],
      ],
      0,
      'removed',
    ],
    [
      [
        [1, 'add'],
        [2, 'remove'],
        [3, 'add'],
      ],
      1,
      'added again',
    ],
    [
      [
        [1, 'add'],
        [2, 'add'],
        [3, 'remove'],
      ],
      0,
      'a repeated addition is one',
    ],
    [
      [
        [1, 'add'],
        [2, 'remove'],
        [3, 'remove'],
        [4, 'add'],
      ],
      1,
      'a repeated removal is one',
    ],
    [
      [
        [2, 'add'],
        [1, 'remove'],
      ],
      1,
      'a removal that arrives late removed nothing',
    ],
    [
      [
        [2, 'remove'],
        [1, 'add'],
      ],
      0,
      'an addition that arrives late was removed later',
    ],
    [
      [
        [1, 'add'],
        [5, 'add'],
        [3, 'remove'],
      ],
      1,
      'a late removal between two additions',
    ],
    [
      [
        [1, 'add'],
        [1, 'remove'],
      ],
      0,
      'of one moment the last received decides',
    ],
    [
      [
        [1, 'add'],
        [2, 'replace'],
      ],
      1,
      'an unknown operation is ignored',
    ],
    [
      [
        [1, 'REMOVE'],
        [2, ''],
      ],
      0,
      'it does not add either',
    ],
  ])('of one value with operations %j is %d: %s', (operations, expected) => {
    const events = operations.map(([at, operation], seq) => event('seat', { at, seq, operation }))
    expect(measure(uniqueCount, events)).toEqual([String(expected), expected])
  })

  test('takes the field from the event itself, never from what objects inherit', () => {
    const members = new Map()
    expect(uniqueCount.fold({ present: 0 }, event(1), 'toString', members)).toEqual({ present: 0 })
    expect(members.size).toBe(0)
  })
})

describe('registry', () => {
  test('holds each aggregation under its own type', () => {
    for (const [type, aggregation] of Object.entries(AGGREGATIONS)) expect(aggregation.type).toBe(type)
  })

  test.each([
    ['count_agg', false, false, false, true],
    ['sum_agg', true, true, true, true],
    ['max_agg', true, true, false, false],
    ['latest_agg', true, true, false, false],
    ['unique_count_agg', true, false, true, true],
    ['weighted_sum_agg', true, true, true, false],
  ] as const)('%s: needs field %s, numeric %s, recurring %s, in advance %s', (type, ...declared) => {
    const { needsField, numeric, supportsRecurring, supportsPayInAdvance } = AGGREGATIONS[type]
    expect([needsField, numeric, supportsRecurring, supportsPayInAdvance]).toEqual(declared)
  })

  test('only weighted sums weigh by time, and only unique counts keep members', () => {
    const all = Object.values(AGGREGATIONS)
    expect(all.filter(({ weighted }) => weighted)).toEqual([weightedSum])
    expect(all.filter(({ hasMembers }) => hasMembers)).toEqual([uniqueCount])
  })

  test('measures every type of the catalogue', () => {
    for (const type of AGGREGATION_TYPES) expect(aggregationOf(type).type).toBe(type)
  })

  test('gives the units as the total of all that do not end with a level', () => {
    for (const aggregation of Object.values(AGGREGATIONS)) {
      if (aggregation.weighted) continue
      const { units, totalAggregatedUnits } = foldAll(aggregation, inOrder([3, '4.5', 'x']))
      expect(totalAggregatedUnits.eq(units)).toBe(true)
    }
  })

  test('no aggregation that needs a field sees an event when it has none', () => {
    for (const aggregation of Object.values(AGGREGATIONS)) {
      const start = aggregation.start() as never
      const folded = aggregation.fold(start, event(7), null, new Map())
      expect(folded === start).toBe(aggregation.needsField)
    }
  })
})
