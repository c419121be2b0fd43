import { describe, expect, test } from 'vitest'
import { isDecimalText, isSize } from '../../../src/core/rating/properties.js'

describe('decimal text', () => {
  test.each<[unknown, boolean, string]>([
    ['0', true, 'zero'],
    ['10', true, 'whole'],
    ['0.5', true, 'with a fraction'],
    ['.5', true, 'without a whole part'],
    ['5.', true, 'without a fraction after the point'],
    ['+5', true, 'with a plus'],
    ['007', true, 'with leading zeros'],
    ['1e-3', true, 'with an exponent'],
    ['1E3', true, 'with a capital exponent'],
    ['0e999', true, 'zero, whatever its exponent'],
    ['999999999999999999', true, '18 digits'],
    ['1000000000000000000', false, '19 digits'],
    ['0.000000000000000001', true, '18 decimal places'],
    ['0.0000000000000000001', false, '19 decimal places'],
    ['0.10000000000000000000000', true, 'zeros at the end are no decimal places'],
    ['1e18', false, 'large by its exponent'],
    ['1e-19', false, 'small by its exponent'],
    ['1e1000000', false, 'an exponent that would blow up'],
    ['1e-1000000', false, 'an exponent that would vanish'],
    ['1e-99999999999999999999', false, 'an exponent so small that nothing would be left'],
    ['1e99999999999999999999', false, 'an exponent beyond what decimals hold'],
    [`0.${'0'.repeat(62)}`, true, '64 characters'],
    [`0.${'0'.repeat(63)}`, false, '65 characters'],
    ['-0', false, 'a minus'],
    [' 1', false, 'a space'],
    ['1_000', false, 'an underscore'],
    ['1e', false, 'half an exponent'],
    ['.', false, 'only a point'],
    ['１', false, 'a digit that is not ASCII'],
    ['1\n', false, 'a line break'],
    [1, false, 'a JSON number'],
    [1n, false, 'no JSON at all'],
  ])('%s: %s (%s)', (value, expected) => {
    expect(isDecimalText(value)).toBe(expected)
  })
})

describe('sizes', () => {
  test.each<[unknown, number, boolean, string]>([
    [1, 1, true, 'the least'],
    [0, 1, false, 'below the least'],
    [0, 0, true, 'zero where it is allowed'],
    [1.5, 1, false, 'not whole'],
    ['1', 1, false, 'text'],
    [Number.NaN, 0, false, 'not a number'],
    [2 ** 53, 1, false, 'no longer exact'],
    [null, 0, false, 'null'],
  ])('%s, at least %s: %s (%s)', (value, min, expected) => {
    expect(isSize(value, min)).toBe(expected)
  })
})
