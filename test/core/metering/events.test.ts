import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEvent } from '../../../src/core/metering/events.js'

const NOW = 1_709_596_800_123
const whole = { transaction_id: 'tx', code: 'gb', external_subscription_id: 'sub' }

/** What becomes of one field: its value as `{ value }`, or the codes that refuse it. */
function read(sent: Record<string, unknown>, key: string, field: string) {
  const parsed = parseEvent({ ...whole, ...sent }, NOW)
  return parsed.ok ? { value: parsed.event[key as keyof typeof parsed.event] } : parsed.errors[field]
}

test('an event that says only what it must', () => {
  expect(parseEvent({ transaction_id: 'tx', code: 'gb' }, NOW)).toEqual({
    ok: true,
    event: {
      transactionId: 'tx',
      code: 'gb',
      externalSubscriptionId: null,
      externalCustomerId: null,
      at: NOW * 1000,
      properties: {},
      preciseTotalAmountCents: null,
    },
  })
})

test('an event that says everything, and more', () => {
  const sent = {
    ...whole,
    external_customer_id: 'acme',
    timestamp: '1709596800.5',
    properties: { value: 1, nested: { a: [1] } },
    precise_total_amount_cents: '10.10',
    unknown: true,
  }
  expect(parseEvent(sent, NOW)).toEqual({
    ok: true,
    event: {
      transactionId: 'tx',
      code: 'gb',
      externalSubscriptionId: 'sub',
      externalCustomerId: 'acme',
      at: 1_709_596_800_500_000,
      properties: { value: 1, nested: { a: [1] } },
      preciseTotalAmountCents: '10.10',
    },
  })
})

test('everything that is wrong is reported at once', () => {
  const sent = {
    transaction_id: null,
    code: ' ',
    external_subscription_id: [],
    external_customer_id: false,
    timestamp: 'yesterday',
    properties: 'x',
    precise_total_amount_cents: '1,5',
  }
  expect(parseEvent(sent, NOW)).toEqual({
    ok: false,
    errors: {
      transaction_id: ['value_is_mandatory'],
      code: ['value_is_mandatory'],
      external_subscription_id: ['value_is_invalid'],
      external_customer_id: ['value_is_invalid'],
      timestamp: ['invalid_format'],
      properties: ['value_is_invalid'],
      precise_total_amount_cents: ['invalid_value'],
    },
  })
})

test.each([null, undefined, 7, 'text', true, [], [whole], {}])('%j lacks what is mandatory', (input) => {
  const errors = { transaction_id: ['value_is_mandatory'], code: ['value_is_mandatory'] }
  expect(parseEvent(input, NOW)).toEqual({ ok: false, errors })
})

describe('timestamp', () => {
  test.each<[unknown, number, string]>([
    [undefined, NOW * 1000, 'absent: reception'],
    [null, NOW * 1000, 'null: reception'],
    [1709596800, 1_709_596_800_000_000, 'whole seconds'],
    ['1709596800', 1_709_596_800_000_000, 'numeric text'],
    [1709596800.123457, 1_709_596_800_123_457, 'decimals of a number, to the microsecond'],
    ['1709596800.123456', 1_709_596_800_123_456, 'decimals of a text, to the microsecond'],
    ['1709596799.9999999', 1_709_596_799_999_999, 'further digits never carry it into the next second'],
    ['-0.0000001', -1, 'nor, before 1970, towards later'],
    [0, 0, '1970'],
    ['-0', 0, 'no negative zero'],
    [-1.5, -1_500_000, 'before 1970'],
    [1709596800000, 1_709_596_800_000_000_000, 'thirteen digits are seconds'],
    [8_640_000_000_000, 8.64e18, 'the last moment that a Date shows'],
    [-8_640_000_000_000, -8.64e18, 'the first one'],
  ])('%j is %d: %s', (timestamp, at) => {
    expect(read({ timestamp }, 'at', 'timestamp')).toEqual({ value: at })
  })

  test('any moment from 1970 on is cut off to the microsecond, however it is written', () => {
    const digits = fc.stringMatching(/^\d{0,12}$/)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_639_999_999_999 }), digits, (seconds, fraction) => {
        const timestamp = fraction === '' ? String(seconds) : `${seconds}.${fraction}`
        const exact = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
        expect(read({ timestamp }, 'at', 'timestamp')).toEqual({ value: Number(exact) })
      }),
    )
  })

  test.each([
    '2024-03-05T00:10:00Z',
    '2024-03-05',
    '',
    ' ',
    ' 1709596800',
    '1e9',
    '+1',
    '.5',
    '0x10',
    'NaN',
    true,
    [],
    [1709596800],
    {},
    8_640_000_000_001,
    '-8640000000000.1',
    Number.POSITIVE_INFINITY,
    `1.${'0'.repeat(63)}`,
  ])('%j is refused', (timestamp) => {
    expect(read({ timestamp }, 'at', 'timestamp')).toEqual(['invalid_format'])
  })
})

