import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePositions, contains, type EventWindow } from '../../../src/core/metering/window.js'

const window: EventWindow = { from: { at: 10, seq: 3 }, to: { at: 20, seq: 5 } }

test.each([
  [9, 99, false, 'before'],
  [10, 2, false, 'received before the start, at its instant'],
  [10, 3, true, 'the start itself'],
  [15, 0, true, 'inside, whenever it was received'],
  [20, 4, true, 'received before the end, at its instant'],
  [20, 5, false, 'the end itself'],
  [21, 0, false, 'after'],
])('an event at %d received as %d is inside: %s (%s)', (at, seq, inside) => {
  expect(contains(window, { at, seq })).toBe(inside)
})

test('a window without lower bound holds everything before its end', () => {
  const open = { from: null, to: window.to }
  expect(contains(open, { at: Number.MIN_SAFE_INTEGER, seq: 0 })).toBe(true)
  expect(contains(open, window.to)).toBe(false)
})

test('two windows that meet hold each event once', () => {
  const position = fc.record({ at: fc.integer({ min: -3, max: 3 }), seq: fc.integer({ min: 0, max: 3 }) })
  fc.assert(
    fc.property(position, position, position, position, (a, b, c, event) => {
      const [from, middle, to] = [a, b, c].sort(comparePositions) as [typeof a, typeof a, typeof a]
      const owners = [contains({ from, to: middle }, event), contains({ from: middle, to }, event)]
      expect(owners.filter(Boolean).length).toBe(contains({ from, to }, event) ? 1 : 0)
    }),
  )
})
