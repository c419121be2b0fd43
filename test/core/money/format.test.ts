import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { formatDecimal } from '../../../src/core/money/format.js'

describe('formatDecimal', () => {
  test.each([
    ['3', '3.0', 'a whole number has one decimal place'],
    ['0.33', '0.33', 'places that are there stay'],
    ['0', '0.0', 'zero'],
    ['-0', '0.0', 'a negative zero is zero'],
    ['-1.50', '-1.5', 'trailing zeros say nothing'],
    ['1e-20', '0.00000000000000000001', 'no exponent for small numbers'],
    ['1.5e25', '15000000000000000000000000.0', 'no exponent for large numbers'],
  ])('%s reads %s: %s', (value, expected) => {
    expect(formatDecimal(new Decimal(value))).toBe(expected)
  })

  test('keeps the value and is plain notation, whatever the digits', () => {
    const number = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -40, max: 40 }))
    fc.assert(
      fc.property(number, ([digits, exponent]) => {
        const value = new Decimal(`${digits}e${exponent}`)
        const text = formatDecimal(value)
        expect(text).toMatch(/^-?\d+\.\d+$/)
        expect(new Decimal(text).eq(value)).toBe(true)
      }),
    )
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is no amount and throws', (value) => {
    expect(() => formatDecimal(new Decimal(value))).toThrow('not a finite decimal')
  })
})