describe.each([
  ['transaction_id', 'transactionId'],
  ['code', 'code'],
  ['external_subscription_id', 'externalSubscriptionId'],
  ['external_customer_id', 'externalCustomerId'],
])('%s', (field, key) => {
  test.each<[unknown, string, string]>([
    ['abc', 'abc', 'text'],
    [' a b\n', ' a b\n', 'as it is, spaces included'],
    [7, '7', 'a number becomes text'],
    [1e21, '1000000000000000000000', 'without exponent'],
    ['é'.repeat(255), 'é'.repeat(255), 'the longest'],
  ])('%j is %j: %s', (sent, text) => {
    expect(read({ [field]: sent }, key, field)).toEqual({ value: text })
  })

  test.each<[unknown, string, string]>([
    ['x'.repeat(256), 'value_is_too_long', 'too long'],
    [1e300, 'value_is_too_long', 'a number, too long'],
    [true, 'value_is_invalid', 'no text'],
    [['a'], 'value_is_invalid', 'a list'],
    [{}, 'value_is_invalid', 'an object'],
    [JSON.parse('1e999'), 'value_is_invalid', 'a number that text cannot say'],
    ['\ud800', 'value_is_invalid', 'half a character, which a store would confuse with others'],
  ])('%j is refused as %s: %s', (sent, code) => {
    expect(read({ [field]: sent }, key, field)).toEqual([code])
  })

  test.each([undefined, null, '', ' \t'])('%j is as good as absent', (sent) => {
    const mandatory = field === 'transaction_id' || field === 'code'
    expect(read({ [field]: sent }, key, field)).toEqual(mandatory ? ['value_is_mandatory'] : { value: null })
  })
})

describe('properties', () => {
  const nested = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`)

  test.each<[string, unknown, unknown]>([
    ['absent', undefined, {}],
    ['null', null, {}],
    ['empty', {}, {}],
    ['nulls inside', { a: null, b: [null] }, { a: null, b: [null] }],
    ['nested as deep as allowed', nested(64), nested(64)],
    ['exactly 64 KB', { a: 'x'.repeat(65_536 - 8) }, { a: 'x'.repeat(65_536 - 8) }],
  ])('%s are accepted', (_, properties, value) => {
    expect(read({ properties }, 'properties', 'properties')).toEqual({ value })
  })

  test.each<[string, unknown, string]>([
    ['a list', [], 'value_is_invalid'],
    ['text', '{}', 'value_is_invalid'],
    ['a number', 0, 'value_is_invalid'],
    ['false', false, 'value_is_invalid'],
    ['nested one too deep', nested(65), 'value_is_invalid'],
    ['nested so deep that writing them would exhaust the stack', nested(100_000), 'value_is_invalid'],
    ['lists nested so deep', { a: JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) }, 'value_is_invalid'],
    ['more than 64 KB', { a: 'x'.repeat(65_536 - 7) }, 'value_is_too_long'],
    ['more than 64 KB of bytes though not of characters', { a: 'é'.repeat(40_000) }, 'value_is_too_long'],
  ])('%s are refused', (_, properties, code) => {
    expect(read({ properties }, 'properties', 'properties')).toEqual([code])
  })
})

describe('precise_total_amount_cents', () => {
  test.each<[unknown, string | null]>([
    [undefined, null],
    [null, null],
    ['10.10', '10.10'],
    [0.4, '0.4'],
    [1e-7, '0.0000001'],
    ['-3', '-3'],
    [0, '0'],
  ])('%j is %j', (sent, text) => {
    expect(read({ precise_total_amount_cents: sent }, 'preciseTotalAmountCents', 'precise_total_amount_cents')).toEqual(
      {
        value: text,
      },
    )
  })

  test.each(['', 'abc', '1e3', '1,5', true, [], {}, '9'.repeat(65), 1e300])(
    '%j is refused, not taken for 0',
    (sent) => {
      expect(
        read({ precise_total_amount_cents: sent }, 'preciseTotalAmountCents', 'precise_total_amount_cents'),
      ).toEqual(['invalid_value'])
    },
  )
})

test('inherited fields are not taken for sent ones', () => {
  const parsed = parseEvent(Object.create(whole), NOW)
  expect(parsed.ok).toBe(false)
})

test('whatever JSON is sent is either accepted in bounds or refused by field, and never throws', () => {
  const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>
  const sent = fc.record(
    {
      transaction_id: fc.oneof(anything, fc.constant('tx')),
      code: fc.oneof(anything, fc.constant('gb')),
      external_subscription_id: anything,
      timestamp: fc.oneof(anything, fc.double(), fc.double().map(String)),
      properties: fc.oneof(anything, fc.dictionary(fc.string(), anything)),
      precise_total_amount_cents: fc.oneof(anything, fc.double()),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(anything, sent), (input) => {
      const parsed = parseEvent(input, NOW)
      if (!parsed.ok) {
        expect(Object.keys(parsed.errors)).not.toEqual([])
        return
      }
      expect(Number.isInteger(parsed.event.at) && Math.abs(parsed.event.at) <= 8.64e18).toBe(true)
      expect(parsed.event.transactionId.trim()).not.toBe('')
      expect(JSON.parse(JSON.stringify(parsed.event))).toEqual(parsed.event)
    }),
    { numRuns: 500 },
  )
})
