import { describe, expect, it } from 'vitest'
import { Breakdown } from '../../../src/core/usage/breakdown.js'
import { breakdownRows, brokenDown } from '../../../src/core/usage/broken_down.js'
import { MAX_BREAKDOWN_TEXT, MAX_BREAKDOWNS } from '../../../src/core/usage/limits.js'
import { parsePresentationFilter, presentationWish } from '../../../src/core/usage/presentation.js'
import { decimal, used } from './builders.js'

describe('filter_by_presentation', () => {
  it.each<[string | undefined, string[] | null | undefined, string]>([
    [undefined, null, 'not given: everything'],
    ['[]', [], 'nothing at all'],
    ['["a","b"]', ['a', 'b'], 'a list of texts'],
    ['"a"', undefined, 'no list'],
    ['[1]', undefined, 'no texts'],
    ['[a]', undefined, 'no JSON'],
    [JSON.stringify(Array.from({ length: 101 }, () => 'a')), undefined, 'too many'],
  ])('%s is %j: %s', (text, expected) => {
    expect(parsePresentationFilter(text)).toEqual(expected)
  })

  it.each<[string[] | null, string[], string[] | null, string]>([
    [null, ['team', 'user'], null, 'without it both keys'],
    [['user'], ['user'], null, 'a key alone'],
    [[], [], null, 'none'],
    [['red'], ['team', 'user'], ['red'], 'a value, of whatever key'],
    [['user', 'red'], ['user'], ['red'], 'a value of that key'],
  ])('%j breaks down by %j, values %j: %s', (filter, keys, values) => {
    expect(presentationWish(['team', 'user'], filter)).toEqual({ keys, values: values && new Set(values) })
  })
})

describe('the breakdown of buckets', () => {
  const buckets = [used(0, ['x', 'r'], 1), used(0, ['x', null], 2), used(null, ['r'], 4)]

  it('is that of their parts by the last values of the group', () => {
    const found = brokenDown(buckets, ['department'], null)
    expect([...found.keys()]).toEqual(['[0,"x"]', ''])
    expect(breakdownRows(found.get('[0,"x"]') ?? [], ['department'])).toEqual([
      { presentationBy: { department: 'r' }, units: decimal(1) },
      { presentationBy: { department: null }, units: decimal(2) },
    ])
  })

  it('keeps what has one of the wanted values', () => {
    const found = brokenDown(buckets, ['department'], new Set(['r']))
    expect([...found].map(([key, rows]) => [key, rows.map(({ values }) => values)])).toEqual([
      ['[0,"x"]', [['r']]],
      ['', [['r']]],
    ])
  })
})

it('a row tells so many values apart and no more, however long they are', () => {
  const many = new Breakdown(['key'])
  for (let i = 0; i < MAX_BREAKDOWNS + 5; i++) many.add([`${i}`], decimal(1))
  many.add(['0'], decimal(1))
  expect(many.rows().length).toBe(MAX_BREAKDOWNS)
  expect(many.rows()[0]?.units).toEqual(decimal(2))
  const long = new Breakdown(['key'])
  for (let i = 0; i < 5; i++) long.add([`${i}`.repeat(MAX_BREAKDOWN_TEXT / 4)], decimal(1))
  expect(long.rows().length).toBe(3)
})
