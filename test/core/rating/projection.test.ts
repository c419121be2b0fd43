import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AppliedPricingUnit, ChargeModelName } from '../../../src/core/catalog.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { type PeriodProgress, type ProjectedCharge, projectUsage } from '../../../src/core/rating/projection.js'
import { rateCharge } from '../../../src/core/rating/rate_charge.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'
import { parsed } from './pricing.js'

interface Options extends Partial<ProjectedCharge['metric']> {
  readonly pricingUnit?: AppliedPricingUnit
  readonly cents?: string
}

/** Units and cents of usage on a day, projected to the whole period. */
function projected(
  chargeModel: ChargeModelName,
  input: unknown,
  units: string,
  progress: PeriodProgress,
  options: Options = {},
) {
  const { aggregationType = 'sum_agg', recurring = false, pricingUnit = null, cents } = options
  const properties = parsed(chargeModelOf(chargeModel), input)
  const exact = new Decimal(units)
  const usage = rateCharge({
    chargeModel,
    properties,
    aggregate: { units: exact, eventsCount: exact.toNumber(), totalAggregatedUnits: exact },
    tally: cents === undefined ? null : { cents },
    roundingFunction: null,
    roundingPrecision: null,
    currency: 'EUR',
    pricingUnit,
  })
  const charge = { chargeModel, properties, metric: { aggregationType, recurring }, currency: 'EUR', pricingUnit }
  return projectUsage(charge, usage, progress)
}

const shown = (...[model, input, units, progress, options]: Parameters<typeof projected>) => {
  const usage = projected(model, input, units, progress, options)
  return [usage.units.toFixed(), usage.amountCents.toFixed()]
}
const day = (daysBegun: number, days: number): PeriodProgress => ({ daysBegun, days })
const HALF = day(15, 30)

const range = (from_value: number, to_value: number | null, per_unit_amount: string, flat_amount: string) => ({
  from_value,
  to_value,
  per_unit_amount,
  flat_amount,
})
const GRADUATED = { graduated_ranges: [range(0, 5, '10', '100'), range(6, null, '5', '50')] }
const VOLUME = { volume_ranges: [range(0, 10, '5', '100'), range(11, null, '2', '50')] }
const PERCENTS = { graduated_percentage_ranges: [{ from_value: 0, to_value: null, rate: '50', flat_amount: '1' }] }
const CREDITS = { pricingUnitId: 'id', code: 'credits', shortName: 'CR', conversionRate: '10' }

describe('projected usage', () => {
  test.each<[ChargeModelName, unknown, string, PeriodProgress, string, string, string]>([
    ['standard', { amount: '10' }, '8', HALF, '16', '16000', 'units are priced'],
    ['standard', { amount: '10' }, '3', day(3, 31), '31', '31000', 'the third day of 31'],
    ['standard', { amount: '20' }, '1', day(3, 31), '10.33', '20660', 'units are rounded to hundredths first'],
    ['standard', { amount: '1' }, '0.125', day(30, 30), '0.13', '13', 'half up, on the last day too'],
    ['graduated', GRADUATED, '8', HALF, '16', '25500', '150 + 11 x 5 + 50'],
    ['graduated', GRADUATED, '0', HALF, '0', '10000', 'a flat amount stays one'],
    ['volume', VOLUME, '8', HALF, '16', '8200', '16 x 2 + 50'],
    ['package', { amount: '100', package_size: 10, free_units: 0 }, '8', HALF, '16', '20000', 'two packages'],
    ['percentage', { rate: '50' }, '8', HALF, '16', '800', 'the amount is scaled'],
    ['percentage', { rate: '1', fixed_amount: '0.01' }, '1', day(3, 31), '10.33', '21', 'not that of rounded units'],
    ['graduated_percentage', PERCENTS, '8', HALF, '16', '1000', 'the amount with its flat part'],
  ])('%s of %j at %s units on %j: %s units, %s cents: %s', (model, input, units, progress, expected, cents) => {
    expect(shown(model, input, units, progress)).toEqual([expected, cents])
  })

  test('of dynamic prices scales the amount', () => {
    expect(shown('dynamic', {}, '3', day(3, 31), { cents: '100.05' })).toEqual(['31', '1034'])
  })

  test('below zero stays nothing, without a flat amount', () => {
    expect(shown('graduated', GRADUATED, '-8', HALF)).toEqual(['0', '0'])
  })

  test.each<[Options, string]>([
    [{ recurring: true }, 'recurring'],
    [{ aggregationType: 'weighted_sum_agg' }, 'a weighted sum, which counts the rest of the period already'],
  ])('stands as it is where the metric is so: %j (%s)', (metric) => {
    expect(shown('standard', { amount: '10' }, '2.125', HALF, metric)).toEqual(['2.125', '2125'])
    expect(shown('percentage', { rate: '50' }, '8', HALF, metric)).toEqual(['8', '400'])
  })

  test('is rounded in the pricing unit first, whether units are priced or the amount is scaled', () => {
    const inUnit = (model: ChargeModelName, properties: unknown, units: string) => {
      const usage = projected(model, properties, units, HALF, { pricingUnit: CREDITS })
      return [usage.pricingUnit?.amountCents.toFixed(), usage.amountCents.toFixed(), usage.preciseAmount.toFixed()]
    }
    expect(inUnit('standard', { amount: '0.5025' }, '1')).toEqual(['101', '1010', '10.05'])
    expect(inUnit('percentage', { rate: '0.25125' }, '200')).toEqual(['101', '1010', '10.05'])
  })

  test('equals the same in whole numbers', () => {
    const progress = fc
      .integer({ min: 1, max: 366 })
      .chain((days) => fc.integer({ min: 1, max: days }).map((daysBegun) => ({ daysBegun, days })))
    fc.assert(
      fc.property(progress, fc.nat(5_000), fc.nat(500), ({ daysBegun, days }, hundredths, price) => {
        const halfUp = (numerator: number, denominator: number) =>
          Math.floor((2 * numerator + denominator) / (2 * denominator))
        const units = halfUp(hundredths * days, daysBegun)
        const text = `${hundredths}e-2`
        const standard = projected('standard', { amount: `${price}e-2` }, text, { daysBegun, days })
        expect(standard.units.times(100).toNumber()).toBe(units)
        expect(standard.amountCents.toNumber()).toBe(halfUp(units * price, 100))
        const percentage = projected('percentage', { rate: `${price}` }, text, { daysBegun, days })
        expect(percentage.amountCents.toNumber()).toBe(halfUp(hundredths * price * days, 100 * daysBegun))
      }),
      { numRuns: 1_000 },
    )
  })
})
