import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoundingFunction } from '../../../src/core/catalog.js'
import { roundAggregate, roundToPlaces } from '../../../src/core/metering/metric_rounding.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { plainDecimal } from './support.js'

test.each<[string, RoundingFunction | null, number | null, string, string]>([
  ['1.2', null, null, '1.2', 'without a function nothing is rounded'],
  ['1.25', null, 1, '1.25', 'whatever the precision'],
  ['1.2', 'round', null, '1', 'the default precision is 0'],
  ['2.5', 'round', 0, '3', 'a tie goes up'],
  ['-2.5', 'round', 0, '-3', 'away from zero'],
  ['1.005', 'round', 2, '1.01', 'decimal, not binary'],
  ['1.0000000001', 'ceil', 0, '2', 'ceil goes up'],
  ['-1.9', 'ceil', 0, '-1', 'towards +infinity'],
  ['1.9', 'floor', 0, '1', 'floor goes down'],
  ['-1.1', 'floor', 0, '-2', 'towards -infinity'],
  ['123.456', 'ceil', -2, '200', 'negative precision rounds to hundreds'],
  ['123.456', 'floor', -2, '100', 'negative precision, down'],
  ['150', 'round', -2, '200', 'negative precision, a tie'],
  ['-150', 'round', -2, '-200', 'negative precision, a tie below zero'],
  ['49', 'round', -2, '0', 'below half of the unit'],
  ['0.01', 'ceil', -3, '1000', 'a unit far above the number'],
  ['0', 'ceil', -3, '0', 'zero stays zero'],
  ['1.5', 'round', 64, '1.5', 'more places than there are'],
  [`1${'0'.repeat(120)}6`, 'round', -1, `1${'0'.repeat(119)}10`, 'exact beyond the digits that are computed with'],
])('%s with %s, precision %s is %s: %s', (units, roundingFunction, roundingPrecision, expected) => {
  expect(roundAggregate(new Decimal(units), { roundingFunction, roundingPrecision }).toFixed()).toBe(expected)
})

describe('rounding to any number of places', () => {
  const input = fc.record({ value: plainDecimal, places: fc.integer({ min: -64, max: 64 }) })
  const wide = Decimal.clone({ precision: 300 })

  test.each<[RoundingFunction, (error: Decimal, unit: Decimal) => boolean]>([
    ['round', (error, unit) => error.abs().times(2).lte(unit)],
    ['ceil', (error, unit) => error.gte(0) && error.lt(unit)],
    ['floor', (error, unit) => error.lte(0) && error.neg().lt(unit)],
  ])('%s gives a multiple of the unit, no farther than its rule allows', (mode, allows) => {
    fc.assert(
      fc.property(input, ({ value, places }) => {
        const unit = new wide(10).pow(-places)
        const rounded = new wide(roundToPlaces(new Decimal(value), mode, places))
        expect(rounded.div(unit).isInteger()).toBe(true)
        expect(allows(rounded.minus(value), unit)).toBe(true)
      }),
    )
  })

  test.each(['round', 'ceil', 'floor'] as const)('%s never gives a negative zero', (mode) => {
    for (const value of ['-0', '-0.4', '0.4']) {
      const rounded = roundToPlaces(new Decimal(value), mode, 0)
      expect(rounded.isZero() && rounded.isNeg()).toBe(false)
    }
  })
})
