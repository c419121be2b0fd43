import { describe, expect, test } from 'vitest'
import { CURRENCIES, exponentOf } from '../../../src/core/money/currencies.js'

describe('currencies', () => {
  test.each([
    ['EUR', 2],
    ['USD', 2],
    ['ZMW', 2],
    ['AED', 2],
    ['MGA', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['XPF', 0],
    ['BHD', 3],
    ['KWD', 3],
    ['CLF', 4],
  ])('%s has %i decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent)
  })

  test('are the 138 of the API document and the seven with three decimals, each a code of three capitals', () => {
    const codes = Object.keys(CURRENCIES)
    expect(codes).toHaveLength(138 + 7)
    for (const code of codes) expect(code).toMatch(/^[A-Z]{3}$/)
    expect(Object.values(CURRENCIES).filter((exponent) => exponent === 3)).toHaveLength(7)
  })

  test.each(['XXX', 'eur', '', 'constructor', '__proto__'])('"%s" is no currency', (code) => {
    expect(Object.hasOwn(CURRENCIES, code)).toBe(false)
    expect(() => exponentOf(code)).toThrow('unknown currency')
  })
})
