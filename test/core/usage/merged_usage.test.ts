import { expect, it } from 'vitest'
import { rateCharge } from '../../../src/core/rating/rate_charge.js'
import { mergedUsage } from '../../../src/core/usage/merged_usage.js'
import { decimal } from './builders.js'

const CREDITS = { pricingUnitId: 'unit', code: 'credits', shortName: 'CR', conversionRate: '10' }

const rated = (units: string, pricingUnit: typeof CREDITS | null) =>
  rateCharge({
    chargeModel: 'standard',
    properties: { amount: '0.004' },
    aggregate: { units: decimal(units), totalAggregatedUnits: decimal(units), eventsCount: 2 },
    tally: null,
    roundingFunction: null,
    roundingPrecision: null,
    currency: 'EUR',
    pricingUnit,
  })

it.each<[string, string, typeof CREDITS | null, string, string, string]>([
  ['1', '1', null, '0', '0.008', 'two groups of 0.4 cents stay free together'],
  ['2', '3', null, '2', '0.02', 'two groups of 0.8 and 1.2 cents cost one each'],
  ['2', '3', CREDITS, '20', '0.2', 'each in the unit first'],
])('groups of %s and %s units in %j cost %s cents, %s exactly: %s', (a, b, pricingUnit, cents, precise) => {
  const merged = mergedUsage(rated(a, pricingUnit), rated(b, pricingUnit))
  expect([merged.amountCents, merged.preciseAmount].map(String)).toEqual([cents, precise])
  expect([merged.units, merged.totalAggregatedUnits].map(Number)).toEqual([
    Number(a) + Number(b),
    Number(a) + Number(b),
  ])
  expect(merged.unitAmount.toFixed()).toBe(pricingUnit === null ? '0.004' : '0.04')
  expect([merged.eventsCount, merged.details]).toEqual([4, {}])
  expect(merged.pricingUnit?.amountCents.toFixed()).toBe(pricingUnit === null ? undefined : '2')
})
