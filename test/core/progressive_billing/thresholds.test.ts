import { describe, expect, it } from 'vitest'
import { completions, nextLevel, passedThresholds } from '../../../src/core/progressive_billing/thresholds.js'

const fixed = (amountCents: number) => ({ id: `at ${amountCents}`, amountCents, recurring: false })
const every = (amountCents: number) => ({ id: `every ${amountCents}`, amountCents, recurring: true })

const LADDER = [fixed(200), fixed(500), fixed(700), every(1000)]

describe('thresholds that are passed', () => {
  it.each([
    [0, 199, [], 'not reached'],
    [0, 200, [200], 'reached exactly'],
    [200, 499, [], 'the same again'],
    [0, 500, [200, 500], 'two at once'],
    [500, 1699, [700], 'the recurring one counts from the largest fixed one'],
    [700, 1700, [1700], 'its first step'],
    [880, 3080, [2700], 'two of its steps at once, told as one'],
    [3080, 3699, [], 'within a step'],
    [3080, 5280, [4700], 'its later steps'],
    [0, 1700, [200, 500, 700, 1700], 'all of them'],
    [5000, 400, [], 'usage that was taken back'],
  ])('from %i to %i: %j, %s', (done, total, levels) => {
    expect(passedThresholds(LADDER, done, total).map(({ levelCents }) => levelCents)).toEqual(levels)
  })

  it('a recurring one alone starts from nothing', () => {
    expect(passedThresholds([every(100)], 250, 300)).toEqual([{ threshold: every(100), levelCents: 300 }])
    expect(passedThresholds([every(100)], 250, 299)).toEqual([])
  })

  it('come in the order of their amounts, the recurring one last, however they are listed', () => {
    const passed = passedThresholds([every(1000), fixed(700), fixed(200)], 0, 1700)
    expect(passed.map(({ threshold }) => threshold.amountCents)).toEqual([200, 700, 1000])
  })
})

describe('the next one', () => {
  it.each([
    [LADDER, 0, 200],
    [LADDER, 200, 500],
    [LADDER, 700, 1700],
    [LADDER, 1700, 2700],
    [[fixed(200)], 200, null],
    [[], 0, null],
    [[every(100)], 0, 100],
  ])('of %j after %i is at %j', (thresholds, done, next) => {
    expect(nextLevel(thresholds, done)).toBe(next)
  })
})

describe('how far usage has come', () => {
  it.each([
    [
      [fixed(10_000), every(20_000)],
      12_000,
      [
        [10_000, 1],
        [30_000, 0.1],
      ],
      'the recurring one is open',
    ],
    [
      [fixed(200), fixed(600), fixed(900)],
      300,
      [
        [200, 1],
        [600, 0.25],
        [900, 0],
      ],
      'the next by its share of the way',
    ],
    [
      [every(100)],
      250,
      [
        [100, 1],
        [200, 1],
        [300, 0.5],
      ],
      'steps alone',
    ],
    [[fixed(200)], 0, [[200, 0]], 'nothing used'],
    [[], 500, [], 'no thresholds'],
  ])('%j at %i: %j, %s', (thresholds, total, expected) => {
    expect(completions(thresholds, total).map(({ amountCents, ratio }) => [amountCents, ratio])).toEqual(expected)
  })

  it('lists the last hundred steps and the open one, however many there were', () => {
    const listed = completions([every(1)], 1_000_000)
    expect(listed).toHaveLength(101)
    expect(listed.at(-1)).toEqual({ amountCents: 1_000_001, ratio: 0 })
  })
})
