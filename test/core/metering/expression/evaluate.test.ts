import { describe, expect, test } from 'vitest'
import { isPlainDecimal } from '../../../../src/core/metering/property.js'
import { compute, EVENT } from './support.js'

describe('an expression', () => {
  test.each<[string, string, string]>([
    ['2 + 3 * 4', '14', 'products before sums'],
    ['(2 + 3) * 4', '20', 'parentheses first'],
    ['10 - 4 - 3', '3', 'from the left'],
    ['100 / 10 / 2 * 3', '15', 'from the left'],
    ['-event.properties.p + 1', '-11.34', 'the sign before the sum'],
    ['2 * -3', '-6', 'a sign after an operator'],
    ['5 - -3', '8', 'a difference of a negative'],
    ['--3', '3', 'two signs'],
    ['-(2 + 3)', '-5', 'the sign of parentheses'],
    ['(123 - event.properties.q) / 10', '12.177', 'exact'],
    ['0.1 + 0.2', '0.3', 'no binary fractions'],
    ['event.properties.q + event.properties.r', '11.63', 'JSON numbers'],
    ['event.properties.zip + 1', '124', 'numeric text is a number'],
    ['event.properties.snake_case2', '5', 'names with digits and underscores'],
    ['12.50', '12.5', 'no needless zeros'],
    ['0 * -1', '0', 'no negative zero'],
    ['event.timestamp', '1709596800', 'whole seconds'],
    ['event.timestamp / 2', '854798400', 'a number'],
    ['event.code', 'abc', 'text'],
    ['event.properties.word', 'test', 'text'],
    ["'x'", 'x', 'text'],
    ["''", '', 'empty text'],
    ['\t2\n+\r2 ', '4', 'spaces of all kinds'],
  ])('%s is %s: %s', (source, value) => {
    expect(compute(source)).toBe(value)
  })

  test.each<[string, string, string]>([
    ['round(event.properties.r * event.properties.two)', '21', '20.8'],
    ['round(12.345, 2)', '12.35', 'half up'],
    ['round(-2.5)', '-3', 'ties away from zero'],
    ['round(event.properties.p, -1)', '10', 'tens'],
    ['ceil(12.351, 1)', '12.4', 'up'],
    ['ceil(-1.9)', '-1', 'towards +infinity'],
    ['CEIL(12.3)', '13', 'upper case'],
    ['floor(12.351, 1)', '12.3', 'down'],
    ['floor(-1.1)', '-2', 'towards -infinity'],
    ['Floor(12.9)', '12', 'capitalised'],
    ['round(1.25, event.properties.two - 1)', '1.3', 'places may be computed'],
    ['least(event.properties.p, 5, 7)', '5', 'the lowest'],
    ['least(9, 10)', '9', 'as numbers, not as text'],
    ['greatest(event.properties.p, 15.0)', '15', 'the highest'],
    ['GREATEST(-1)', '-1', 'of one'],
    ["concat(event.properties.word, '-', 'end')", 'test-end', 'text'],
    ["concat(event.properties.q, 'x')", '1.23x', 'a number'],
    ["concat(1/4, '%')", '0.25%', 'a computed number'],
    ["concat(event.properties.zip, '-', event.code)", '00123-abc', 'a property as it was sent, zeros included'],
    ['concat(event.properties.flag, event.properties.list)', 'true[1,2]', 'other properties as their text'],
    ["concat(event.properties.empty, 'x')", 'x', 'an empty property is there'],
    ["concat('it(s), +', ' ')", 'it(s), + ', 'text may hold any character but the quote'],
    ['event.properties.zip', '00123', 'a property passed on as it was sent'],
  ])('%s is %s: %s', (source, value) => {
    expect(compute(source)).toBe(value)
  })

  test.each<[string, string, string]>([
    ['event.properties.b + 1', 'Variable: b not found', 'absent'],
    ['event.properties.nothing', 'Variable: nothing not found', 'null'],
    ['event.properties.constructor', 'Variable: constructor not found', 'not sent, though every object has it'],
    ["concat('a', event.properties.b)", 'Variable: b not found', 'absent, inside a call'],
    ["'5' + 1", 'Expected a number, found text', 'text, even of digits'],
    ['event.properties.word * 2', 'Expected a number, found text', 'a property of text'],
    ['event.properties.empty + 1', 'Expected a number, found text', 'an empty property'],
    ['event.properties.list + 1', 'Expected a number, found text', 'a list'],
    ['-event.code', 'Expected a number, found text', 'the sign of text'],
    ['event.code + 1', 'Expected a number, found text', 'the code'],
    ["concat('1', '2') + 1", 'Expected a number, found text', 'what concat made'],
    ["least(1, 'a')", 'Expected a number, found text', 'a function of numbers'],
    ["round('a')", 'Expected a number, found text', 'rounding text'],
    ['1 / 0', 'Division by zero', 'division by zero'],
    ['1 / (event.properties.two - 2)', 'Division by zero', 'division by a computed zero'],
    ['0 / 0', 'Division by zero', 'nothing by nothing'],
    ['round(1, 0.5)', 'Invalid decimal places', 'no whole number of places'],
    ['round(1, 65)', 'Invalid decimal places', 'too many places'],
    ['ceil(1, -65)', 'Invalid decimal places', 'too few places'],
    ['ceil(1, -64)', 'Number out of range', '10^64 has 65 digits'],
    ['event.properties.huge + 1', 'Number out of range', '10^64'],
    ['event.properties.huge * event.properties.huge', 'Number out of range', '128 digits'],
    ["concat(event.properties.long, 'x')", 'Text too long', 'more than 4096 characters'],
  ])('%s fails the event with "%s": %s', (source, message) => {
    expect(compute(source)).toBe(`! ${message}`)
  })
})

