import { Temporal } from '@js-temporal/polyfill'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BILLING_TIMES, type BillingTime, PLAN_INTERVALS, type PlanInterval } from '../../../src/core/catalog.js'
import {
  firstStartOnOrAfter,
  isPeriodStart,
  nearestStart,
  type PeriodTerms,
  periodContaining,
  periodDays,
} from '../../../src/core/time/billing_periods.js'

const date = (text: string) => Temporal.PlainDate.from(text)
const terms = (interval: PlanInterval, billingTime: BillingTime, anchor: string): PeriodTerms => ({
  interval,
  billingTime,
  anchorOn: date(anchor),
})

function starts(of: PeriodTerms, from: string, count: number): string[] {
  const found: string[] = []
  for (let on = firstStartOnOrAfter(of, date(from)); found.length < count; on = periodContaining(of, on).toOn) {
    found.push(on.toString())
  }
  return found
}

describe('period starts', () => {
  it.each<[PlanInterval, string, string[], string]>([
    ['weekly', '2024-01-03', ['2024-01-03', '2024-01-10', '2024-01-17'], 'the weekday of the anchor'],
    [
      'monthly',
      '2024-01-31',
      ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31'],
      'clamped from the anchor',
    ],
    ['monthly', '2022-04-30', ['2022-04-30', '2022-05-30', '2022-06-30', '2022-07-30'], 'the 30th always'],
    ['monthly', '2022-12-30', ['2022-12-30', '2023-01-30', '2023-02-28', '2023-03-30'], 'and in February its last day'],
    ['monthly', '2022-02-28', ['2022-02-28', '2022-03-28', '2022-04-28'], 'never the end of the month'],
    ['quarterly', '2021-05-31', ['2021-05-31', '2021-08-31', '2021-11-30', '2022-02-28', '2022-05-31'], 'May 31st'],
    [
      'quarterly',
      '2021-05-30',
      ['2021-05-30', '2021-08-30', '2021-11-30', '2022-02-28', '2022-05-30'],
      'August 30th, not 31st',
    ],
    ['quarterly', '2022-01-31', ['2022-01-31', '2022-04-30', '2022-07-31', '2022-10-31'], 'January 31st'],
    [
      'semiannual',
      '2021-08-31',
      ['2021-08-31', '2022-02-28', '2022-08-31', '2023-02-28', '2023-08-31', '2024-02-29'],
      'August 31st',
    ],
    ['yearly', '2024-02-29', ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'], 'a leap day'],
    ['yearly', '2023-02-28', ['2023-02-28', '2024-02-28', '2025-02-28'], 'February 29th is nothing special then'],
  ])('%s on the anniversary of %s: %j (%s)', (interval, anchor, expected) => {
    expect(starts(terms(interval, 'anniversary', anchor), anchor, expected.length)).toEqual(expected)
  })

  it.each<[PlanInterval, string[], string]>([
    ['weekly', ['2023-02-06', '2023-02-13', '2023-02-20'], 'Mondays'],
    ['monthly', ['2023-03-01', '2023-04-01', '2023-05-01'], 'the 1st'],
    ['quarterly', ['2023-04-01', '2023-07-01', '2023-10-01', '2024-01-01'], 'January, April, July, October'],
    ['semiannual', ['2023-07-01', '2024-01-01', '2024-07-01'], 'January and July'],
    ['yearly', ['2024-01-01', '2025-01-01'], 'New Year'],
  ])('%s on the calendar, whatever the anchor: %j (%s)', (interval, expected) => {
    expect(starts(terms(interval, 'calendar', '2019-08-31'), '2023-02-02', expected.length)).toEqual(expected)
  })
})

describe('period lengths', () => {
  it.each<[PlanInterval, BillingTime, string, string, number]>([
    ['weekly', 'calendar', '2024-01-01', '2024-02-29', 7],
    ['monthly', 'calendar', '2024-01-01', '2024-02-04', 29],
    ['monthly', 'anniversary', '2024-01-31', '2024-02-04', 29],
    ['quarterly', 'calendar', '2024-01-01', '2023-02-04', 90],
    ['semiannual', 'calendar', '2024-01-01', '2022-02-01', 181],
    ['semiannual', 'calendar', '2024-01-01', '2022-07-15', 184],
    ['yearly', 'calendar', '2024-01-01', '2024-03-01', 366],
    ['yearly', 'anniversary', '2023-06-29', '2023-09-28', 366],
    ['yearly', 'anniversary', '2024-03-01', '2024-03-01', 365],
  ])('%s %s from %s, on %s: %i days', (interval, billingTime, anchor, on, expected) => {
    expect(periodDays(periodContaining(terms(interval, billingTime, anchor), date(on)))).toBe(expected)
  })
})

describe('nearestStart', () => {
  it.each([
    ['2024-03-28', '2024-03-31', 'a start that lies ahead'],
    ['2024-04-02', '2024-03-31', 'a start that lies back'],
    ['2024-03-31', '2024-03-31', 'itself'],
  ])('of %s is %s: %s', (on, expected) => {
    expect(nearestStart(terms('monthly', 'anniversary', '2024-01-31'), date(on)).toString()).toBe(expected)
  })
})

describe('periods', () => {
  const days = fc.integer({ min: 0, max: 20_000 }).map((n) => date('2000-01-01').add({ days: n }))
  const anyTerms = fc.record({
    interval: fc.constantFrom(...PLAN_INTERVALS),
    billingTime: fc.constantFrom(...BILLING_TIMES),
    anchorOn: days,
  })

  it('neither gap nor overlap, and every date lies in the one that is found for it', () => {
    fc.assert(
      fc.property(anyTerms, days, (of, on) => {
        const period = periodContaining(of, on)
        expect(Temporal.PlainDate.compare(period.fromOn, on)).toBeLessThanOrEqual(0)
        expect(Temporal.PlainDate.compare(on, period.toOn)).toBeLessThan(0)
        const next = periodContaining(of, period.toOn)
        expect(next.fromOn.equals(period.toOn)).toBe(true)
        const lastDay = period.toOn.subtract({ days: 1 })
        expect(periodContaining(of, lastDay).fromOn.equals(period.fromOn)).toBe(true)
        expect(isPeriodStart(of, lastDay)).toBe(periodDays(period) === 1)
        expect(firstStartOnOrAfter(of, period.fromOn).equals(period.fromOn)).toBe(true)
        expect(firstStartOnOrAfter(of, period.fromOn.add({ days: 1 })).equals(period.toOn)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('of the anniversary start on the anchor’s day or, where the month is shorter, on its last', () => {
    fc.assert(
      fc.property(anyTerms, days, (of, on) => {
        fc.pre(of.billingTime === 'anniversary' && of.interval !== 'weekly')
        const { fromOn } = periodContaining(of, on)
        expect(fromOn.day).toBe(Math.min(of.anchorOn.day, fromOn.daysInMonth))
        expect(isPeriodStart(of, of.anchorOn)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('of a half year or a year start where a month of the same anchor does', () => {
    fc.assert(
      fc.property(anyTerms, days, fc.constantFrom<PlanInterval>('semiannual', 'yearly'), (of, on, interval) => {
        const { fromOn } = periodContaining({ ...of, interval }, on)
        expect(isPeriodStart({ ...of, interval: 'monthly' }, fromOn)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
