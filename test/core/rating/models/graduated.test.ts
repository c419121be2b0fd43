import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { graduated } from '../../../../src/core/rating/models/graduated.js'
import { codesOf, parsed, rateUnits } from '../pricing.js'
import { boundsOf, type Tier, tenthByTenth, tiers } from '../tiers.js'

const range = (from_value: number, to_value: number | null, per_unit_amount: string, flat_amount: string) => ({
  from_value,
  to_value,
  per_unit_amount,
  flat_amount,
})

const STEPS = { graduated_ranges: [range(0, 10, '10', '2'), range(11, 20, '5', '3'), range(21, null, '5', '3')] }
const HITS = { graduated_ranges: [range(0, 5, '10', '100'), range(6, null, '5', '50')] }
const TOUCHING = { graduated_ranges: [range(0, 10, '10', '2'), range(10, 20, '5', '3'), range(20, null, '5', '3')] }
const FRACTIONS = { graduated_ranges: [range(0, 0.5, '10', '0'), range(0.5, null, '2', '0')] }
const SEGMENT = [
  range(0, 10_000, '0.00', '0'),
  range(10_001, 25_000, '0.012', '0'),
  range(25_001, 100_000, '0.011', '0'),
  range(100_001, null, '0.010', '0'),
]

describe('graduated prices', () => {
  test.each<[unknown, number | string, string, string]>([
    [STEPS, 0, '2', 'the first flat amount is due without usage'],
    [STEPS, 10, '102', 'the end of the first range'],
    [STEPS, '10.5', '107.5', 'half a unit in the second'],
    [STEPS, 12, '115', 'two units in the second'],
    [STEPS, 20, '155', 'the end of the second'],
    [STEPS, 21, '163', 'one unit in the third'],
    [TOUCHING, 0, '2', 'touching ranges: nothing used'],
    [TOUCHING, 10, '102', 'touching ranges: the shared bound lies in the first'],
    [TOUCHING, '10.5', '107.5', 'touching ranges: no unit is counted twice'],
    [TOUCHING, 21, '163', 'touching ranges: nor at the next bound'],
    [HITS, 3, '130', '3 x 10 + 100'],
    [HITS, 8, '215', '5 x 10 + 100 + 3 x 5 + 50'],
    [HITS, 16, '255', '150 + 55 + 50'],
    [FRACTIONS, '0.4', '4', 'bounds need not be whole'],
    [FRACTIONS, '0.75', '5.5', '0.5 x 10 + 0.25 x 2'],
    [SEGMENT, 10_000, '0', 'the bare list of older clients: within the free range'],
    [SEGMENT, 30_000, '235', '15000 x 0.012 + 5000 x 0.011'],
    [{}, 7, '0', 'free without prices'],
  ])('%j for %s units come to %s: %s', (properties, units, expected) => {
    expect(rateUnits(graduated, properties, units).amount.toFixed()).toBe(expected)
  })

  test('tell what each range entered came to', () => {
    const rating = rateUnits(graduated, STEPS, 12)
    expect(rating.details).toEqual({
      graduated_ranges: [
        {
          from_value: 0,
          to_value: 10,
          units: '10.0',
          per_unit_amount: '10.0',
          flat_unit_amount: '2.0',
          per_unit_total_amount: '100.0',
          total_with_flat_amount: '102.0',
        },
        {
          from_value: 11,
          to_value: 20,
          units: '2.0',
          per_unit_amount: '5.0',
          flat_unit_amount: '3.0',
          per_unit_total_amount: '10.0',
          total_with_flat_amount: '13.0',
        },
      ],
    })
    expect(rating.unitAmount.toDecimalPlaces(15).toFixed()).toBe('9.583333333333333')
  })

  test('without units show the first range at no price per unit, and its flat amount', () => {
    const rating = rateUnits(graduated, STEPS, 0)
    expect(rating.details).toMatchObject({
      graduated_ranges: [
        { units: '0.0', per_unit_amount: '0.0', flat_unit_amount: '2.0', total_with_flat_amount: '2.0' },
      ],
    })
    expect(rating.unitAmount.toFixed()).toBe('0')
  })

  const propertiesOf = (list: readonly Tier[], touches: readonly boolean[]) => {
    const bounds = boundsOf(list, (index) => touches[index] ?? false)
    return {
      graduated_ranges: list.map(({ price, flat }, i) => ({
        ...bounds[i],
        per_unit_amount: `${price}e-2`,
        flat_amount: `${flat}e-2`,
      })),
    }
  }
  const spelling = fc.array(fc.boolean(), { maxLength: 5 })

  test('equal pricing unit by unit, in whole units', () => {
    fc.assert(
      fc.property(tiers, spelling, fc.nat(70), (list, touches, units) => {
        const { amount } = rateUnits(graduated, propertiesOf(list, touches), units)
        expect(amount.times(1000).toNumber()).toBe(tenthByTenth(list, units * 10))
      }),
      { numRuns: 1_000 },
    )
  })

  test('equal pricing tenth by tenth, in parts of units, however the bounds are spelt', () => {
    fc.assert(
      fc.property(tiers, spelling, fc.nat(700), (list, touches, tenths) => {
        const { amount } = rateUnits(graduated, propertiesOf(list, touches), `${tenths}e-1`)
        expect(amount.times(1000).toNumber()).toBe(tenthByTenth(list, tenths))
      }),
      { numRuns: 1_000 },
    )
  })

  test('equal pricing hundredth by hundredth where the bounds are tenths themselves', () => {
    fc.assert(
      fc.property(tiers, fc.nat(700), (list, hundredths) => {
        const inTenths = (bound: number | null) => (bound === null ? null : bound / 10)
        const bounds = boundsOf(list, () => true).map(({ from_value, to_value }) => ({
          from_value: inTenths(from_value),
          to_value: inTenths(to_value),
        }))
        const ranges = propertiesOf(list, []).graduated_ranges.map((one, i) => ({ ...one, ...bounds[i] }))
        const { amount } = rateUnits(graduated, { graduated_ranges: ranges }, `${hundredths}e-2`)
        // Here a tenth of the reference is a hundredth, so that its thousandths are ten-thousandths; but not of flat amounts.
        const flatFree = list.map((tier) => ({ ...tier, flat: 0 }))
        const flats = tenthByTenth(list, hundredths) - tenthByTenth(flatFree, hundredths)
        expect(amount.times(10_000).toNumber()).toBe(tenthByTenth(flatFree, hundredths) + flats * 10)
      }),
      { numRuns: 1_000 },
    )
  })

  test('never fall when usage grows', () => {
    fc.assert(
      fc.property(tiers, fc.nat(700), fc.nat(100), (list, tenths, more) => {
        const cost = (t: number) => rateUnits(graduated, propertiesOf(list, []), `${t}e-1`).amount
        expect(cost(tenths + more).gte(cost(tenths))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('graduated properties', () => {
  test('without prices are one open range that costs nothing', () => {
    const free = { graduated_ranges: [range(0, null, '0', '0')] }
    for (const input of [{}, null, undefined, []]) expect(parsed(graduated, input)).toEqual(free)
  })

  test('may be the bare list of ranges, and keep only what the model knows', () => {
    const list = SEGMENT.map((one) => ({ ...one, colour: 'red' }))
    expect(parsed(graduated, list)).toEqual({ graduated_ranges: SEGMENT })
    expect(parsed(graduated, { graduated_ranges: list, amount: '5' })).toEqual({ graduated_ranges: SEGMENT })
  })

  test.each<[unknown, string[], string]>([
    [{ graduated_ranges: [range(0, null, '1', '-2')] }, ['invalid_amount'], 'a flat amount below zero'],
    [{ graduated_ranges: [{ ...range(0, null, '1', '0'), flat_amount: -2 }] }, ['invalid_amount'], 'a JSON number'],
    [{ graduated_ranges: [{ from_value: 0, to_value: null }] }, ['invalid_amount'], 'no prices: the code once'],
    [[range(2, null, 'x', '0')], ['invalid_graduated_ranges', 'invalid_amount'], 'everything wrong at once'],
    [{ amount: '5' }, ['missing_graduated_ranges'], 'no ranges'],
  ])('%j are refused with %j: %s', (input, codes) => {
    expect(codesOf(graduated, input)).toEqual(codes)
  })
})
