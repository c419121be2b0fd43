import { describe, expect, test } from 'vitest'
import type { AggregationType, AppliedPricingUnit, ChargeModelName } from '../../../src/core/catalog.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { rateChargedUsage, rateEvent } from '../../../src/core/rating/advance.js'
import { startLedger } from '../../../src/core/rating/advance_ledger.js'
import { AdvanceRun, advanceCharge, shown } from './advance_support.js'
import { meteredEvent } from './pricing.js'

const range = (from_value: number, to_value: number | null, per_unit_amount: string, flat_amount: string) => ({
  from_value,
  to_value,
  per_unit_amount,
  flat_amount,
})
const TIERS = { graduated_ranges: [range(0, 5, '10', '0'), range(6, null, '5', '0')] }
const FLATS = { graduated_ranges: [range(0, 2, '1', '100'), range(3, 5, '1', '50'), range(6, null, '1', '25')] }
const PERCENTS = {
  graduated_percentage_ranges: [
    { from_value: 0, to_value: 10, rate: '1', flat_amount: '2' },
    { from_value: 11, to_value: null, rate: '2', flat_amount: '3' },
  ],
}
const CREDITS: AppliedPricingUnit = { pricingUnitId: 'id', code: 'credits', shortName: 'CR', conversionRate: '10' }

/** Value of an event, then units and cents of its fee. */
type Row = readonly [value: number | string, units: string, cents: string]

describe('events of a sum in advance', () => {
  test.each<[string, ChargeModelName, unknown, Row[]]>([
    [
      'a falling sum is not given back, a rising one pays above its highest point',
      'standard',
      { amount: '1' },
      [
        [10, '10', '1000'],
        [-4, '0', '0'],
        [8, '4', '400'],
      ],
    ],
    [
      'up to the highest point units are shown and not paid',
      'standard',
      { amount: '5' },
      [
        [10, '10', '5000'],
        [-4, '0', '0'],
        [3, '3', '0'],
        [1, '1', '0'],
        [3, '3', '1500'],
      ],
    ],
    [
      'below zero nothing is paid',
      'standard',
      { amount: '1' },
      [
        [-5, '0', '0'],
        [3, '3', '0'],
        [4, '2', '200'],
      ],
    ],
    [
      'ranges go on where they are',
      'graduated',
      TIERS,
      [
        [4, '4', '4000'],
        [3, '3', '2000'],
      ],
    ],
    ['one event fills several ranges', 'graduated', TIERS, [[7, '7', '6000']]],
    [
      'flat amounts come with the event that enters their range, the first with the first event',
      'graduated',
      FLATS,
      [
        [1, '1', '10100'],
        [1, '1', '100'],
        [1, '1', '5100'],
        [-3, '0', '0'],
        [3, '3', '0'],
        [3, '3', '2800'],
      ],
    ],
    [
      'the first flat amount comes with a first event of nothing too, and once',
      'graduated',
      FLATS,
      [
        [0, '0', '10000'],
        [0, '0', '0'],
        [2, '2', '200'],
      ],
    ],
    [
      'but not with one that the sum does not see, nor one below zero',
      'graduated',
      FLATS,
      [
        ['many', '0', '0'],
        [-2, '0', '0'],
        [3, '1', '10100'],
      ],
    ],
    [
      'ranges of percentages too',
      'graduated_percentage',
      PERCENTS,
      [
        [10, '10', '210'],
        [1, '1', '302'],
      ],
    ],
    [
      'packages are paid by the event that opens them',
      'package',
      { amount: '100', free_units: 3, package_size: 2 },
      [
        [3, '3', '0'],
        [1, '1', '10000'],
        [2, '2', '10000'],
        [1, '1', '0'],
      ],
    ],
    [
      'a first event above the free units pays for the rest of itself',
      'percentage',
      { rate: '5', fixed_amount: '1', free_units_per_total_aggregation: '3.0' },
      [
        [5, '5', '110'],
        [1, '1', '105'],
      ],
    ],
    [
      'an event can be free in part',
      'percentage',
      { rate: '10', fixed_amount: '1', free_units_per_total_aggregation: '3' },
      [
        [2, '2', '0'],
        [2, '2', '110'],
        [1, '1', '110'],
      ],
    ],
    [
      'free events are used up one by one, and not by events that pay nothing',
      'percentage',
      { rate: '50', free_units_per_events: 2 },
      [
        [4, '4', '0'],
        [-4, '0', '0'],
        [4, '4', '0'],
        [4, '4', '0'],
        [4, '4', '200'],
      ],
    ],
    [
      'each event is held between its minimum and its maximum',
      'percentage',
      { rate: '1', fixed_amount: '0.5', per_transaction_min_amount: '1.75', per_transaction_max_amount: '2' },
      [
        [100, '100', '175'],
        [1000, '1000', '200'],
        [10_000, '10000', '200'],
        [-10_000, '0', '0'],
        [5, '5', '0'],
        [0, '0', '0'],
      ],
    ],
    [
      'also far above the minimum',
      'percentage',
      { rate: '0.5', per_transaction_min_amount: '12' },
      [
        [4, '4', '1200'],
        [20_000, '20000', '10000'],
      ],
    ],
    [
      'an event of nothing at the top is raised to the minimum, as in arrears',
      'percentage',
      { rate: '1', per_transaction_min_amount: '2' },
      [
        [100, '100', '200'],
        [0, '0', '200'],
      ],
    ],
    [
      'each difference is rounded by itself, half up',
      'standard',
      { amount: '0.005' },
      [
        ['1', '1', '1'],
        ['1', '1', '1'],
        ['0.9', '0.9', '0'],
      ],
    ],
  ])('%s', (_rule, model, properties, rows) => {
    const run = new AdvanceRun(advanceCharge(model, properties))
    for (const [value, units, cents] of rows) expect([value, ...shown(run.add(value))]).toEqual([value, units, cents])
  })

  test('pay what they bring along, whatever was used, rounded to the cent', () => {
    const run = new AdvanceRun(advanceCharge('dynamic', {}))
    expect(shown(run.add(5, '1234.56'))).toEqual(['5', '1235'])
    expect(shown(run.add(1, '2.1'))).toEqual(['1', '2'])
    expect(shown(run.add(-3, '50'))).toEqual(['0', '50'])
    expect(shown(run.add(1, '7'))).toEqual(['1', '7'])
    expect(shown(run.add(1))).toEqual(['1', '0'])
    expect(shown(run.add(1, '-100'))).toEqual(['1', '0'])
    expect(shown(run.add(0, '3'))).toEqual(['0', '3'])
    expect(shown(run.add('none', '500'))).toEqual(['0', '0'])
    expect(run.current().preciseAmount.toFixed()).toBe('12.9666')
  })
})

