import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { volume } from '../../../../src/core/rating/models/volume.js'
import { codesOf, parsed, rateUnits } from '../pricing.js'
import { boundsOf, byLastTenth, tiers } from '../tiers.js'

const range = (from_value: number, to_value: number | null, per_unit_amount: string, flat_amount: string) => ({
  from_value,
  to_value,
  per_unit_amount,
  flat_amount,
})
const ranges = (...list: ReturnType<typeof range>[]) => ({ volume_ranges: list })
const STEPS = ranges(range(0, 100, '2', '10'), range(101, 200, '1', '0'), range(201, null, '0.5', '50'))
const TWO = ranges(range(0, 10, '5', '100'), range(11, null, '2', '50'))

describe('volume prices', () => {
  test.each<[unknown, number | string, string, string]>([
    [STEPS, 0, '10', 'the flat amount of the first range, for nothing'],
    [STEPS, 1, '12', 'one unit'],
    [STEPS, 100, '210', 'the end of the first range'],
    [STEPS, '100.5', '100.5', 'more than the first range holds is in the second'],
    [STEPS, 101, '101', 'the start of the second: a fall in price'],
    [STEPS, 200, '200', 'the end of the second'],
    [STEPS, '200.000000000000000001', '150.0000000000000000005', 'the least part above it is in the third'],
    [STEPS, 300, '200', '300 x 0.5 + 50'],
    [STEPS, 400, '250', '400 x 0.5 + 50'],
    [TWO, 8, '140', '8 x 5 + 100'],
    [TWO, 16, '82', '16 x 2 + 50'],
    [ranges(range(0, 0.5, '2', '0'), range(1.5, null, '1', '0')), '0.7', '0.7', 'no part of a unit is left out'],
  ])('%j for %s units come to %s: %s', (properties, units, expected) => {
    expect(rateUnits(volume, properties, units).amount.toFixed()).toBe(expected)
  })

  test('tell the prices of the range and what they came to', () => {
    const rating = rateUnits(volume, STEPS, 400)
    expect(rating.details).toEqual({
      flat_unit_amount: '50.0',
      per_unit_amount: '0.5',
      per_unit_total_amount: '200.0',
    })
    expect(rating.unitAmount.toFixed()).toBe('0.625')
    expect(rateUnits(volume, STEPS, 0).unitAmount.toFixed()).toBe('0')
  })

  test('equal pricing all by the range that counting the units ends in', () => {
    fc.assert(
      fc.property(tiers, fc.nat(700), (list, tenths) => {
        const bounds = boundsOf(list, () => false)
        const properties = ranges(
          ...list.map(({ price, flat }, i) => ({ ...range(0, null, `${price}e-2`, `${flat}e-2`), ...bounds[i] })),
        )
        const { amount } = rateUnits(volume, properties, `${tenths}e-1`)
        expect(amount.times(1000).toNumber()).toBe(byLastTenth(list, tenths))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('volume properties', () => {
  test('without prices are one open range that costs nothing', () => {
    expect(parsed(volume, {})).toEqual(ranges(range(0, null, '0', '0')))
  })

  test('may be the bare list of ranges', () => {
    expect(parsed(volume, STEPS.volume_ranges)).toEqual(STEPS)
  })

  test.each<[unknown, string[], string]>([
    [
      ranges({ ...range(0, null, '1', '2'), per_unit_amount: null as unknown as string }),
      ['invalid_amount'],
      'no unit price',
    ],
    [
      ranges(range(0, 10, '1', '0'), range(10, null, '1', '0')),
      ['invalid_volume_ranges'],
      'the second must start at 11',
    ],
    [{ amount: '1' }, ['missing_volume_ranges'], 'no ranges'],
  ])('%j are refused with %j: %s', (input, codes) => {
    expect(codesOf(volume, input)).toEqual(codes)
  })
})
