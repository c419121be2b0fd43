import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CURRENCIES } from '../../../src/core/money/currencies.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { centsToUnits, roundHalfUp, toCents } from '../../../src/core/money/rounding.js'

describe('roundHalfUp', () => {
  test.each([
    ['2.5', 0, '3', 'a tie goes away from zero'],
    ['-2.5', 0, '-3', 'below zero too'],
    ['2.4999999999', 0, '2', 'less than a tie goes down'],
    ['1.005', 2, '1.01', 'a tie that binary floats would miss'],
    ['1.0049999', 2, '1', 'rounded once, not digit by digit'],
    ['-0.001', 2, '0', 'no negative zero'],
  ])('%s to %i places is %s: %s', (value, places, expected) => {
    expect(roundHalfUp(new Decimal(value), places).toString()).toBe(expected)
    expect(Object.is(roundHalfUp(new Decimal(value), places).toNumber(), -0)).toBe(false)
  })
})

describe('toCents', () => {
  test.each([
    ['1.005', 'EUR', '101', 'half a cent rounds up'],
    ['0.0147', 'EUR', '1', 'below half a cent rounds down'],
    ['0.015', 'EUR', '2', 'a tie rounds up'],
    ['3.01499997', 'EUR', '301', 'rounded once'],
    ['37.5', 'JPY', '38', 'a yen has no parts'],
    ['0.0125', 'BHD', '13', 'a dinar has 1000 fils'],
    ['0.00005', 'CLF', '1', 'four decimals'],
    ['-0.005', 'EUR', '-1', 'ties go away from zero'],
    ['90071992547409930.005', 'EUR', '9007199254740993001', 'exact beyond 2^53'],
  ])('%s %s is %s: %s', (amount, currency, expected) => {
    expect(toCents(new Decimal(amount), currency).toString()).toBe(expected)
  })

  test('is undone by centsToUnits, in every currency', () => {
    const currencies = fc.constantFrom(...Object.keys(CURRENCIES))
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), currencies, (cents, currency) => {
        const units = centsToUnits(new Decimal(cents.toString()), currency)
        expect(toCents(units, currency).toFixed()).toBe(cents.toString())
      }),
    )
  })
})

test.each([
  ['5', 'JPY', '5'],
  ['5', 'EUR', '0.05'],
  ['5', 'BHD', '0.005'],
])('%s minor units of %s are %s', (cents, currency, expected) => {
  expect(centsToUnits(new Decimal(cents), currency).toString()).toBe(expected)
})
