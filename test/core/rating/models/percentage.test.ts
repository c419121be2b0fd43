import { describe, expect, test } from 'vitest'
import { Decimal, type DecimalValue } from '../../../../src/core/money/decimal.js'
import { type PercentageProperties, percentage } from '../../../../src/core/rating/models/percentage.js'
import { codesOf, MONEY_EXPONENT, meteredEvent, parsed, rateEvents } from '../pricing.js'

const ones = (count: number) => Array.from({ length: count }, () => 1)
const cost = (properties: unknown, values: readonly DecimalValue[], aggregation?: 'count_agg' | 'unique_count_agg') =>
  rateEvents(percentage, properties, values, aggregation).amount.toFixed()

const FOUR = [50, 100, 250, 400]
const RATE = { rate: '1.3', fixed_amount: '2' }
const E = (free_units_per_events: number) => ({ free_units_per_events })
const T = (free_units_per_total_aggregation: string) => ({ free_units_per_total_aggregation })

describe('percentage of a sum', () => {
  test.each<[unknown, DecimalValue[], string, string]>([
    [RATE, FOUR, '18.4', '1.3% of 800 + 4 x 2'],
    [{ rate: '2.9' }, FOUR, '23.2', 'only a rate'],
    [{ rate: '0', fixed_amount: '2' }, FOUR, '8', 'only a fixed amount'],
    [{ rate: '2.9' }, [4], '0.116', 'not rounded here'],
    [{ ...RATE, ...E(3) }, FOUR, '7.2', '3 free events: 1.3% of 400 + 2'],
    [{ ...RATE, ...T('250.0') }, FOUR, '11.15', '250 free units: 1.3% of 550 + 2 x 2'],
    [{ ...RATE, ...E(3), ...T('250.0') }, FOUR, '11.15', 'both: the units are used up first'],
    [{ ...RATE, ...E(3), ...T('500.0') }, FOUR, '7.2', 'both: the events are used up first'],
    [{ ...RATE, ...E(5) }, FOUR, '0', 'more free events than there are'],
    [{ ...RATE, ...T('800') }, FOUR, '2', 'a total equal to the free units is free, its event is not'],
    [{ ...RATE, ...T('150') }, FOUR, '14.45', 'so also in the middle: 1.3% of 650 + 3 x 2'],
    [{ ...RATE, ...T('801') }, FOUR, '0', 'all units free'],
    [{ ...RATE, ...T('0') }, FOUR, '18.4', 'no free units are none'],
    [{ ...RATE, ...T('10') }, [50, 100], '5.82', 'a first event above the free units is paid: 1.3% of 140 + 2 x 2'],
    [{ ...RATE, ...E(2), ...T('10') }, [50, 100], '5.82', 'also when events are free'],
    [{ rate: '5', fixed_amount: '1', ...T('3.0') }, [5], '1.1', '5% of 2 + 1'],
    [{ rate: '5', fixed_amount: '1', ...T('3.0') }, [5, 1], '2.15', '5% of 3 + 2 x 1'],
    [RATE, [5, -5], '0', 'no fixed amounts without units'],
    [{ ...RATE, ...E(1) }, [100, -50], '2', 'what is free and taken back is not paid for, its event is'],
    [{ rate: '10', ...E(1) }, [-50, 100], '10', 'what a free event takes back is not given back either'],
    [{ rate: '1', ...T('100') }, [150, -100, 80], '0.3', 'free units that were used up stay used up'],
    [
      { ...RATE, ...T('100') },
      [100, -50, 80],
      '4.39',
      'free units that were just met are not used up: 1.3% of 30 + 2 x 2',
    ],
    [RATE, [], '0', 'no events'],
  ])('%j of %j is %s: %s', (properties, values, expected) => {
    expect(cost(properties, values)).toBe(expected)
  })

  test.each([
    [10, '0', '0'],
    [20, '0', '5.05'],
    [30, '0', '10.15'],
    [40, '5.01', '15.25'],
  ])('after %i units the allowance used up first has ended the free part', (large, ofSmall, ofLarge) => {
    const properties = { rate: '1', fixed_amount: '5', ...E(3), ...T('15.0') }
    expect(cost(properties, ones(large / 10))).toBe(ofSmall)
    expect(
      cost(
        properties,
        ones(large / 10).map((one) => one * 10),
      ),
    ).toBe(ofLarge)
  })

  test('first events are free, the next pays for itself', () => {
    const properties = { rate: '1', fixed_amount: '5', ...E(3) }
    expect(
      [1, 2, 3, 4].map((n) =>
        cost(
          properties,
          ones(n).map(() => 10),
        ),
      ),
    ).toEqual(['0', '0', '0', '5.1'])
  })
})

