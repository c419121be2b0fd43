import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExpression } from '../../../../src/core/metering/expression/parse.js'
import { compute } from './support.js'

const messageOf = (source: string) => {
  const parsed = parseExpression(source)
  return parsed.ok ? null : parsed.message
}

describe('not an expression', () => {
  test.each([
    ['', 'Unexpected end'],
    ['   ', 'Unexpected end'],
    ['1 +', 'Unexpected end'],
    ['(1', 'Unexpected end'],
    ['round(1', 'Unexpected end'],
    ['1)', 'Unexpected: )'],
    ['()', 'Unexpected: )'],
    ['1 2', 'Unexpected: 2'],
    ["'a' 'b'", 'Unexpected: b'],
    ['* 2', 'Unexpected: *'],
    ['1 + * 2', 'Unexpected: *'],
    ['+1', 'Unexpected: +'],
    ['round()', 'Unexpected: )'],
    ['round(1,)', 'Unexpected: )'],
    ['round(, 1)', 'Unexpected: ,'],
    ['1, 2', 'Unexpected: ,'],
    ['round(1, 2, 3)', 'Wrong number of arguments: round'],
    ['round 1', 'Unexpected: 1'],
    ['round', 'Unexpected end'],
    ['rOUND(1)', 'Unknown function: rOUND'],
    ['sqrt(4)', 'Unknown function: sqrt'],
    ['constructor(1)', 'Unknown function: constructor'],
    ['a', 'Unknown function: a'],
    ['event.other', 'Unexpected character at 1'],
    ['event.codes', 'Unexpected character at 1'],
    ['event.code.x', 'Unexpected character at 1'],
    ['Event.code', 'Unexpected character at 1'],
    ['event . code', 'Unexpected character at 7'],
    ['event.properties', 'Unexpected character at 1'],
    ['event.properties.', 'Unexpected character at 1'],
    ['event.properties.1a', 'Unexpected character at 1'],
    ['event.properties._a', 'Unexpected character at 1'],
    ['event.properties.a.b', 'Unexpected character at 1'],
    ['event.properties.a-b', 'Unknown function: b'],
    ['.5', 'Unexpected character at 1'],
    ['5.', 'Unexpected character at 1'],
    ['1.2.3', 'Unexpected character at 1'],
    ['1e3', 'Unexpected character at 1'],
    ['12abc', 'Unexpected character at 1'],
    ["1 + 'open", 'Unexpected character at 5'],
    ['"double"', 'Unexpected character at 1'],
    ['2 ^ 3', 'Unexpected character at 3'],
    ['1 % 2', 'Unexpected character at 3'],
    ['1;', 'Unexpected character at 2'],
    ['1\u00a0+ 1', 'Unexpected character at 2'],
  ])('%j: %s', (source, message) => {
    expect(messageOf(source)).toBe(message)
  })
})

describe('an expression is bounded', () => {
  const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`

  test.each([
    ['parentheses', '(', ')'],
    ['signs', '-', ''],
    ['calls', 'round(', ')'],
    ['mixed nesting', '-(', ')'],
  ])('in nesting: %s', (_, open, close) => {
    const depth = 64 / (open === '-(' ? 2 : 1)
    expect(compute(nested(depth, open, close))).toBe('1')
    expect(messageOf(nested(depth + 1, open, close))).toBe('Expression too deep')
  })

  test('in length, so that 10,000 parentheses are refused before anything recurses', () => {
    expect(messageOf('('.repeat(10_000))).toBe('Expression too long')
    expect(messageOf(nested(5_000, '(', ')'))).toBe('Expression too long')
    expect(messageOf(`1${' '.repeat(2_047)}`)).toBeNull()
    expect(messageOf(`1${' '.repeat(2_048)}`)).toBe('Expression too long')
  })

  test('in nesting, not in the number of parentheses side by side', () => {
    expect(compute(Array.from({ length: 400 }, () => '(1)').join('+'))).toBe('400')
  })

  test('in operators: the longest sum and the longest product can be evaluated', () => {
    expect(compute(Array.from({ length: 1_024 }, () => '1').join('+'))).toBe('1024')
    expect(compute(Array.from({ length: 1_024 }, () => '1').join('*'))).toBe('1')
  })

  test('in digits', () => {
    expect(compute('9'.repeat(64))).toBe('9'.repeat(64))
    expect(messageOf('9'.repeat(65))).toBe('Number too long')
  })
})

test('no text whatever makes the parser or the evaluator throw', () => {
  const piece = fc.constantFrom(
    ...['(', ')', ',', '+', '-', '*', '/', "'", '.', ' ', '1', '2.5', "'a'", 'event.code', 'event.timestamp'],
    ...[
      'event.properties.p',
      'event.properties.word',
      'event.properties.b',
      'round',
      'CEIL',
      'Floor',
      'least(',
      'concat(',
    ],
  )
  const source = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(source, (text) => typeof compute(text) === 'string'),
    { numRuns: 2_000 },
  )
})
