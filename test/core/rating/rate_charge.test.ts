import { describe, expect, test } from 'vitest'
import type { AppliedPricingUnit, ChargeModelName, RoundingFunction } from '../../../src/core/catalog.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { rateCharge } from '../../../src/core/rating/rate_charge.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'
import { meteredEvent } from './pricing.js'

const standard = (amount: string) => ({ amount })
const flat = { graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '100' }] }

interface Options {
  readonly eventsCount?: number
  readonly rounding?: readonly [RoundingFunction, number | null]
  readonly currency?: string
  readonly pricingUnit?: AppliedPricingUnit
  /** What a weighted sum ends with; otherwise the units. */
  readonly level?: string
}

function rated(
  chargeModel: ChargeModelName,
  properties: Record<string, unknown>,
  units: string,
  options: Options = {},
) {
  const { eventsCount = 1, rounding = [null, null], currency = 'EUR', pricingUnit = null, level = units } = options
  return rateCharge({
    chargeModel,
    properties,
    aggregate: { units: new Decimal(units), eventsCount, totalAggregatedUnits: new Decimal(level) },
    tally: null,
    roundingFunction: rounding[0],
    roundingPrecision: rounding[1],
    currency,
    pricingUnit,
  })
}

const credits = (conversionRate: string): AppliedPricingUnit => ({
  pricingUnitId: 'credits-id',
  code: 'credits',
  shortName: 'CR',
  conversionRate,
})

describe('a fee', () => {
  test.each([
    ['0.335', '3', 'EUR', '101', '1.005', 'half a cent rounds up'],
    ['0.0049', '3', 'EUR', '1', '0.0147', 'rounds down'],
    ['0.005', '3', 'EUR', '2', '0.015', 'rounds up'],
    ['0.1666', '3', 'EUR', '50', '0.4998', 'rounds up'],
    ['1.00499999', '3', 'EUR', '301', '3.01499997', 'is rounded once'],
    ['12.5', '3', 'JPY', '38', '37.5', 'in whole yen'],
    ['0.0125', '1', 'BHD', '13', '0.0125', 'in thousandths of a dinar'],
    ['0.004', '1', 'EUR', '0', '0.004', 'of less than half a cent costs nothing'],
    ['999999999999999999', '1000', 'EUR', '99999999999999999900000', '999999999999999999000', 'is exact beyond 2^53'],
  ])(
    'of %s each for %s units in %s costs %s minor units, exactly %s: it %s',
    (price, units, currency, cents, precise) => {
      const usage = rated('standard', standard(price), units, { currency })
      expect(usage.amountCents.toFixed()).toBe(cents)
      expect(usage.preciseAmount.toFixed()).toBe(precise)
    },
  )

  test('is rounded by itself: four groups of 0.4 cents cost nothing, together they cost 2', () => {
    const groups = Array.from({ length: 4 }, () => rated('standard', standard('0.004'), '1').amountCents.toNumber())
    expect(groups.reduce((sum, cents) => sum + cents, 0)).toBe(0)
    expect(rated('standard', standard('0.004'), '4').amountCents.toNumber()).toBe(2)
  })

  test('prices the units that the metric rounds to, once', () => {
    const usage = rated('standard', standard('10'), '1.2', { rounding: ['ceil', null] })
    expect([usage.units.toFixed(), usage.amountCents.toFixed()]).toEqual(['2', '2000'])
    const hundreds = rated('standard', standard('1'), '123.456', { rounding: ['ceil', -2] })
    expect([hundreds.units.toFixed(), hundreds.amountCents.toFixed()]).toEqual(['200', '20000'])
  })

  test('keeps the price of one unit to 15 decimals, half up', () => {
    const ranges = [{ from_value: 0, to_value: null, per_unit_amount: '0', flat_amount: '2' }]
    expect(rated('volume', { volume_ranges: ranges }, '3').unitAmount.toFixed()).toBe('0.666666666666667')
    expect(rated('volume', { volume_ranges: ranges }, '0').unitAmount.toFixed()).toBe('0')
  })

  test('of a flat amount is due without usage', () => {
    const usage = rated('graduated', flat, '0', { eventsCount: 0 })
    expect([usage.units.toFixed(), usage.amountCents.toFixed(), usage.eventsCount]).toEqual(['0', '10000', 0])
  })

  test.each([
    ['standard', standard('10')],
    ['graduated', flat],
    ['package', { amount: '1', package_size: 1, free_units: 0 }],
    ['percentage', { rate: '1', fixed_amount: '5' }],
  ] as const)('of usage below zero is nothing by any model (%s), and keeps its events', (model, properties) => {
    const usage = rated(model, properties, '-5', { eventsCount: 3 })
    expect(usage.units.toFixed()).toBe('0')
    expect(usage.amountCents.toFixed()).toBe('0')
    expect(usage.preciseAmount.toFixed()).toBe('0')
    expect(usage.unitAmount.toFixed()).toBe('0')
    expect(usage.eventsCount).toBe(3)
    expect(usage.details).toEqual({})
  })

  test('below zero is nothing, and its units are too', () => {
    const properties = { rate: '1', free_units_per_events: 1, per_transaction_max_amount: '5' }
    const tally = chargeModelOf('percentage').tally(properties, 'sum_agg')
    if (!tally) throw new Error('no tally')
    const state = [100, -50].reduce(
      (folded, value) => tally.fold(folded, new Decimal(value), meteredEvent()),
      tally.start(),
    )
    const usage = rateCharge({
      chargeModel: 'percentage',
      properties,
      aggregate: { units: new Decimal(50), eventsCount: 2, totalAggregatedUnits: new Decimal(50) },
      tally: state,
      roundingFunction: null,
      roundingPrecision: null,
      currency: 'EUR',
      pricingUnit: null,
    })
    expect([usage.units.toFixed(), usage.amountCents.toFixed(), usage.eventsCount]).toEqual(['0', '0', 2])
  })

  test('shows the level that a weighted sum ends with, and of all others the units, as they are rounded', () => {
    const level = (units: string, options: Options) =>
      rated('standard', standard('1'), units, options).totalAggregatedUnits.toFixed()
    expect(level('2177.4', { level: '2500' })).toBe('2500')
    expect(level('0.25', { level: '-3' })).toBe('0')
    expect(level('1.2', { rounding: ['ceil', 0] })).toBe('2')
    expect(level('-1', {})).toBe('0')
  })
})

