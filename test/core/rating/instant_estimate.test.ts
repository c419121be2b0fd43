import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregationType, ChargeModelName } from '../../../src/core/catalog.js'
import {
  canEstimateInstantly,
  estimateInstantly,
  type InstantCharge,
} from '../../../src/core/rating/instant_estimate.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'
import { shown } from './advance_support.js'
import { meteredEvent, parsed } from './pricing.js'

interface Options extends Partial<Pick<InstantCharge, 'currency' | 'pricingUnit'>> {
  readonly aggregationType?: AggregationType
  readonly rounding?: InstantCharge['metric']['roundingFunction']
}

function estimated(chargeModel: ChargeModelName, properties: unknown, sent: object, options: Options = {}) {
  const { aggregationType = 'sum_agg', rounding = null, currency = 'EUR', pricingUnit = null } = options
  const charge: InstantCharge = {
    chargeModel,
    properties: parsed(chargeModelOf(chargeModel), properties),
    metric: {
      aggregationType,
      fieldName: aggregationType === 'count_agg' ? null : 'value',
      roundingFunction: rounding,
      roundingPrecision: null,
    },
    currency,
    pricingUnit,
  }
  return estimateInstantly(charge, meteredEvent({ ...sent }))
}

const STANDARD = { amount: '10' }
const BOUNDED = { rate: '1', fixed_amount: '0.5', per_transaction_min_amount: '1.75', per_transaction_max_amount: '2' }

describe('the price of one event by itself', () => {
  test.each<[ChargeModelName, unknown, object, string, string, string]>([
    ['standard', STANDARD, { value: 3 }, '3', '3000', 'units times the price'],
    ['standard', STANDARD, { value: '0.0335' }, '0.0335', '34', 'rounded half up'],
    ['standard', STANDARD, {}, '0', '0', 'no property: no units'],
    ['standard', STANDARD, { value: 'many' }, '0', '0', 'no number: no units'],
    ['standard', STANDARD, { value: -3 }, '0', '0', 'nothing below zero'],
    ['percentage', { rate: '0.1' }, { value: 400 }, '400', '40', 'the rate'],
    ['percentage', { rate: '0.1', free_units_per_events: 5 }, { value: 400 }, '400', '40', 'nothing is free'],
    [
      'percentage',
      { rate: '1', free_units_per_total_aggregation: '900' },
      { value: 400 },
      '400',
      '400',
      'nor any unit',
    ],
    ['percentage', { rate: '1', fixed_amount: '2' }, { value: 50 }, '50', '250', 'the fixed amount'],
    ['percentage', { rate: '1', fixed_amount: '2' }, { value: 0.1 }, '0.1', '200', 'a JSON number with a fraction'],
    ['percentage', { rate: '1', fixed_amount: '2' }, {}, '0', '200', 'also with no units'],
    ['percentage', { rate: '1', fixed_amount: '2' }, { value: -1 }, '0', '0', 'but not below zero'],
    ['percentage', BOUNDED, { value: 100 }, '100', '175', 'raised to the minimum'],
    ['percentage', BOUNDED, { value: 140 }, '140', '190', 'between both'],
    ['percentage', BOUNDED, { value: 1000 }, '1000', '200', 'held to the maximum'],
  ])('%s of %j for %j is %s units and %s cents: %s', (model, properties, sent, units, cents) => {
    expect(shown(estimated(model, properties, sent))).toEqual([units, cents])
  })

  test('is of one unit where the metric has no property, and of one value', () => {
    expect(shown(estimated('standard', STANDARD, {}, { aggregationType: 'count_agg' }))).toEqual(['1', '1000'])
    const unique = (sent: object) =>
      shown(estimated('standard', STANDARD, sent, { aggregationType: 'unique_count_agg' }))
    expect(unique({ value: 'ann' })).toEqual(['1', '1000'])
    expect(unique({ value: 7 })).toEqual(['1', '1000'])
    expect(unique({ value: 'ann', operation_type: 'remove' })).toEqual(['0', '0'])
    expect(unique({})).toEqual(['0', '0'])
  })

  test('is of units as the metric rounds them', () => {
    expect(shown(estimated('standard', STANDARD, { value: 1.2 }, { rounding: 'ceil' }))).toEqual(['2', '2000'])
  })

  test('is of one event, tells its price by unit and no details', () => {
    const fee = estimated('percentage', { rate: '1', fixed_amount: '2' }, { value: 50 })
    expect([fee.eventsCount, fee.unitAmount.toFixed(), fee.totalAggregatedUnits.toFixed()]).toEqual([1, '0.05', '50'])
    expect(fee.details).toEqual({})
  })

  test('is rounded in the pricing unit first', () => {
    const pricingUnit = { pricingUnitId: 'id', code: 'credits', shortName: 'CR', conversionRate: '10' }
    const fee = estimated('standard', { amount: '1.005' }, { value: 1 }, { pricingUnit })
    expect([fee.pricingUnit?.amountCents.toFixed(), fee.amountCents.toFixed()]).toEqual(['101', '1010'])
  })

  test('equals the bounds held around rate and fixed amount, in whole numbers', () => {
    const terms = fc.record({ rate: fc.nat(20), fixed: fc.nat(300), min: fc.nat(200), more: fc.nat(200) })
    fc.assert(
      fc.property(terms, fc.integer({ min: -100, max: 3_000 }), ({ rate, fixed, min, more }, value) => {
        const properties = {
          rate: `${rate}`,
          fixed_amount: `${fixed}e-2`,
          per_transaction_min_amount: `${min}e-2`,
          per_transaction_max_amount: `${min + more}e-2`,
        }
        // A percent of a whole unit is a hundredth.
        const held = Math.min(Math.max(value * rate + fixed, min), min + more)
        expect(estimated('percentage', properties, { value }).amountCents.toNumber()).toBe(value < 0 ? 0 : held)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is not asked of other models', () => {
    expect(canEstimateInstantly('standard')).toBe(true)
    expect(canEstimateInstantly('percentage')).toBe(true)
    expect(canEstimateInstantly('package')).toBe(false)
    expect(() => estimated('package', {}, { value: 1 })).toThrow('package')
  })
})