describe('a computed number', () => {
  test.each<[string, string, string]>([
    ['1 / 3', '0.33333333333333333333', 'a quotient has twenty places'],
    ['2 / 3', '0.66666666666666666667', 'rounded half up'],
    ['-2 / 3', '-0.66666666666666666667', 'away from zero'],
    ['1 / 3 * 3', '1', 'rounded once, at the end'],
    ['ceil(1 / 7 * 63)', '9', 'what the quotient lost is not rounded up to a unit'],
    ['floor(1 / 3 * 3)', '1', 'nor rounded down from one'],
    ['floor(1 / 3 * 3 - 1)', '0', 'also where little but that is left'],
    ['2 / 3 - 1 / 3 - 1 / 3', '0', 'nothing remains'],
    ['1 / 1024 / 1024 / 1024', '0.000000000931322574615478515625', 'exact if it can be'],
    ['1 / 3 * 3 / 1024 / 1024 / 1024', '0.000000000931322574615478515625', 'also after a quotient that was not'],
    ['event.properties.tiny + 0', EVENT.properties.tiny, 'the smallest number'],
    ['event.properties.tiny * event.properties.tiny', '0', 'smaller ones vanish'],
    ['event.properties.huge - 0.5', '! Number out of range', 'no digit before the point is dropped'],
    ['event.properties.huge / 10', '! Number out of range', 'nor made up'],
    ['event.properties.huge * 1', EVENT.properties.huge, 'the largest number'],
    [
      'event.properties.huge * event.properties.huge / event.properties.huge',
      EVENT.properties.huge,
      'larger ones in between',
    ],
  ])('%s is %s: %s', (source, value) => {
    expect(compute(source)).toBe(value)
    if (!value.startsWith('!')) expect(isPlainDecimal(value)).toBe(true)
  })

  test('cannot grow without bound, however many factors', () => {
    const factors = Array.from({ length: 85 }, () => 'event.properties.huge')
    expect(compute(factors.join('*'))).toBe('! Number out of range')
    expect(compute(factors.slice(1).join('/'))).toBe('0')
    expect(compute(`round(${factors.slice(2).join('/')}, -64)`)).toBe('0')
  })
})

test('seconds before 1970 are whole towards the past', () => {
  expect(compute('event.timestamp', { ...EVENT, at: -1 })).toBe('-1')
})
