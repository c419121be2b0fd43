import { describe, expect, test } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { type ChargeUsage, explainRating } from '../../../src/core/rating/rating_steps.js'

const usage = (units: string, changes: Partial<ChargeUsage> = {}): ChargeUsage => ({
  chargeModel: 'standard',
  properties: { amount: '0.335' },
  aggregate: { units: new Decimal(units), eventsCount: 1, totalAggregatedUnits: new Decimal(units) },
  tally: null,
  roundingFunction: null,
  roundingPrecision: null,
  currency: 'EUR',
  pricingUnit: null,
  ...changes,
})
const UNIT = { pricingUnitId: 'id', code: 'credits', shortName: 'CR', conversionRate: '10' }

describe('the steps of a rating', () => {
  test('tell what was measured, how it was rounded, its price and how that was', () => {
    const steps = explainRating(usage('2.4', { roundingFunction: 'ceil' }))
    expect(steps.exactUnits.toFixed()).toBe('2.4')
    expect(steps.rounding).toEqual({ function: 'ceil', precision: 0 })
    expect(steps.units.toFixed()).toBe('3')
    expect(steps.rating?.amount.toFixed()).toBe('1.005')
    expect(steps.belowZero).toBeNull()
    expect(steps.billing?.conversionRate).toBeNull()
    expect(steps.billing?.currencyAmount.toFixed()).toBe('1.005')
    expect(steps.billing?.amountCents.toFixed()).toBe('101')
  })

  test('tell how a pricing unit was rounded and converted', () => {
    const { rounding, rating, billing } = explainRating(usage('3', { pricingUnit: UNIT }))
    expect(rounding).toBeNull()
    expect(rating?.amount.toFixed()).toBe('1.005')
    expect(billing?.pricingUnit?.amountCents.toFixed()).toBe('101')
    expect(billing?.conversionRate?.toFixed()).toBe('10')
    expect(billing?.currencyAmount.toFixed()).toBe('10.1')
    expect(billing?.amountCents.toFixed()).toBe('1010')
  })

  test('end where usage is below zero', () => {
    const steps = explainRating(usage('-0.6', { roundingFunction: 'round', roundingPrecision: 0 }))
    expect(steps.units.toFixed()).toBe('-1')
    expect([steps.belowZero, steps.rating, steps.billing]).toEqual(['units', null, null])
  })

  test('go on where rounding lifts it to zero', () => {
    const steps = explainRating(usage('-0.4', { roundingFunction: 'round' }))
    expect([steps.belowZero, steps.billing?.amountCents.toFixed()]).toEqual([null, '0'])
  })

  test('keep the price that was below zero', () => {
    const tally = { cents: '-5' }
    const steps = explainRating(usage('1', { chargeModel: 'dynamic', properties: {}, tally }))
    expect([steps.belowZero, steps.rating?.amount.toFixed(), steps.billing]).toEqual(['amount', '-0.05', null])
  })

  test('take what events of a dynamic charge say as hundredths of the pricing unit, where there is one', () => {
    const priced = (changes: Partial<ChargeUsage>) =>
      explainRating(usage('1', { chargeModel: 'dynamic', properties: {}, tally: { cents: '250' }, ...changes })).billing
    expect(priced({ currency: 'JPY' })?.amountCents.toFixed()).toBe('250')
    const converted = priced({ currency: 'JPY', pricingUnit: UNIT })
    expect([converted?.pricingUnit?.amountCents.toFixed(), converted?.amountCents.toFixed()]).toEqual(['250', '25'])
  })
})
