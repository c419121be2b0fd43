import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHARGE_MODELS } from '../../../src/core/catalog.js'
import {
  groupKeysOf,
  parseChargeProperties,
  presentationKeysOf,
  shownProperties,
} from '../../../src/core/rating/charge_properties.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'

const standard = chargeModelOf('standard')
const ofCharge = (input: unknown) => parseChargeProperties(standard, input, 'charge')
const ofFilter = (input: unknown) => parseChargeProperties(standard, input, 'filter')
const ok = (properties: object) => ({ ok: true, properties })
const no = (...codes: string[]) => ({ ok: false, codes })
const price = { amount: '1' }
const keys = (n: number) => Array.from({ length: n }, (_, i) => `key ${i}`)

describe('pricing group keys', () => {
  test.each<[object, object, string]>([
    [{ pricing_group_keys: ['a', 'b'] }, { pricing_group_keys: ['a', 'b'] }, 'in their order'],
    [{ grouped_by: ['a'] }, { pricing_group_keys: ['a'] }, 'by their old name'],
    [{ pricing_group_keys: ['a'], grouped_by: ['b'] }, { pricing_group_keys: ['a'] }, 'the new name wins'],
    [{ pricing_group_keys: null, grouped_by: ['b'] }, { pricing_group_keys: ['b'] }, 'null is no list'],
    [{ pricing_group_keys: ['a', 'a'] }, { pricing_group_keys: ['a'] }, 'once each'],
    [{ pricing_group_keys: [] }, {}, 'none'],
    [{ pricing_group_keys: keys(20) }, { pricing_group_keys: keys(20) }, 'as many as there may be'],
  ])('%j are kept as %j beside the price of a charge and of a filter: %s', (given, stored) => {
    expect(ofCharge({ ...price, ...given })).toEqual(ok({ ...price, ...stored }))
    expect(ofFilter({ ...price, ...given })).toEqual(ok({ ...price, ...stored }))
  })

  test.each<[unknown, string, string]>([
    ['region', 'invalid_type', 'no list'],
    [{ 0: 'region' }, 'invalid_type', 'an object'],
    [[1], 'invalid_type', 'no text'],
    [['a', ''], 'invalid_type', 'empty'],
    [[' '], 'invalid_type', 'blank'],
    [['\ud800'], 'invalid_type', 'half a character'],
    [['a'.repeat(256)], 'invalid_type', 'too long'],
    [keys(21), 'too_many_keys', 'too many'],
  ])('%j are refused with %s: %s', (pricing_group_keys, code) => {
    expect(ofCharge({ ...price, pricing_group_keys })).toEqual(no(code))
    expect(ofFilter({ ...price, grouped_by: pricing_group_keys })).toEqual(no(code))
  })

  test('are refused together with the price', () => {
    expect(ofCharge({ amount: 1, grouped_by: 'a' })).toEqual(no('invalid_amount', 'invalid_type'))
  })

  test('are shown under both names, and what is shown reads as what it was', () => {
    const properties = { ...price, pricing_group_keys: ['a'] }
    const shown = shownProperties(properties)
    expect(shown).toEqual({ ...properties, grouped_by: ['a'] })
    expect(ofCharge(shown)).toEqual(ok(properties))
    expect(shownProperties(price)).toEqual(price)
    expect(groupKeysOf(properties)).toEqual(['a'])
    expect(groupKeysOf(price)).toEqual([])
  })
})

