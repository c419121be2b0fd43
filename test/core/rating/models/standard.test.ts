import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standard } from '../../../../src/core/rating/models/standard.js'
import { codesOf, parsed, rateUnits } from '../pricing.js'

describe('standard prices', () => {
  test.each([
    ['0.335', '3', '1.005', 'not rounded here'],
    ['0.0049', '3', '0.0147', 'below a cent'],
    ['1.00499999', '3', '3.01499997', 'in decimals, not in floats'],
    ['1e-3', '2', '0.002', 'an exponent in the price'],
    ['10', '0', '0', 'nothing for nothing'],
  ])('%s each for %s units come to %s: %s', (amount, units, expected) => {
    expect(rateUnits(standard, { amount }, units).amount.toFixed()).toBe(expected)
  })

  test('the unit amount is the price, and 0 without units', () => {
    expect(rateUnits(standard, { amount: '0.1' }, 3).unitAmount.toFixed()).toBe('0.1')
    expect(rateUnits(standard, { amount: '0.1' }, 0).unitAmount.toFixed()).toBe('0')
    expect(rateUnits(standard, { amount: '0.1' }, 3).details).toEqual({})
  })

  test('equal adding up tenth by tenth, in whole numbers', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(700), (price, tenths) => {
        let amount = 0
        for (let done = 0; done < tenths; done++) amount += price
        expect(
          rateUnits(standard, { amount: `${price}e-2` }, `${tenths}e-1`)
            .amount.times(1000)
            .toNumber(),
        ).toBe(amount)
      }),
      { numRuns: 1_000 },
    )
  })

  test('more units never cost less', () => {
    const hundredths = fc.nat(1_000_000)
    fc.assert(
      fc.property(hundredths, hundredths, hundredths, (price, units, more) => {
        const cost = (u: number) => rateUnits(standard, { amount: `${price}e-2` }, `${u}e-2`).amount
        expect(cost(units + more).gte(cost(units))).toBe(true)
      }),
    )
  })
})

describe('standard properties', () => {
  test.each<[unknown, unknown, string]>([
    [{}, { amount: '0' }, 'free without prices'],
    [null, { amount: '0' }, 'free with null'],
    [undefined, { amount: '0' }, 'free when absent'],
    [[], { amount: '0' }, 'an empty list is how some languages write an empty object'],
    [{ amount: '2', rate: '5', package_size: 10, colour: 'red' }, { amount: '2' }, 'unknown keys are dropped'],
    [{ amount: '1e-3' }, { amount: '1e-3' }, 'the text is kept as sent'],
    [{ amount: '10.00' }, { amount: '10.00' }, 'trailing zeros too'],
  ])('%j are read as %j: %s', (input, expected) => {
    expect(parsed(standard, input)).toEqual(expected)
  })

  test.each<[unknown, string]>([
    [10, 'a JSON number'],
    ['ten', 'words'],
    ['-1', 'below zero'],
    ['', 'the empty text'],
    [null, 'null'],
    [undefined, 'absent beside other keys'],
    ['NaN', 'not a number'],
    ['Infinity', 'not finite'],
    [['1'], 'a list'],
    [true, 'a boolean'],
    ['1,5', 'a comma'],
    ['0x10', 'hexadecimal'],
  ])('an amount of %j is refused: %s', (amount) => {
    expect(codesOf(standard, { amount, colour: 'red' })).toEqual(['invalid_amount'])
  })

  test.each(['text', 5, true, ['1']])('%j in place of the object is refused', (input) => {
    expect(codesOf(standard, input)).toEqual(['invalid_amount'])
  })
})
