import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { proratedUnits } from '../../../src/core/rating/prorated_units.js'

const prorated = (units: string, days: number, periodDays: number) =>
  proratedUnits(new Decimal(units), { days, periodDays }).toFixed()

describe('prorated units', () => {
  it.each([
    ['10', 17, 31, '5.48388', '5.483870...'],
    ['10', 5, 31, '1.61291', '1.612903...'],
    ['1', 20, 31, '0.64517', '0.645161...'],
    ['5', 11, 29, '1.89656', '1.896551...'],
    ['3', 10, 30, '1', 'nothing is cut off'],
    ['0.00001', 1, 31, '0.00001', 'never to nothing'],
    ['0', 17, 31, '0', 'nothing stays nothing'],
    ['7', 31, 31, '7', 'all days'],
  ])('%s for %s of %s days are %s (%s)', (units, days, periodDays, expected) => {
    expect(prorated(units, days, periodDays)).toBe(expected)
  })

  it('are the exact share, or less than a hundred-thousandth above it', () => {
    const drawn = fc.tuple(fc.nat(1_000_000_000), fc.integer({ min: 1, max: 366 }), fc.nat(366))
    fc.assert(
      fc.property(drawn, ([millionths, periodDays, any]) => {
        const [units, days] = [new Decimal(millionths).div(1_000_000), Math.min(any, periodDays)]
        const up = proratedUnits(units, { days, periodDays })
        const [above, exact] = [up.times(periodDays), units.times(days)]
        expect(up.decimalPlaces()).toBeLessThanOrEqual(5)
        expect(above.gte(exact) && above.minus(exact).lt(new Decimal(periodDays).div(100_000))).toBe(true)
      }),
    )
  })
})
