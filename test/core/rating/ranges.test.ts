import { describe, expect, test } from 'vitest'
import { graduated } from '../../../src/core/rating/models/graduated.js'
import { graduatedPercentage } from '../../../src/core/rating/models/graduated_percentage.js'
import { volume } from '../../../src/core/rating/models/volume.js'
import { codesOf } from './pricing.js'

type Bound = readonly [from: unknown, to: unknown]
const prices = { per_unit_amount: '1', rate: '1', flat_amount: '0' }
const listed = (bounds: readonly Bound[]) =>
  bounds.map(([from_value, to_value]) => ({ from_value, to_value, ...prices }))

const MODELS = [
  { name: 'graduated', key: 'graduated_ranges', codes: (input: unknown) => codesOf(graduated, input) },
  {
    name: 'graduated percentage',
    key: 'graduated_percentage_ranges',
    codes: (input: unknown) => codesOf(graduatedPercentage, input),
  },
  { name: 'volume', key: 'volume_ranges', codes: (input: unknown) => codesOf(volume, input) },
]

describe.each(MODELS)('$name ranges', ({ key, codes }) => {
  test.each([
    [[[0, null]], 'one open range'],
    [
      [
        [0, 10],
        [11, null],
      ],
      'the next one unit above',
    ],
    [
      [
        [0, 0.14],
        [1.14, null],
      ],
      'bounds that need not be whole, compared in decimals',
    ],
    [
      [
        [0, 1],
        [2, 9007199254740990],
        [9007199254740991, null],
      ],
      'the largest exact bounds',
    ],
  ] as readonly (readonly [Bound[], string])[])('%j are accepted: %s', (bounds) => {
    expect(codes({ [key]: listed(bounds) })).toEqual([])
    expect(codes(listed(bounds))).toEqual([])
  })

  test.each([
    [[[2, null]], 'not from zero'],
    [[[1, null]], 'from one'],
    [[[-1, null]], 'from below zero'],
    [[[0, 10]], 'not open at the end'],
    [
      [
        [0, 10],
        [15, null],
      ],
      'a gap',
    ],
    [
      [
        [0, 10],
        [12, null],
      ],
      'a gap of one unit',
    ],
    [
      [
        [0, 10],
        [10.5, null],
      ],
      'a gap of half a unit',
    ],
    [
      [
        [0, 10],
        [5, null],
      ],
      'an overlap',
    ],
    [
      [
        [0, null],
        [11, null],
      ],
      'open in the middle',
    ],
    [
      [
        [0, 10],
        [11, 20],
      ],
      'closed at the end',
    ],
    [
      [
        [0, 0],
        [1, null],
      ],
      'an end not above its start',
    ],
    [
      [
        [0, 10],
        [11, 11],
        [12, null],
      ],
      'an end at its start in the middle',
    ],
    [
      [
        [0, 10],
        [11, 5],
        [6, null],
      ],
      'an end below its start',
    ],
    [[['0', null]], 'a bound of text'],
    [
      [
        [0, '10'],
        [11, null],
      ],
      'an end of text',
    ],
    [[[null, null]], 'no start'],
    [[[0, Number.NaN]], 'no number'],
    [
      [
        [0, 2 ** 53],
        [2 ** 53 + 2, null],
      ],
      'bounds beyond what is exact',
    ],
    [
      [
        [0, 1e-300],
        [1, null],
      ],
      'a bound of too many decimal places',
    ],
  ] as readonly (readonly [Bound[], string])[])('%j are refused: %s', (bounds) => {
    expect(codes({ [key]: listed(bounds) })).toEqual([`invalid_${key}`])
  })

  test.each([[null], [undefined], [[]]])('%j for the list is a missing list', (list) => {
    expect(codes({ [key]: list })).toEqual([`missing_${key}`])
  })

  test.each([['text'], [{}], [5], [[null]], [[1]], [[[]]]])('%j for the list is an invalid list', (list) => {
    expect(codes({ [key]: list })).toEqual([`invalid_${key}`])
  })

  test('may be a thousand, not more', () => {
    const many = (count: number) =>
      listed(Array.from({ length: count }, (_, i) => [i === 0 ? 0 : 2 * i + 1, i === count - 1 ? null : 2 * i + 2]))
    expect(codes({ [key]: many(1000) })).toEqual([])
    expect(codes({ [key]: many(1001) })).toEqual([`invalid_${key}`])
  })
})

test('ranges may touch where they are walked, and only there', () => {
  const touching = listed([
    [0, 10],
    [10, 20],
    [21, null],
  ])
  expect(codesOf(graduated, touching)).toEqual([])
  expect(codesOf(graduatedPercentage, touching)).toEqual([])
  expect(codesOf(volume, touching)).toEqual(['invalid_volume_ranges'])
})

test('the end of the last range may be left out', () => {
  expect(codesOf(graduated, [{ from_value: 0, ...prices }])).toEqual([])
})