describe('percentage of a count', () => {
  test.each<[unknown, number, string, string]>([
    [{ rate: '2', fixed_amount: '1' }, 2, '2.04', '2% of 2 + 2 x 1'],
    [{ rate: '50', fixed_amount: '3' }, 2, '7', '50% of 2 + 2 x 3'],
    [{ rate: '50', fixed_amount: '3', ...E(3) }, 2, '0', 'all free'],
    [{ rate: '50', fixed_amount: '3', ...E(3) }, 5, '7', '3 free events'],
    [{ rate: '50', fixed_amount: '3', ...T('3') }, 5, '10', '3 free units, 2 free events'],
    [{ rate: '50', fixed_amount: '3', ...T('2.5') }, 5, '10.25', '2.5 free units, 2 free events'],
    [
      { rate: '50', fixed_amount: '3', ...E(4), ...T('2') },
      5,
      '13.5',
      'both: the smaller one holds, also once events are used up',
    ],
    [{ rate: '50', fixed_amount: '3', ...E(2), ...T('4') }, 5, '10.5', 'both: the smaller one holds'],
    [
      { rate: '50', fixed_amount: '3', ...E(4), ...T('1') },
      3,
      '10',
      'a first event at the end of the free units is paid',
    ],
  ])('%j of %i is %s: %s', (properties, count, expected) => {
    expect(cost(properties, ones(count), 'count_agg')).toBe(expected)
    expect(cost(properties, ones(count), 'unique_count_agg')).toBe(expected)
  })
})

const MIN_MAX = { rate: '2.99', per_transaction_min_amount: '1.75', per_transaction_max_amount: '12' }

describe('percentage with bounds per transaction', () => {
  test.each<[unknown, DecimalValue[], string, string]>([
    [MIN_MAX, [10, 80, 10_000], '16.142', '1.75 + 2.392 + 12'],
    [{ ...MIN_MAX, fixed_amount: '2' }, [10, 80, 10_000], '18.691', '2.299 + 4.392 + 12'],
    [{ ...MIN_MAX, ...E(2) }, [10, 80, 10_000], '12', 'two events are free'],
    [{ ...MIN_MAX, ...T('30') }, [10, 80, 10_000], '13.794', '0 + 60 priced + 12'],
    [{ ...MIN_MAX, ...E(3), ...T('10000') }, [10, 80, 10_000], '2.691', 'free units alone limit: 90 priced'],
    [{ ...MIN_MAX, ...T('90') }, [10, 80], '0', 'an event free to the last unit is not raised to the minimum'],
    [{ ...MIN_MAX, ...T('90') }, [10, 80, 1], '1.75', 'the one after it is'],
    [MIN_MAX, [], '0', 'without events nothing is raised to the minimum'],
    [{ ...MIN_MAX, ...T('0'), ...E(1) }, [10, 10], '1.75', 'no free units are none: events count'],
    [{ rate: '1', per_transaction_max_amount: '3' }, [50, 100, 250, 400], '7', '0.5 + 1 + 2.5 + 3'],
    [{ rate: '1', per_transaction_min_amount: '1', per_transaction_max_amount: '3' }, FOUR, '7.5', '1 + 1 + 2.5 + 3'],
    [
      { rate: '1', fixed_amount: '1', per_transaction_min_amount: '1.75', per_transaction_max_amount: '12' },
      [100, 1000, 10_000, 1],
      '26.75',
      '2 + 11 + 12 + 1.75',
    ],
    [
      { rate: '1', fixed_amount: '0.5', per_transaction_max_amount: '2', per_transaction_min_amount: '1.75' },
      [100, 1000, 10_000],
      '5.75',
      '1.75 + 2 + 2',
    ],
    [{ rate: '0.5', per_transaction_min_amount: '12' }, [4, 20_000], '112', '12 + 100'],
    [{ rate: '5', per_transaction_max_amount: '0' }, [100], '0', 'a maximum of 0 holds'],
  ])('%j of %j is %s: %s', (properties, values, expected) => {
    expect(cost(properties, values)).toBe(expected)
  })

  test.each<[unknown, number, string, string]>([
    [{ rate: '50', per_transaction_min_amount: '2' }, 3, '6', '2 for each'],
    [{ rate: '50', per_transaction_min_amount: '2', ...E(2) }, 3, '2', 'two are free'],
    [
      { rate: '50', fixed_amount: '1', per_transaction_max_amount: '1.2', ...T('1.75') },
      4,
      '3.525',
      '0.25 priced 1.125, then 1.2 twice',
    ],
    [{ rate: '50', per_transaction_min_amount: '2', ...T('9.5') }, 3, '0', 'all free'],
    [{ rate: '50', per_transaction_min_amount: '2' }, 0, '0', 'without events nothing'],
  ])('%j of a count of %i is %s: %s', (properties, count, expected) => {
    expect(cost(properties, ones(count), 'count_agg')).toBe(expected)
  })
})