describe('a fee of a charge in a pricing unit', () => {
  const priced = (price: string, rate: string, options: Options = {}) =>
    rated('standard', standard(price), '1', { ...options, pricingUnit: credits(rate) })

  test.each([
    ['1.005', '10', 'EUR', '101', '1010', 'is rounded to hundredths of the unit, then converted'],
    ['1.0049', '10', 'EUR', '100', '1000', 'rounds down'],
    ['0.004', '1000', 'EUR', '0', '0', 'of less than half a hundredth is nothing, whatever it is worth'],
    ['1', '0.335', 'EUR', '100', '34', 'is rounded again to the currency, half up'],
    ['0.335', '1', 'EUR', '34', '34', 'at par'],
    ['1.5', '1', 'JPY', '150', '2', 'keeps hundredths of the unit where the currency has none'],
    ['0.015', '0.1', 'BHD', '2', '2', 'in a currency of three decimals'],
  ])('of %s at %s in %s is %s hundredths and %s minor units: it %s', (price, rate, currency, inUnit, cents) => {
    const usage = priced(price, rate, { currency })
    expect(usage.pricingUnit?.amountCents.toFixed()).toBe(inUnit)
    expect(usage.amountCents.toFixed()).toBe(cents)
  })

  test('keeps the unrounded amount in the unit and, converted, in the currency', () => {
    const usage = rated('standard', standard('1.005'), '3', { pricingUnit: credits('0.5') })
    expect([usage.pricingUnit?.preciseAmount.toFixed(), usage.preciseAmount.toFixed()]).toEqual(['3.015', '1.5075'])
    expect([usage.pricingUnit?.unitAmount.toFixed(), usage.unitAmount.toFixed()]).toEqual(['1.005', '0.5025'])
  })

  test('of usage below zero is nothing in both', () => {
    const usage = rated('standard', standard('1'), '-3', { pricingUnit: credits('2') })
    expect([usage.pricingUnit?.amountCents.toFixed(), usage.amountCents.toFixed()]).toEqual(['0', '0'])
  })

  test('is null in the currency', () => {
    expect(rated('standard', standard('1'), '1').pricingUnit).toBeNull()
  })
})
