import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { belongsTo, commitmentPeriod } from '../../../src/core/subscription/commitment_period.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { trialEndWindows } from '../../../src/core/subscription/trial.js'
import { recurringWindows, startingWindows } from '../../../src/core/subscription/windows.js'
import { at, subscription } from './support.js'

const UTC = { askedBefore: true, zone: 'UTC' }

/** After its first `runs` recurring runs. */
function afterRuns(start: SubscriptionTerms, runs: number, zone = 'UTC'): SubscriptionTerms {
  let terms = start.payInAdvance ? { ...start, ...marksAfterStart(start, zone) } : start
  for (let i = 0; i < runs; i++) {
    const day = nextBillingDay(terms, zone)
    terms = { ...terms, ...marksAfterRun(terms, day, recurringWindows(terms, day, zone), zone) }
  }
  return terms
}

const run = (terms: SubscriptionTerms, { askedBefore } = { askedBefore: true }, zone = 'UTC') =>
  commitmentPeriod(terms, recurringWindows(terms, nextBillingDay(terms, zone), zone), { askedBefore, zone })

const end = (terms: SubscriptionTerms, when: string, inclusive = true) =>
  commitmentPeriod(terms, terminatingWindows(terms, at(when), 'UTC', { inclusive }), UTC)

const advance = subscription('2024-02-28T10:00:00Z', { payInAdvance: true })

describe('a run settles', () => {
  it.each<[string, SubscriptionTerms, number, number]>([
    ['the first days in arrears', subscription('2023-02-04T00:00:00Z'), 25, 28],
    ['a whole period in arrears', afterRuns(subscription('2023-02-04T00:00:00Z'), 1), 31, 31],
    ['the first days of what was paid ahead', afterRuns(advance, 0), 2, 29],
    ['the whole of what was paid ahead', afterRuns(advance, 1), 31, 31],
  ])('%s', (_, terms, days, periodDays) => {
    expect(run(terms)).toMatchObject({ days, periodDays })
  })

  it('nothing in advance before a fee of the plan was asked', () => {
    expect(run(afterRuns(advance, 1), { askedBefore: false })).toBeNull()
  })

  it('nothing in a month within a year', () => {
    const yearly = subscription('2024-01-01T00:00:00Z', { interval: 'yearly', billChargesMonthly: true })
    expect(run(yearly)).toBeNull()
    expect(run(afterRuns(yearly, 11))).toMatchObject({ days: 366, periodDays: 366 })
  })
})

it('neither a start nor the end of a trial settles anything', () => {
  expect(commitmentPeriod(advance, startingWindows(advance, 'UTC'), UTC)).toBeNull()
  expect(commitmentPeriod(advance, trialEndWindows(advance, at('2024-03-10T00:00:00Z'), 'UTC'), UTC)).toBeNull()
})

describe('an end settles the period in which it falls', () => {
  const arrears = afterRuns(subscription('2024-05-01T00:00:00Z'), 1)
  const paid = afterRuns(subscription('2024-05-01T00:00:00Z', { payInAdvance: true }), 1)
  const weekly = afterRuns(subscription('2024-05-06T00:00:00Z', { payInAdvance: true, interval: 'weekly' }), 1)

  it.each<[string, SubscriptionTerms, string, boolean, number, number]>([
    ['up to that day', arrears, '2024-06-11T10:00:00Z', true, 11, 30],
    ['up to that day, paid ahead', paid, '2024-06-11T10:00:00Z', true, 11, 30],
    ['by the week', weekly, '2024-05-15T10:00:00Z', true, 3, 7],
    ['without the day of a change of plan', arrears, '2024-06-11T10:00:00Z', false, 10, 30],
    ['not at all on the first day', arrears, '2024-06-01T10:00:00Z', false, 0, 30],
    ['the period that is over, before its run', arrears, '2024-07-01T00:00:00Z', false, 30, 30],
    ['the period that is over, before its run, paid ahead', paid, '2024-07-01T00:00:00Z', false, 30, 30],
  ])('%s', (_, terms, when, inclusive, days, periodDays) => {
    expect(end(terms, when, inclusive)).toMatchObject({ days, periodDays })
  })

  it('within a year that is split into months, before the run of one', () => {
    const split = { interval: 'yearly', billChargesMonthly: true, payInAdvance: true } as const
    const terms = afterRuns(subscription('2024-01-01T00:00:00Z', split), 2)
    expect(end(terms, '2024-04-01T00:00:00Z', false)).toMatchObject({ days: 91, periodDays: 366 })
  })
})

it('every plan period of a subscription in arrears is settled once, and what it billed belongs to it alone', () => {
  const starts = fc.date({ min: new Date('2023-01-01'), max: new Date('2025-01-01'), noInvalidDate: true })
  const intervals = fc.constantFrom('weekly', 'monthly', 'quarterly', 'semiannual', 'yearly')
  const times = fc.constantFrom('calendar', 'anniversary')
  fc.assert(
    fc.property(starts, intervals, times, fc.boolean(), (start, interval, billingTime, payInAdvance) => {
      const facts = { interval, billingTime, payInAdvance } as const
      const begun = subscription(start.toISOString(), facts)
      const settled = [1, 2, 3].map((runs) => {
        const terms = afterRuns(begun, runs)
        const day = nextBillingDay(terms, 'UTC')
        const windows = recurringWindows(terms, day, 'UTC')
        const period = commitmentPeriod(terms, windows, UTC)
        if (period === null || windows.charges === null) throw new Error('a run of a plan period settles one')
        expect(belongsTo(windows.charges, period)).toBe(true)
        expect(belongsTo(windows.plan, period)).toBe(!payInAdvance)
        return period
      })
      settled.slice(1).forEach((period, i) => {
        expect(period.fromAt).toBe(settled[i]?.toAt)
        expect(period.days).toBe(period.periodDays)
      })
    }),
    { numRuns: 60 },
  )
})