describe('events of counts in advance', () => {
  test('of a count pay one unit each', () => {
    const ranges = { graduated_ranges: [range(0, 2, '0', '0'), range(3, null, '2', '0')] }
    const run = new AdvanceRun(advanceCharge('graduated', ranges, 'count_agg'))
    expect([1, 2, 3, 4].map(() => shown(run.send({})))).toEqual([
      ['1', '0'],
      ['1', '0'],
      ['1', '200'],
      ['1', '200'],
    ])
  })

  test('of a unique count pay when there are more values than ever', () => {
    const run = new AdvanceRun(advanceCharge('standard', { amount: '10' }, 'unique_count_agg'))
    const remove = (value: string) => shown(run.send({ value, operation_type: 'remove' }))
    expect(remove('ann')).toEqual(['0', '0'])
    expect(shown(run.add('ann'))).toEqual(['1', '1000'])
    expect(shown(run.add('ann'))).toEqual(['0', '0'])
    expect(shown(run.add('bob'))).toEqual(['1', '1000'])
    expect(remove('ann')).toEqual(['0', '0'])
    expect(remove('ann')).toEqual(['0', '0'])
    expect(shown(run.add('ann'))).toEqual(['1', '0'])
    expect(remove('bob')).toEqual(['0', '0'])
    expect(shown(run.add('cid'))).toEqual(['1', '0'])
    expect(shown(run.add('dan'))).toEqual(['1', '1000'])
    expect(shown(run.current())).toEqual(['3', '3000'])
  })

  test.each<AggregationType>(['count_agg', 'unique_count_agg'])('of a %s use up what is free', (aggregation) => {
    const percentage = { rate: '50', fixed_amount: '3', free_units_per_events: 2 }
    const run = new AdvanceRun(advanceCharge('percentage', percentage, aggregation))
    const cents = [1, 2, 3, 4].map((value) => run.add(value).amountCents.toNumber())
    expect(cents).toEqual([0, 0, 350, 350])
  })
})