describe('presentation group keys', () => {
  const read = (presentation_group_keys: unknown) => ofCharge({ ...price, presentation_group_keys })

  test('are kept as they were given, two at most, and are not shown on invoices unless they say so', () => {
    const given = [{ value: 'region', options: { display_in_invoice: true } }, { value: 'team' }]
    expect(read(given)).toEqual(ok({ ...price, presentation_group_keys: given }))
    expect(presentationKeysOf({ ...price, presentation_group_keys: given })).toEqual([
      { value: 'region', displayInInvoice: true },
      { value: 'team', displayInInvoice: false },
    ])
    expect(presentationKeysOf(price)).toEqual([])
  })

  test.each<[unknown, string]>([
    [[], 'none'],
    [null, 'null'],
  ])('%j are none: %s', (given) => expect(read(given)).toEqual(ok(price)))

  test.each<[unknown, string, string]>([
    ['region', 'invalid_type', 'no list'],
    [['region'], 'invalid_type', 'bare names'],
    [[null], 'invalid_type', 'nothing'],
    [[{ value: '' }], 'invalid_type', 'no name'],
    [[{ value: 7 }], 'invalid_type', 'a number'],
    [[{ value: 'region', colour: 'red' }], 'invalid_type', 'something unknown'],
    [[{ value: 'region', options: { display_in_invoice: 'yes' } }], 'invalid_type', 'neither yes nor no'],
    [[{ value: 'region', options: { colour: 'red' } }], 'invalid_type', 'an unknown option'],
    [[{ value: 'region', options: [] }], 'invalid_type', 'options that are a list'],
    [[{ value: 'a' }, { value: 'b' }, { value: 'c' }], 'too_many_keys', 'three'],
    [[{ value: 'a' }, { value: 'a', options: { display_in_invoice: true } }], 'value_is_duplicated', 'twice the same'],
  ])('%j are refused with %s: %s', (given, code) => expect(read(given)).toEqual(no(code)))

  test('of a filter are dropped, whatever they are', () => {
    expect(ofFilter({ ...price, presentation_group_keys: 'region' })).toEqual(ok(price))
  })
})

describe('defaults', () => {
  test.each<[unknown, string]>([
    [{}, 'no keys'],
    [[], 'an empty list, as some languages write it'],
    [null, 'null'],
    [undefined, 'nothing'],
  ])('%j takes them on a charge and never on a filter: %s', (input) => {
    expect(ofCharge(input)).toEqual(ok({ amount: '0' }))
    expect(ofFilter(input)).toEqual(no('invalid_amount'))
  })

  test('properties that hold group keys only are not empty', () => {
    expect(ofCharge({ pricing_group_keys: ['a'] })).toEqual(no('invalid_amount'))
    expect(ofCharge({ presentation_group_keys: [] })).toEqual(no('invalid_amount'))
  })

  test.each(CHARGE_MODELS)('%s: what a charge takes by default a filter takes when it is spelled out', (name) => {
    const parsed = parseChargeProperties(chargeModelOf(name), {}, 'charge')
    if (!parsed.ok) throw new Error('the defaults are refused')
    expect(parseChargeProperties(chargeModelOf(name), parsed.properties, 'filter')).toEqual(parsed)
  })

  test('the ranges of a graduated charge may still be sent bare', () => {
    const ranges = [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }]
    for (const kind of ['charge', 'filter'] as const) {
      expect(parseChargeProperties(chargeModelOf('graduated'), ranges, kind)).toEqual(ok({ graduated_ranges: ranges }))
    }
  })
})

test('whatever is sent is either refused with codes or canonical: reading it again changes nothing', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('a', 'b', ''), fc.integer())
  const list = fc.oneof(fc.array(key, { maxLength: 4 }), fc.jsonValue())
  const presentation = fc.record(
    { value: key, options: fc.oneof(fc.constant(null), fc.record({ display_in_invoice: fc.boolean() })) },
    { requiredKeys: ['value'] },
  )
  const properties = fc.record(
    {
      amount: fc.constantFrom('1', '2.5', 1, ''),
      pricing_group_keys: list,
      grouped_by: list,
      presentation_group_keys: fc.oneof(fc.array(presentation, { maxLength: 3 }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(properties, fc.jsonValue()), fc.constantFrom('charge', 'filter'), (input, kind) => {
      const parsed = parseChargeProperties(standard, input, kind)
      if (!parsed.ok) return parsed.codes.length > 0
      expect(parseChargeProperties(standard, parsed.properties, kind)).toEqual(parsed)
      return true
    }),
  )
})
