import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { subtract } from '../../../src/core/metering/time_ranges.js'

const range = (from: number, to: number) => ({ from, to })

describe('ranges of time', () => {
  it.each([
    [[range(0, 10)], [range(3, 5)], [range(0, 3), range(5, 10)], 'a hole leaves two parts'],
    [[range(0, 10)], [range(-5, 3)], [range(3, 10)], 'the beginning goes'],
    [[range(0, 10)], [range(7, 20)], [range(0, 7)], 'the end goes'],
    [[range(0, 10)], [range(0, 10)], [], 'everything goes'],
    [[range(0, 10)], [range(10, 20), range(-3, 0)], [range(0, 10)], 'what only touches takes nothing'],
    [[range(0, 10)], [range(4, 4)], [range(0, 10)], 'what is empty takes nothing'],
    [[range(0, 2), range(5, 9)], [range(1, 6)], [range(0, 1), range(6, 9)], 'from several at once'],
  ])('%j without %j is %j: %s', (ranges, others, left) => {
    expect(subtract(ranges, others)).toEqual(left)
  })

  it('what is left holds exactly the moments of the ranges that the others do not hold', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { maxLength: 5 })
    const holds = (list: readonly { from: number; to: number }[], at: number) =>
      list.some(({ from, to }) => from <= at && at < to)
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 12 }), (a, b, at) => {
        const [ranges, others] = [a.map(([from, to]) => range(from, to)), b.map(([from, to]) => range(from, to))]
        expect(holds(subtract(ranges, others), at)).toBe(holds(ranges, at) && !holds(others, at))
      }),
    )
  })
})