describe('percentage details', () => {
  test('tell what was free, the rate and the fixed part', () => {
    const rating = rateEvents(percentage, { ...RATE, ...E(3), ...T('250.0') }, FOUR)
    expect(rating.details).toEqual({
      units: '800.0',
      free_units: '250.0',
      paid_units: '550.0',
      free_events: 2,
      paid_events: 2,
      rate: '1.3',
      per_unit_total_amount: '7.15',
      fixed_fee_unit_amount: '2.0',
      fixed_fee_total_amount: '4.0',
      min_max_adjustment_total_amount: '0.0',
    })
    expect(rating.unitAmount.toFixed()).toBe('0.0139375')
  })

  test('tell what bounds took off or added', () => {
    const properties = { rate: '1', per_transaction_min_amount: '1', per_transaction_max_amount: '3' }
    expect(rateEvents(percentage, properties, FOUR).details).toEqual({
      units: '800.0',
      free_units: '0.0',
      paid_units: '800.0',
      free_events: 0,
      paid_events: 4,
      rate: '1.0',
      per_unit_total_amount: '8.0',
      fixed_fee_unit_amount: '0.0',
      fixed_fee_total_amount: '0.0',
      min_max_adjustment_total_amount: '-0.5',
    })
  })

  test('show no fixed amount when no event is paid', () => {
    expect(rateEvents(percentage, { ...RATE, ...E(5) }, FOUR).details).toMatchObject({
      free_units: '800.0',
      paid_units: '0.0',
      free_events: 4,
      paid_events: 0,
      fixed_fee_unit_amount: '0.0',
      fixed_fee_total_amount: '0.0',
    })
  })
})

describe('percentage and the rounding of the metric', () => {
  const rate = (properties: PercentageProperties, units: string, exactUnits: string) => {
    const tally = percentage.tally(properties, 'sum_agg')
    const state = tally?.fold(tally.start(), new Decimal(exactUnits), meteredEvent()) ?? null
    return percentage
      .rate(properties, {
        units: new Decimal(units),
        exactUnits: new Decimal(exactUnits),
        eventsCount: 1,
        tally: state,
        moneyExponent: MONEY_EXPONENT,
      })
      .amount.toFixed()
  }

  test.each<[PercentageProperties, string, string, string, string]>([
    [{ rate: '10' }, '11', '10.4', '1.1', 'rounded units are priced'],
    [{ rate: '10', ...T('10.2') }, '11', '10.4', '0.08', 'exact free units come off them'],
    [{ rate: '10', ...T('10.2') }, '10', '10.4', '0', 'never below nothing'],
    [{ rate: '10', ...T('250') }, '11', '10.4', '0', 'rounding adds nothing to usage that is all free'],
    [{ rate: '10', ...E(1) }, '11', '10.4', '0', 'nor to an event that is'],
  ])('%j of %s units that were %s comes to %s: %s', (properties, units, exactUnits, expected) => {
    expect(rate(properties, units, exactUnits)).toBe(expected)
  })
})

