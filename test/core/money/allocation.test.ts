import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocate } from '../../../src/core/money/allocation.js'
import { Decimal } from '../../../src/core/money/decimal.js'

const split = (total: number | string, weights: readonly (number | string)[]) =>
  allocate(
    new Decimal(total),
    weights.map((weight) => new Decimal(weight)),
  ).map((part) => part.toFixed())

describe('allocate', () => {
  test.each<[number | string, (number | string)[], string[], string]>([
    [100, [1, 1, 1], ['34', '33', '33'], 'of equal remainders the first takes the cent'],
    [100, [1, 2, 3], ['17', '33', '50'], '16.67, 33.33, 50: the largest remainder takes the cent'],
    [5, [3, 3, 3, 1], ['2', '2', '1', '0'], '1.5 three times and 0.5: earlier ones first'],
    [10, [0, 1, 0], ['0', '10', '0'], 'a weight of 0 gets nothing'],
    [1, ['0.1', '0.3'], ['0', '1'], 'weights need not be whole'],
    [0, [1, 2], ['0', '0'], 'nothing is split into nothing'],
    [0, [0, 0], ['0', '0'], 'also when nothing has weight'],
    [0, [], [], 'also among nobody'],
    [-100, [1, 1, 1], ['-34', '-33', '-33'], 'what is taken back is split like what was given'],
    [-1, [1, 1], ['-1', '0'], 'the first takes the cent there too'],
    ['90071992547409931', [1, 1], ['45035996273704966', '45035996273704965'], 'exact beyond 2^53'],
  ])('%s by %j is %j: %s', (total, weights, expected) => {
    expect(split(total, weights)).toEqual(expected)
  })

  test.each([
    ['1.5', [1], 'not a whole amount'],
    ['1', [-1, 2], 'negative weight'],
    ['1', [0, 0], 'sum to 0'],
    ['1', [], 'sum to 0'],
  ])('%s by %j throws: %s', (total, weights, message) => {
    expect(() => split(total, weights)).toThrow(message)
  })

  test('never gives a negative zero', () => {
    const parts = allocate(new Decimal(-1), [new Decimal(1), new Decimal(1)])
    expect(parts.map((part) => Object.is(part.toNumber(), -0))).toEqual([false, false])
  })

  test('parts are whole, sum to the total and are less than one unit off their exact share', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), weights, (total, list) => {
        const sum = list.reduce((a, b) => a + b, 0)
        fc.pre(sum > 0)
        const parts = split(total, list).map(Number)
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total)
        parts.forEach((part, index) => {
          expect(Number.isInteger(part)).toBe(true)
          expect(Math.abs(part * sum - total * (list[index] ?? 0))).toBeLessThan(sum)
        })
      }),
    )
  })
})
