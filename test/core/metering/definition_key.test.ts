import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CounterDefinition, definitionKey } from '../../../src/core/metering/counter.js'
import type { Division, FilterRule } from '../../../src/core/metering/division.js'
import { define } from './counter_support.js'
import { divisions } from './division_support.js'

describe('the key of a definition', () => {
  const base = define()
  const others: [string, Partial<CounterDefinition>][] = [
    ['subscription', { externalSubscriptionId: 'sub"' }],
    ['code', { code: 'tb' }],
    ['aggregation', { aggregation: 'max_agg' }],
    ['field', { fieldName: null }],
    ['field named null', { fieldName: 'null' }],
    ['no lower bound', { window: { ...base.window, from: null } }],
    ['start', { window: { ...base.window, from: { at: 1, seq: 2 } } }],
    ['start within its moment', { window: { ...base.window, from: { at: 0, seq: 3 } } }],
    ['end', { window: { ...base.window, to: { at: 6, seq: 12 } } }],
    ['end within its moment', { window: { ...base.window, to: { at: 5, seq: 13 } } }],
    ['parts that run together', { externalSubscriptionId: 'sub","gb', code: '' }],
  ]

  test('differs when any part differs', () => {
    const keys = [base, ...others.map(([, rest]) => define(rest))].map(definitionKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('does not depend on the order in which the parts were written, and survives JSON', () => {
    const reversed = Object.fromEntries(Object.entries(base).reverse()) as unknown as CounterDefinition
    expect(definitionKey(reversed)).toBe(definitionKey(base))
    expect(definitionKey(JSON.parse(JSON.stringify(base)))).toBe(definitionKey(base))
  })
})

describe('of a division, the key of a definition', () => {
  const filter: FilterRule = { values: { a: ['x', 'y'], b: ['z'] }, groupKeys: ['g', 'h'], tallyKey: 'trail' }
  const other: FilterRule = { ...filter, values: { c: ['x'] } }
  const base: Division = {
    filters: [filter, other],
    rest: { groupKeys: ['g'], tallyKey: null },
    only: { a: 'x', b: null },
  }
  const keyOf = (division: Division) => definitionKey(define({ division }))
  const withFilter = (changed: Partial<FilterRule>) => ({ ...base, filters: [{ ...filter, ...changed }, other] })

  test('differs when any part differs', () => {
    const all: [string, Division][] = [
      ['itself', base],
      ['order of filters', { ...base, filters: [other, filter] }],
      ['a filter less', { ...base, filters: [filter] }],
      ['a filter twice', { ...base, filters: [filter, other, other] }],
      ['a value less', withFilter({ values: { a: ['x'], b: ['z'] } })],
      ['a value of another key', withFilter({ values: { a: ['x'], b: ['y', 'z'] } })],
      ['a key without values', withFilter({ values: { a: ['x', 'y'], b: [] } })],
      ['a key less', withFilter({ values: { a: ['x', 'y'] } })],
      ['values that run together', withFilter({ values: { a: ['x","y'], b: ['z'] } })],
      ['a key named like a part of every object', withFilter({ values: JSON.parse('{"__proto__":["x"]}') })],
      ['another such key', withFilter({ values: { constructor: ['x'] } as never })],
      ['no keys', withFilter({ values: {} })],
      ['order of group keys', withFilter({ groupKeys: ['h', 'g'] })],
      ['a group key less', withFilter({ groupKeys: ['g'] })],
      ['another tally', withFilter({ tallyKey: 'weights' })],
      ['no tally', withFilter({ tallyKey: null })],
      ['a tally named null', withFilter({ tallyKey: 'null' })],
      ['group keys of the rest', { ...base, rest: { ...base.rest, groupKeys: [] } }],
      ['tally of the rest', { ...base, rest: { ...base.rest, tallyKey: 'trail' } }],
      ['another text to count', { ...base, only: { a: 'y', b: null } }],
      ['the text null to count', { ...base, only: { a: 'x', b: 'null' } }],
      ['the empty text to count', { ...base, only: { a: 'x', b: '' } }],
      ['one thing less to count', { ...base, only: { a: 'x' } }],
      ['everything to count', { ...base, only: {} }],
    ]
    const labels = new Map<string, string>()
    for (const [label, division] of all) {
      expect(labels.get(keyOf(division)), `${label} is told apart`).toBeUndefined()
      labels.set(keyOf(division), label)
    }
  })

  test('does not depend on the order in which the keys of values and of what is counted were written', () => {
    const reversed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(record).reverse())
    fc.assert(
      fc.property(divisions([null, 'trail']), (division) => {
        const filters = division.filters.map((rule) => ({ ...rule, values: reversed(rule.values) }))
        expect(keyOf({ ...division, filters, only: reversed(division.only) })).toBe(keyOf(division))
      }),
    )
    expect(keyOf({ ...base, only: reversed(base.only) })).toBe(keyOf(base))
  })

  test('survives JSON, whatever its keys are called', () => {
    fc.assert(
      fc.property(divisions([null, 'trail']), (division) => {
        expect(keyOf(JSON.parse(JSON.stringify(division)))).toBe(keyOf(division))
      }),
    )
  })

  test('is the same for two divisions only if they are written alike but for the order of keys', () => {
    const small = divisions([null]).filter(({ filters }) => filters.length <= 1)
    const written = ({ filters, rest, only }: Division) => [
      filters.map(({ values, groupKeys }) => [new Map(Object.entries(values)), groupKeys]),
      rest.groupKeys,
      new Map(Object.entries(only)),
    ]
    let same = 0
    fc.assert(
      fc.property(small, small, (a, b) => {
        if (keyOf(a) !== keyOf(b)) return
        same += 1
        expect(written(a)).toEqual(written(b))
      }),
      { numRuns: 2_000 },
    )
    expect(same).toBeGreaterThan(0)
  })
})
