import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlainDecimal, numberText, propertyDecimal, propertyText } from '../../../src/core/metering/property.js'
import { plainDecimal } from './support.js'

describe('the text of a property', () => {
  test.each<[unknown, string | null, string]>([
    ['', '', 'the empty text is a text'],
    [' a ', ' a ', 'as sent, spaces included'],
    [7, '7', 'numbers as text'],
    [-0, '0', 'there is one zero'],
    [1e21, '1000000000000000000000', 'large numbers without exponent'],
    [1.5e-7, '0.00000015', 'small numbers without exponent'],
    [JSON.parse('1e999'), null, 'a number that JSON cannot give back is none'],
    [false, 'false', 'booleans as text'],
    [null, null, 'null is as good as absent'],
    [undefined, null, 'so is undefined'],
    [
      { b: [1, { d: 1, c: 2 }], a: null },
      '{"a":null,"b":[1,{"c":2,"d":1}]}',
      'objects as JSON, keys sorted at every level',
    ],
    [[2, 1], '[2,1]', 'lists as JSON'],
    ['\ud800', '\ufffd', 'half a surrogate pair becomes what stores make of it'],
  ])('%j is %j: %s', (value, text) => {
    expect(propertyText({ value }, 'value')).toBe(text)
  })

  test.each(['constructor', 'toString', '__proto__', 'other'])('is null for %s, which was not sent', (name) => {
    expect(propertyText({ value: 1 }, name)).toBeNull()
  })

  test('is found under a name that objects inherit when it was sent', () => {
    expect(propertyText(JSON.parse('{"__proto__":"x"}'), '__proto__')).toBe('x')
  })
})

describe('a plain decimal', () => {
  test.each(['0', '-1', '007', '12.50', '-0.1', '9'.repeat(64)])('%s is one', (text) => {
    expect(isPlainDecimal(text)).toBe(true)
    expect(propertyDecimal({ value: text }, 'value')?.eq(text)).toBe(true)
  })

  test.each([
    '',
    '-',
    '+1',
    '.5',
    '5.',
    '1e3',
    ' 1',
    '1 ',
    '1\n',
    '1,5',
    '0x1',
    '--1',
    'NaN',
    'Infinity',
    '1_0',
    '٣',
    '9'.repeat(65),
  ])('%j is none', (text) => {
    expect(isPlainDecimal(text)).toBe(false)
    expect(propertyDecimal({ value: text }, 'value')).toBeNull()
  })

  test('no list, object or boolean is one', () => {
    for (const value of [[7], { 7: 7 }, true, null, undefined]) expect(propertyDecimal({ value }, 'value')).toBeNull()
  })

  test('every text that the generator of this folder makes is one', () => {
    fc.assert(fc.property(plainDecimal, isPlainDecimal))
  })
})

test('the text of every finite number reads back as that number, without an exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = numberText(value) ?? ''
      expect(text).toMatch(/^-?\d+(\.\d+)?$/)
      expect(Number(text) === value).toBe(true)
    }),
  )
})
