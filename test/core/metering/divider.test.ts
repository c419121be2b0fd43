import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { Divider, groupValue } from '../../../src/core/metering/divider.js'
import type { Division, FilterRule } from '../../../src/core/metering/division.js'
import { divisions, eventProperties, naiveBucket } from './division_support.js'

type Values = FilterRule['values']

const rest = { groupKeys: [], tallyKey: null }

const dividing = (filters: readonly Values[], other: Partial<Division> = {}): Divider =>
  new Divider({ filters: filters.map((values) => ({ ...rest, values })), rest, only: {}, ...other })

const parsed = (json: string): Record<string, never> => JSON.parse(json)

describe('an event goes to the filter', () => {
  test.each<[Values[], Record<string, unknown>, number | null, string]>([
    [[], { a: 'x' }, null, 'none is defined'],
    [[{ a: ['x'] }], { a: 'x' }, 0, 'its value is listed'],
    [[{ a: ['w', 'x'] }], { a: 'x' }, 0, 'as one of several'],
    [[{ a: ['x'] }], { a: 'y' }, null, 'its value is not listed'],
    [[{ a: ['x'] }], { a: 'X' }, null, 'nor in another case'],
    [[{ a: ['x'] }], {}, null, 'the property is missing'],
    [[{ a: ['x', 'null', ''] }], { a: null }, null, 'null is as good as missing'],
    [[{ a: ['x'], b: ['y'] }], { a: 'x' }, null, 'one of two is missing'],
    [[{ a: ['x'], b: ['y'] }], { a: 'x', b: 'z' }, null, 'one of two is another'],
    [[{ a: ['x'], b: ['y'] }], { b: 'y', a: 'x', c: 'z' }, 0, 'both are listed, what else there is does not matter'],
    [[{ a: ['x'] }, { a: ['x'], b: ['y'] }], { a: 'x', b: 'y' }, 1, 'more keys win, also when defined later'],
    [[{ a: ['x'] }, { a: ['x'], b: ['y'] }], { a: 'x' }, 0, 'unless they do not match'],
    [[{ a: ['x'] }, { b: ['1', '2', '3'], a: ['x', 'y'] }], { a: 'x', b: '1' }, 1, 'more keys win over fewer values'],
    [[{ a: ['x', 'y'] }, { a: ['x'] }], { a: 'x' }, 1, 'a part of the values is more specific'],
    [[{ a: ['x', 'y'] }, { a: ['x'] }], { a: 'y' }, 0, 'and leaves the others'],
    [[{ a: ['x', 'y', 'z'] }, { a: ['w', 'x'] }], { a: 'x' }, 1, 'fewer values win without nesting'],
    [[{ cloud: ['aws', 'gcp'] }, { cloud: ['aws', 'azure'] }], { cloud: 'aws' }, 0, 'as many values: the first'],
    [[{ cloud: ['aws'] }, { region: ['us'] }], { cloud: 'aws', region: 'us' }, 0, 'other keys: the first'],
    [[{ region: ['us'] }, { cloud: ['aws'] }], { cloud: 'aws', region: 'us' }, 0, 'whatever they are called'],
    [[{ b: ['x', 'y'] }, { a: ['x'] }], { a: 'x', b: 'x' }, 1, 'other keys: fewer values'],
    [
      [
        { a: ['x', 'y'], b: ['x', 'y'] },
        { a: ['x'], b: ['x', 'y', 'z'] },
      ],
      { a: 'x', b: 'x' },
      1,
      'combinations are counted, not values: 3 are fewer than 4',
    ],
    [
      [
        { a: ['1', '2', '3', '4', '5'], b: ['x'] },
        { a: ['1', '2'], b: ['x', 'y'] },
      ],
      { a: '1', b: 'x' },
      1,
      '4 combinations are fewer than 5',
    ],
    [[{ a: ['x'] }, { a: ['x'] }], { a: 'x' }, 0, 'identical: the first defined'],
    [
      [
        { a: ['x', 'y'], b: ['z'] },
        { b: ['z'], a: ['y', 'x'] },
      ],
      { a: 'x', b: 'z' },
      0,
      'identical but for the order in which it is written',
    ],
    [[{ a: ['x', 'y'] }, { a: ['x', 'x'] }], { a: 'x' }, 1, 'a value named twice is one'],
    [[{ a: ['7'] }], { a: 7 }, 0, 'numbers are compared as text'],
    [[{ a: ['7'] }], { a: '7.0' }, null, 'not as numbers'],
    [[{ a: ['1000000000000000000000'] }], { a: 1e21 }, 0, 'without exponent'],
    [[{ a: ['true'] }], { a: true }, 0, 'so are booleans'],
    [[{ a: [''] }], { a: '' }, 0, 'the empty text is a text'],
    [[{ a: [] }], { a: 'x' }, null, 'a key without values takes nothing'],
    [[{ a: ['x'], b: [] }, { a: ['x'] }], { a: 'x', b: 'y' }, 1, 'and its filter keeps its place'],
    [[{}], { a: 'x' }, null, 'a filter without keys takes nothing'],
    [[{ constructor: ['x'] } as never], { a: 'x' }, null, 'what every object inherits was not sent'],
    [[{ constructor: ['x'] } as never], { constructor: 'x' }, 0, 'unless it was'],
    [[{ a: ['x'] }], { a: 'constructor' }, null, 'nor is it a listed value'],
    [[parsed('{"__proto__":["x"],"a":["y"]}')], parsed('{"__proto__":"x","a":"y"}'), 0, 'a key may have any name'],
    [[parsed('{"__proto__":["x"],"a":["y"]}')], { a: 'y' }, null, 'and is asked for under any name'],
    [[{ a: ['__proto__'] }], { a: '__proto__' }, 0, 'a value may be any text'],
  ])('of %j, for %j: %j, %s', (filters, properties, filter) => {
    expect(dividing(filters).bucketOf(properties)).toEqual({ filter, group: [] })
  })

  test('of the fewest combinations, also where their number is beyond what doubles tell apart', () => {
    const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`)
    const filter = (extra: number): Values =>
      Object.fromEntries(keys.map((key, i) => [key, ['x', 'y', ...(i < extra ? ['z'] : [])]]))
    const wide = { ...filter(60), 'key 0': ['x', 'y', 'z', 'w'] }
    const properties = Object.fromEntries(keys.map((key) => [key, 'x']))
    expect(dividing([wide, filter(60), filter(59)]).bucketOf(properties)?.filter).toBe(2)
  })

  test('that trying every filter finds', () => {
    fc.assert(
      fc.property(divisions([null]), fc.array(eventProperties, { maxLength: 10 }), (division, all) => {
        const divider = new Divider(division)
        for (const properties of all) expect(divider.bucketOf(properties)).toEqual(naiveBucket(division, properties))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an event is grouped', () => {
  const division: Division = {
    filters: [
      { values: { a: ['x'] }, groupKeys: ['b'], tallyKey: null },
      { values: { a: ['y'] }, groupKeys: [], tallyKey: null },
    ],
    rest: { groupKeys: ['b', 'c'], tallyKey: null },
    only: {},
  }

  test.each<[Record<string, unknown>, number | null, (string | null)[], string]>([
    [{ a: 'x', b: '1', c: '2' }, 0, ['1'], 'by the keys of its filter'],
    [{ a: 'y', b: '1', c: '2' }, 1, [], 'not at all if its filter has none'],
    [{ a: 'z', b: '1', c: '2' }, null, ['1', '2'], 'by those of the rest, in their order, if no filter takes it'],
    [{ c: '2' }, null, [null, '2'], 'a missing value is null'],
    [{ b: '', c: null }, null, [null, null], 'so are an empty one and null'],
    [{ b: 'null', c: ' ' }, null, ['null', ' '], 'the word null and a space are values'],
    [{ b: 7, c: false }, null, ['7', 'false'], 'values are texts'],
    [{ b: { y: 1, x: 2 }, c: [1] }, null, ['{"x":2,"y":1}', '[1]'], 'objects too, whatever the order of their keys'],
  ])('%j: %j, %j, %s', (properties, filter, group) => {
    expect(new Divider(division).bucketOf(properties)).toEqual({ filter, group })
  })

  test('by what it carries itself, never by what objects inherit', () => {
    expect(groupValue({}, 'constructor')).toBeNull()
    expect(groupValue(parsed('{"__proto__":"x"}'), '__proto__')).toBe('x')
  })
})

describe('an event is counted only', () => {
  test.each<[Division['only'], Record<string, unknown>, boolean, string]>([
    [{}, {}, true, 'nothing is asked'],
    [{ a: 'x' }, { a: 'x', b: 'y' }, true, 'it has the text'],
    [{ a: 'x' }, { a: 'y' }, false, 'it has another'],
    [{ a: 'x' }, {}, false, 'it has none'],
    [{ a: 'x', b: 'y' }, { a: 'x' }, false, 'it lacks one of two'],
    [{ a: '7' }, { a: 7 }, true, 'compared as text'],
    [{ a: null }, {}, true, 'missing was asked for'],
    [{ a: null }, { a: '' }, true, 'or empty'],
    [{ a: null }, { a: 'null' }, false, 'but not the word'],
    [{ constructor: null } as never, {}, true, 'what objects inherit is missing'],
  ])('if it fits %j; %j: %s, %s', (only, properties, counted) => {
    const divider = dividing([{ a: ['x'] }], { only })
    expect(divider.bucketOf(properties) !== null).toBe(counted)
    expect(divider.keyOf(properties) !== null).toBe(counted)
  })
})

describe('among three thousand filters of two keys', () => {
  const regions = Array.from({ length: 60 }, (_, i) => `region ${i}`)
  const tiers = Array.from({ length: 50 }, (_, i) => `tier ${i}`)
  const divider = dividing(regions.flatMap((region) => tiers.map((tier) => ({ region: [region], tier: [tier] }))))
  const events = Array.from({ length: 10_000 }, (_, i) => ({ region: i % 61, tier: (i * 7) % 51 }))
  const properties = events.map(({ region, tier }) => ({ region: `region ${region}`, tier: `tier ${tier}` }))

  test('each of ten thousand events finds its own', () => {
    const found = properties.map((one) => divider.bucketOf(one)?.filter)
    expect(found).toEqual(
      events.map(({ region, tier }) => (region < 60 && tier < 50 ? region * tiers.length + tier : null)),
    )
  })

  test('few are looked at: those of its rarest value', () => {
    const plans = ['small', 'medium', 'large']
    const customers = Array.from({ length: 3_000 }, (_, i) => `customer ${i}`)
    const uneven = dividing(customers.map((customer, i) => ({ plan: [plans[i % 3] ?? ''], customer: [customer] })))
    const looksOf = (one: Divider, asked: Record<string, unknown>, filter: number | null) => {
      const looks = vi.spyOn(Set.prototype, 'has')
      const found = one.bucketOf(asked)?.filter
      const count = looks.mock.calls.length
      looks.mockRestore()
      expect(found).toBe(filter)
      return count
    }
    expect(looksOf(divider, { region: 'region 59', tier: 'tier 49' }, 2_999)).toBeLessThanOrEqual(2 * tiers.length)
    expect(looksOf(uneven, { plan: 'large', customer: 'customer 2999' }, 2_999)).toBe(2)
    expect(looksOf(uneven, { plan: 'small', customer: 'customer 2999' }, null)).toBeLessThanOrEqual(2)
    expect(looksOf(uneven, { plan: 'large', customer: 'nobody' }, null)).toBe(0)
  })
})