describe('a fee in advance', () => {
  const PERCENTAGE = { rate: '10', fixed_amount: '2', free_units_per_total_aggregation: '3' }

  test('is of one event, and tells the price of one unit', () => {
    const fee = new AdvanceRun(advanceCharge('graduated', TIERS)).add(8)
    expect([fee.eventsCount, fee.unitAmount.toFixed(), fee.totalAggregatedUnits.toFixed()]).toEqual([1, '8.125', '8'])
    expect(fee.details).toEqual({})
  })

  test('of a percentage details this event alone', () => {
    const run = new AdvanceRun(advanceCharge('percentage', PERCENTAGE))
    run.add(1)
    expect(run.add(4).details).toEqual({
      units: '4.0',
      free_units: '2.0',
      paid_units: '2.0',
      free_events: 0,
      paid_events: 1,
      rate: '10.0',
      per_unit_total_amount: '0.2',
      fixed_fee_unit_amount: '2.0',
      fixed_fee_total_amount: '2.0',
      min_max_adjustment_total_amount: '0.0',
    })
    const nothing = { units: '0.0', paid_units: '0.0', paid_events: 0, fixed_fee_unit_amount: '0.0', rate: '10.0' }
    expect(run.add(-1).details).toMatchObject(nothing)
  })

  test('of a percentage details what its bounds added', () => {
    const bounded = { rate: '10', per_transaction_min_amount: '5' }
    const run = new AdvanceRun(advanceCharge('percentage', bounded))
    run.add(100)
    expect(run.add(20).details).toMatchObject({
      units: '20.0',
      per_unit_total_amount: '2.0',
      min_max_adjustment_total_amount: '3.0',
    })
  })

  test('in a pricing unit is rounded to its hundredths, then converted and rounded to the currency', () => {
    const standard = { ...advanceCharge('standard', { amount: '1.005' }), pricingUnit: CREDITS }
    const fee = new AdvanceRun(standard).add(1)
    expect(fee.pricingUnit?.amountCents.toFixed()).toBe('101')
    expect([fee.amountCents.toFixed(), fee.preciseAmount.toFixed()]).toEqual(['1010', '10.05'])
  })

  test('of a dynamic charge in a pricing unit takes the price of the event as hundredths of it', () => {
    const fee = new AdvanceRun({ ...advanceCharge('dynamic', {}), currency: 'JPY', pricingUnit: CREDITS }).add(1, '150')
    expect([fee.pricingUnit?.amountCents.toFixed(), fee.amountCents.toFixed()]).toEqual(['150', '15'])
  })
})

describe('usage that was there before', () => {
  const seats = (names: readonly string[]) => names.map((value) => ({ value }))

  test('carried into the period was paid, so that a place that is freed and taken again costs nothing', () => {
    const charge = advanceCharge('standard', { amount: '10' }, 'unique_count_agg')
    const run = new AdvanceRun(charge, { carried: seats(['ann', 'bob']) })
    expect(shown(run.current())).toEqual(['2', '2000'])
    expect(shown(run.send({ value: 'ann', operation_type: 'remove' }))).toEqual(['0', '0'])
    expect(shown(run.add('cid'))).toEqual(['1', '0'])
    expect(shown(run.add('dan'))).toEqual(['1', '1000'])
    expect(shown(run.current())).toEqual(['3', '3000'])
  })

  test('carried keeps its place in the ranges and its share of what is free', () => {
    const graduated = new AdvanceRun(advanceCharge('graduated', TIERS), { carried: [{ value: 4 }] })
    expect(shown(graduated.add(3))).toEqual(['3', '2000'])
    const free = advanceCharge('percentage', { rate: '10', free_units_per_events: 2 })
    const percentage = new AdvanceRun(free, { carried: [{ value: 10 }] })
    expect([percentage.add(10), percentage.add(10)].map(shown)).toEqual([
      ['10', '0'],
      ['10', '100'],
    ])
  })

  test('carried below zero was not paid, and nothing is until usage is above zero', () => {
    const run = new AdvanceRun(advanceCharge('graduated', FLATS), { carried: [{ value: -3 }] })
    expect(shown(run.current())).toEqual(['0', '0'])
    expect(shown(run.add(4))).toEqual(['1', '10100'])
  })

  test('without a fee of its own is paid by no other event', () => {
    const standard = new AdvanceRun(advanceCharge('standard', { amount: '1' }), { unpriced: [{ value: 5 }] })
    expect(shown(standard.add(2))).toEqual(['2', '200'])
    expect(shown(standard.current())).toEqual(['7', '200'])
    const count = { rate: '50', free_units_per_events: 1 }
    const unique = new AdvanceRun(advanceCharge('percentage', count, 'unique_count_agg'), { unpriced: seats(['ann']) })
    expect(shown(unique.add('bob'))).toEqual(['1', '50'])
  })
})

