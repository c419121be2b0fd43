import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weightedSum } from '../../../../src/core/metering/aggregations/weighted_sum.js'
import { event, foldAll } from '../support.js'

const SECOND = 1_000_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

/** The moment at which the so manieth day of a month begins, in microseconds; 0.5 is half a day. */
const on = (day: number) => Date.UTC(2025, 2, 1) * 1000 + (day - 1) * DAY
const month = (days: number, toAt = on(days + 1)) => ({ toAt, periodLength: days * DAY })

type Change = [at: number, value: unknown]

describe('a weighted sum', () => {
  test.each<[string, Change[], { toAt: number; periodLength: number }, string, string, number]>([
    ['no events', [], month(31), '0', '0', 0],
    ['27 of 31 days', [[on(5), 2500]], month(31), '2177.41935483870967741936', '2500', 1],
    ['the whole month', [[on(1), '2500']], month(31), '2500', '2500', 1],
    [
      'a level carried into the month, lowered twice',
      [
        [on(1), 2500],
        [on(4), -2000],
        [on(6), -200],
      ],
      month(30),
      '533.33333333333333333334',
      '300',
      3,
    ],
    ['a level carried through the month', [[on(1), 300]], month(31), '300', '300', 1],
    [
      'until the very second of a termination',
      [[on(5), 2500]],
      month(31, on(15.5)),
      '846.7741935483870967742',
      '2500',
      1,
    ],
    [
      'changes of one moment, which hold no time in between',
      [
        [on(5), 70],
        [on(5), -70],
      ],
      month(31),
      '0',
      '0',
      2,
    ],
    [
      'a level that was there and is gone',
      [
        [on(5), 62],
        [on(6), -62],
      ],
      month(31),
      '2',
      '0',
      2,
    ],
    ['the last microsecond', [[on(32) - 1, 1]], month(31), '0.00000000000037335723', '1', 1],
    [
      'a month with an hour less, held all of it',
      [[on(1), 7]],
      { toAt: on(32) - HOUR, periodLength: 31 * DAY - HOUR },
      '7',
      '7',
      1,
    ],
    ['a level below zero', [[on(21), -1]], month(30), '-0.33333333333333333334', '-1', 1],
    [
      'what is no plain decimal',
      [
        [on(1), 'x'],
        [on(1), null],
        [on(1), '1e3'],
        [on(1), undefined],
        [on(1), '0.10'],
      ],
      month(31),
      '0.1',
      '0.1',
      1,
    ],
    [
      'numbers of extreme sizes, of which no digit is lost before the rounding',
      [
        [on(1), '9'.repeat(64)],
        [on(1), `0.${'0'.repeat(61)}1`],
      ],
      month(31),
      `${'9'.repeat(64)}.${'0'.repeat(19)}1`,
      `${'9'.repeat(64)}.${'0'.repeat(61)}1`,
      2,
    ],
    ['a time before 1970', [[-3 * DAY, 8]], { toAt: -DAY, periodLength: 4 * DAY }, '4', '8', 1],
  ])('of %s', (_, changes, span, units, level, events) => {
    const folded = foldAll(
      weightedSum,
      changes.map(([at, value], seq) => event(value, { at, seq })),
      span,
    )
    expect(folded.units.toFixed()).toBe(units)
    expect(folded.totalAggregatedUnits.toFixed()).toBe(level)
    expect(folded.eventsCount).toBe(events)
  })

  test('equals a walk through every second of the period that adds up the level, in whatever order events arrive', () => {
    const change = fc.record({ second: fc.nat(59), thousandths: fc.integer({ min: -5_000, max: 5_000 }) })
    const scenario = fc.record({
      changes: fc.array(change, { maxLength: 12 }),
      seconds: fc.integer({ min: 60, max: 90 }),
      rest: fc.nat(40),
    })
    fc.assert(
      fc.property(scenario, fc.nat(), ({ changes, seconds, rest }, seed) => {
        let [level, total] = [0, 0]
        for (let second = 0; second < seconds; second++) {
          for (const one of changes) if (one.second === second) level += one.thousandths
          total += level
        }
        const events = changes.map(({ second, thousandths }, seq) =>
          event((thousandths / 1000).toFixed(3), { at: second * SECOND, seq }),
        )
        const turn = seed % (events.length + 1)
        const arriving = [...events.slice(turn), ...events.slice(0, turn)].reverse()
        const span = { toAt: seconds * SECOND, periodLength: (seconds + rest) * SECOND }
        const folded = foldAll(weightedSum, arriving, span)
        expect(folded.units.toFixed(20)).toBe(quotient(total, (seconds + rest) * 1000))
        expect(folded.totalAggregatedUnits.times(1000).eq(level)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Twenty decimals, away from zero. */
function quotient(dividend: number, divisor: number): string {
  const [size, by] = [BigInt(Math.abs(dividend)) * 10n ** 20n, BigInt(divisor)]
  const digits = ((size + by - 1n) / by).toString().padStart(21, '0')
  return `${dividend < 0 ? '-' : ''}${digits.slice(0, -20)}.${digits.slice(-20)}`
}