describe('percentage tallies', () => {
  const keyOf = (properties: unknown) => percentage.tally(parsed(percentage, properties), 'sum_agg')?.key

  test('are asked for only where the order of events matters', () => {
    const all = { ...MIN_MAX, ...E(1), ...T('5') }
    expect(keyOf(RATE)).toBeUndefined()
    for (const properties of [{ ...RATE, ...E(1) }, { ...RATE, ...T('5') }, MIN_MAX, all]) {
      expect(keyOf(properties)).toBeDefined()
      expect(percentage.tally(parsed(percentage, properties), 'count_agg')).toBeNull()
      expect(percentage.tally(parsed(percentage, properties), 'unique_count_agg')).toBeNull()
    }
  })

  test('have one key where they fold alike, and different keys where not', () => {
    expect(keyOf({ rate: '1', ...T('250.0') })).toBe(keyOf({ rate: '2', fixed_amount: '9', ...T('2.5e2') }))
    const different: unknown[] = [
      { rate: '1', ...E(1) },
      { rate: '1', ...E(2) },
      { rate: '1', ...T('1') },
      { rate: '1', ...E(1), ...T('1') },
      { rate: '1', per_transaction_min_amount: '1' },
      { rate: '2', per_transaction_min_amount: '1' },
      { rate: '1', per_transaction_max_amount: '1' },
      { rate: '1', per_transaction_min_amount: '1', fixed_amount: '1' },
      { rate: '1', per_transaction_min_amount: '1', ...E(1) },
      { rate: '1', per_transaction_min_amount: '1', ...T('1') },
    ]
    expect(new Set(different.map(keyOf)).size).toBe(different.length)
  })

  test('stop changing once the allowance is used up', () => {
    const tally = percentage.tally(parsed(percentage, { rate: '1', ...E(2) }), 'sum_agg')
    if (tally === null) throw new Error('no tally')
    const event = meteredEvent()
    const used = tally.fold(tally.fold(tally.start(), new Decimal(1), event), new Decimal(2), event)
    expect(tally.fold(used, new Decimal(3), event)).toBe(used)
  })

  test('are missed where they are needed', () => {
    const units = new Decimal(10)
    const usage = { units, exactUnits: units, eventsCount: 2, tally: null, moneyExponent: MONEY_EXPONENT }
    for (const properties of [MIN_MAX, { rate: '1', ...E(1) }]) {
      expect(() => percentage.rate(properties, usage)).toThrow('without their tally')
    }
  })
})

describe('percentage properties', () => {
  const FULL = {
    rate: '2.5',
    fixed_amount: '0.2',
    free_units_per_events: 3,
    free_units_per_total_aggregation: '100.5',
    per_transaction_min_amount: '1',
    per_transaction_max_amount: '1',
  }

  test.each<[unknown, unknown, string]>([
    [{}, { rate: '0' }, 'free without prices'],
    [null, { rate: '0' }, 'free with null'],
    [{ rate: '0.5' }, { rate: '0.5' }, 'nothing but a rate'],
    [{ ...FULL, amount: '5' }, FULL, 'all parts, and no others'],
    [
      Object.fromEntries(Object.keys(FULL).map((key) => [key, key === 'rate' ? '1' : null])),
      { rate: '1' },
      'null is absent',
    ],
  ])('%j are read as %j: %s', (input, expected) => {
    expect(parsed(percentage, input)).toEqual(expected)
  })

  test.each<[unknown, string[], string]>([
    [{ rate: '-5' }, ['invalid_rate'], 'a rate below zero'],
    [{ rate: 5 }, ['invalid_rate'], 'a JSON number'],
    [{ fixed_amount: '5' }, ['invalid_rate'], 'no rate'],
    [{ rate: '5', fixed_amount: 'two' }, ['invalid_fixed_amount'], 'words'],
    [{ rate: '5', fixed_amount: '' }, ['invalid_fixed_amount'], 'the empty text'],
    [{ rate: '5', free_units_per_events: 0 }, ['invalid_free_units_per_events'], 'no free event'],
    [{ rate: '5', free_units_per_events: '3' }, ['invalid_free_units_per_events'], 'text'],
    [{ rate: '5', free_units_per_events: 1.5 }, ['invalid_free_units_per_events'], 'not whole'],
    [{ rate: '5', free_units_per_total_aggregation: 5 }, ['invalid_free_units_per_total_aggregation'], 'a JSON number'],
    [{ rate: '5', per_transaction_min_amount: '-1' }, ['invalid_amount'], 'a minimum below zero'],
    [{ rate: '5', per_transaction_max_amount: 12 }, ['invalid_amount'], 'a JSON number'],
    [
      { rate: '5', per_transaction_min_amount: '10', per_transaction_max_amount: '9' },
      ['per_transaction_max_lower_than_per_transaction_min'],
      'compared as numbers, not as text',
    ],
    [
      { rate: 1, fixed_amount: 1, free_units_per_events: 'x', per_transaction_min_amount: 1 },
      ['invalid_rate', 'invalid_fixed_amount', 'invalid_free_units_per_events', 'invalid_amount'],
      'everything at once',
    ],
  ])('%j are refused with %j: %s', (input, codes) => {
    expect(codesOf(percentage, input)).toEqual(codes)
  })
})