describe('terms that change within the period', () => {
  test('price the events that follow, and leave what was charged', () => {
    const run = new AdvanceRun(advanceCharge('standard', { amount: '1' }))
    run.add(5)
    run.charge = advanceCharge('standard', { amount: '3' })
    expect(shown(run.add(2))).toEqual(['2', '600'])
    expect(run.current().amountCents.toFixed()).toBe('1100')
  })

  test('begin free allowances anew, whatever kind they were', () => {
    const run = new AdvanceRun(advanceCharge('percentage', { rate: '10', free_units_per_events: 1 }))
    expect([run.add(10), run.add(10)].map(shown)).toEqual([
      ['10', '0'],
      ['10', '100'],
    ])
    run.charge = advanceCharge('percentage', { rate: '10', free_units_per_events: 1, per_transaction_min_amount: '5' })
    expect([run.add(10), run.add(10)].map(shown)).toEqual([
      ['10', '0'],
      ['10', '500'],
    ])
  })
})

describe('current usage in advance', () => {
  test('shows the units that are there, and the amount of the highest point', () => {
    const run = new AdvanceRun(advanceCharge('standard', { amount: '5' }))
    const after = (value: number) => {
      run.add(value)
      return shown(run.current())
    }
    expect([10, -4, 3, 4].map(after)).toEqual([
      ['10', '5000'],
      ['6', '5000'],
      ['9', '5000'],
      ['13', '6500'],
    ])
  })

  test('is nothing before the first event, and never shows units below zero', () => {
    const run = new AdvanceRun(advanceCharge('graduated', FLATS))
    expect(shown(run.current())).toEqual(['0', '0'])
    run.add(-3)
    expect([...shown(run.current()), run.current().totalAggregatedUnits.toFixed()]).toEqual(['0', '0', '0'])
  })

  test('rounds the amount as a whole, and the units as the metric does', () => {
    const charge = advanceCharge('standard', { amount: '0.004' })
    const run = new AdvanceRun(charge)
    for (let i = 0; i < 4; i++) expect(run.add(1).amountCents.toFixed()).toBe('0')
    expect(run.current().amountCents.toFixed()).toBe('2')
    const units = new Decimal('4.2')
    const now = { units, eventsCount: 4, totalAggregatedUnits: units }
    const ceil = { roundingFunction: 'ceil', roundingPrecision: null } as const
    const usage = rateChargedUsage(charge, ceil, startLedger(charge, null), now)
    expect([usage.units.toFixed(), usage.totalAggregatedUnits.toFixed(), usage.eventsCount]).toEqual(['5', '5', 4])
  })
})

describe('the ledger', () => {
  test('is the very same where an event charges nothing', () => {
    const charge = advanceCharge('standard', { amount: '1' })
    const run = new AdvanceRun(charge)
    run.add(5)
    const { ledger } = run
    expect(ledger).toEqual({ units: '5', eventsCount: 1, tally: null, amount: '5' })
    const usage = (units: number, eventsCount: number) => ({ units: new Decimal(units), eventsCount, tally: null })
    const step = { event: meteredEvent(), share: null, before: usage(5, 1), after: usage(3, 2) }
    expect(rateEvent(charge, ledger, step).ledger).toBe(ledger)
  })
})
