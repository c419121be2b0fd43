import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateCents } from '../../../src/core/money/allocation.js'

describe('a divided amount', () => {
  it.each<[number, number[], number[], string]>([
    [100, [1, 1, 1], [34, 33, 33], 'of equal shares the first takes the cent'],
    [100, [1, 2], [33, 67], 'the cent goes to who has lost the most'],
    [600, [1000, 200], [500, 100], 'exact shares stay as they are'],
    [5, [0, 0], [5, 0], 'without weights the first takes everything'],
    [0, [3, 4], [0, 0], 'nothing is nothing for everybody'],
    [7, [], [], 'among nobody'],
  ])('%i by %j: %j (%s)', (total, weights, parts) => {
    expect(allocateCents(total, weights)).toEqual(parts)
  })

  it('adds up, and no part is off its share by a whole cent or above its weight', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(weights, fc.nat({ max: 1_000_000 }), (list, seed) => {
        const whole = list.reduce((sum, weight) => sum + weight, 0)
        fc.pre(whole > 0)
        const total = seed % (whole + 1)
        const parts = allocateCents(total, list)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total)
        for (const [i, part] of parts.entries()) {
          expect(part).toBeLessThanOrEqual(list[i] ?? 0)
          expect(Math.abs(part - (total * (list[i] ?? 0)) / whole)).toBeLessThan(1)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
