import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupKeysOf, presentationKeysOf, withGroupKeysOf } from '../../../src/core/rating/charge_properties.js'
import { sameProperties } from '../../../src/core/rating/same_properties.js'

const range = (price: string) => ({ from_value: 0, to_value: null, per_unit_amount: price, flat_amount: '0' })

describe('two sets of properties', () => {
  it.each([
    [{ amount: '10' }, { amount: '10.0' }, true, 'are the same when their prices are the same numbers'],
    [{ amount: '10' }, { amount: '+1e1' }, true, 'however these are written'],
    [{ amount: '.5' }, { amount: '0.50' }, true, 'fractions too'],
    [{ amount: '10' }, { amount: '10.000000000000000001' }, false, 'exactly, not nearly'],
    [{ amount: '10' }, { amount: '11' }, false, 'another price'],
    [{ graduated_ranges: [range('1')] }, { graduated_ranges: [range('1.0')] }, true, 'within ranges'],
    [{ graduated_ranges: [range('1')] }, { graduated_ranges: [range('1'), range('1')] }, false, 'one range more'],
    [{ rate: '1', fixed_amount: null }, { rate: '1' }, true, 'null is what is not there'],
    [{ rate: '1', fixed_amount: '0' }, { rate: '1' }, false, 'zero is there'],
    [{ amount: '1', package_size: 10 }, { package_size: 10, amount: '1' }, true, 'the order of keys says nothing'],
    [{ amount: '1', package_size: 10 }, { amount: '1', package_size: 11 }, false, 'another size'],
    [{ amount: '1', pricing_group_keys: ['a', 'b'] }, { amount: '1', pricing_group_keys: ['b', 'a'] }, false, 'keys'],
    [{ amount: '1', pricing_group_keys: ['a'] }, { amount: '1' }, false, 'no keys'],
    [{}, { amount: '0' }, false, 'nothing is no price'],
    [{ amount: ['1'] }, { amount: { 0: '1' } }, false, 'a list is no object'],
  ] as const)('%j and %j: %s (%s)', (a, b, expected, _why) => {
    expect(sameProperties(a, b)).toBe(expected)
    expect(sameProperties(b, a)).toBe(expected)
  })

  it('stay the same however many zeros their prices are written with', () => {
    const price = fc.tuple(fc.nat(1_000_000), fc.nat(9_999)).map(([whole, part]) => `${whole}.${part}`)
    fc.assert(
      fc.property(fc.array(price, { maxLength: 5 }), fc.nat(5), (prices, zeros) => {
        const written = { ranges: prices.map((amount) => ({ amount: `${amount}${'0'.repeat(zeros)}` })) }
        return sameProperties({ ranges: prices.map((amount) => ({ amount })) }, written)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('properties with the group keys of others', () => {
  it('keep their prices, take all group keys and lose those that the others lack', () => {
    fc.assert(
      fc.property(
        fc.record(
          { amount: fc.string(), pricing_group_keys: fc.array(fc.string(), { minLength: 1 }) },
          { requiredKeys: ['amount'] },
        ),
        fc.record(
          {
            amount: fc.string(),
            pricing_group_keys: fc.array(fc.string(), { minLength: 1 }),
            presentation_group_keys: fc.array(fc.record({ value: fc.string() }), { minLength: 1 }),
          },
          { requiredKeys: ['amount'] },
        ),
        (own, source) => {
          const result = withGroupKeysOf(own, source)
          expect(result.amount).toBe(own.amount)
          expect(groupKeysOf(result)).toEqual(groupKeysOf(source))
          expect(presentationKeysOf(result)).toEqual(presentationKeysOf(source))
          expect(Object.keys(result).sort()).toEqual(Object.keys(source).sort())
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
