import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { graduatedPercentage } from '../../../../src/core/rating/models/graduated_percentage.js'
import { codesOf, parsed, rateUnits } from '../pricing.js'
import { boundsOf, tenthByTenth, tiers } from '../tiers.js'

const range = (from_value: number, to_value: number | null, rate: string, flat_amount: string) => ({
  from_value,
  to_value,
  rate,
  flat_amount,
})
const ranges = (...list: ReturnType<typeof range>[]) => ({ graduated_percentage_ranges: list })

const STEPS = ranges(range(0, 10, '1', '200'), range(11, 20, '2', '300'), range(21, null, '3', '400'))
const TOUCHING = ranges(range(0, 10, '1', '200'), range(10, 20, '2', '300'), range(20, null, '3', '400'))

describe('graduated percentage prices', () => {
  test.each<[unknown, number | string, string, string]>([
    [STEPS, 0, '200', 'the first flat amount is due without usage'],
    [STEPS, 1, '200.01', '200 + 1%'],
    [STEPS, 10, '200.1', 'the end of the first range'],
    [STEPS, 11, '500.12', '200 + 0.10 + 300 + 0.02'],
    [STEPS, 12, '500.14', 'two units in the second'],
    [STEPS, 21, '900.33', '200 + 0.10 + 300 + 0.20 + 400 + 0.03'],
    [TOUCHING, 10, '200.1', 'touching ranges: the shared bound lies in the first'],
    [TOUCHING, 12, '500.14', 'touching ranges: no unit is counted twice'],
    [TOUCHING, 21, '900.33', 'touching ranges: nor at the next bound'],
    [ranges(range(0, null, '2', '0.01')), 2, '0.05', '4 cents + 1 cent'],
  ])('%j for %s units come to %s: %s', (properties, units, expected) => {
    expect(rateUnits(graduatedPercentage, properties, units).amount.toFixed()).toBe(expected)
  })

  test('tell what each range entered came to', () => {
    expect(rateUnits(graduatedPercentage, STEPS, 12).details).toEqual({
      graduated_percentage_ranges: [
        {
          from_value: 0,
          to_value: 10,
          units: '10.0',
          rate: '1.0',
          flat_unit_amount: '200.0',
          per_unit_total_amount: '0.1',
          total_with_flat_amount: '200.1',
        },
        {
          from_value: 11,
          to_value: 20,
          units: '2.0',
          rate: '2.0',
          flat_unit_amount: '300.0',
          per_unit_total_amount: '0.04',
          total_with_flat_amount: '300.04',
        },
      ],
    })
  })

  test('equal pricing tenth by tenth, however the bounds are spelt', () => {
    fc.assert(
      fc.property(tiers, fc.boolean(), fc.nat(700), (list, touch, tenths) => {
        const bounds = boundsOf(list, () => touch)
        // A rate in whole percent is a price in hundredths.
        const properties = ranges(
          ...list.map(({ price, flat }, i) => ({ ...range(0, null, `${price}`, `${flat}e-2`), ...bounds[i] })),
        )
        const { amount } = rateUnits(graduatedPercentage, properties, `${tenths}e-1`)
        expect(amount.times(1000).toNumber()).toBe(tenthByTenth(list, tenths))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('graduated percentage properties', () => {
  test('without prices are one open range that costs nothing', () => {
    expect(parsed(graduatedPercentage, {})).toEqual(ranges(range(0, null, '0', '0')))
  })

  test('may be the bare list of ranges', () => {
    expect(parsed(graduatedPercentage, STEPS.graduated_percentage_ranges)).toEqual(STEPS)
  })

  test.each<[unknown, string[], string]>([
    [
      ranges({ ...range(0, null, '1', '0'), rate: 1 as unknown as string }),
      ['invalid_rate'],
      'a rate that is a JSON number',
    ],
    [ranges(range(0, null, '1', 'x')), ['invalid_amount'], 'a flat amount of words'],
    [ranges(range(0, null, '-1', '')), ['invalid_rate', 'invalid_amount'], 'both'],
    [{ rate: '1' }, ['missing_graduated_percentage_ranges'], 'no ranges'],
  ])('%j are refused with %j: %s', (input, codes) => {
    expect(codesOf(graduatedPercentage, input)).toEqual(codes)
  })
})
