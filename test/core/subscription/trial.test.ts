import { describe, expect, it } from 'vitest'
import type { PlanInterval } from '../../../src/core/catalog.js'
import { planFee } from '../../../src/core/subscription/plan_fee.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import { isTrialRunning, paidPart, trialEndOf, trialEndWindows } from '../../../src/core/subscription/trial.js'
import { recurringWindows, startingWindows } from '../../../src/core/subscription/windows.js'
import { at, date, iso, subscription } from './support.js'

describe('the end of a trial', () => {
  it.each([
    ['2024-03-05T12:12:00Z', '10', '2024-03-15T12:12:00Z', 'so many times 24 hours after the first start'],
    ['2024-03-05T12:12:00Z', '0.5', '2024-03-06T00:12:00Z', 'parts of a day count'],
    ['2024-03-29T12:00:00Z', '3', '2024-04-01T12:00:00Z', 'a clock change adds no hour'],
  ])('%s and %s days: %s (%s)', (start, days, end) => {
    expect(iso(trialEndOf(at(start), days) ?? 0)).toBe(iso(at(end)))
  })

  it.each([null, '0', '0.0'])('is none with a trial period of %s', (days) => {
    expect(trialEndOf(at('2024-03-05T00:00:00Z'), days)).toBeNull()
  })
})

describe('on the day on which a trial ends', () => {
  const trial = { endAt: at('2024-03-15T12:00:00Z'), payInAdvance: true }

  it.each([
    ['2024-03-15T11:59:59Z', true, 'a start before the hour is still in the trial'],
    ['2024-03-15T12:00:00Z', false, 'one at that very instant is not'],
    ['2024-03-15T18:00:00Z', false, 'nor a later one'],
  ])('at %s the trial runs: %s (%s)', (now, expected) => {
    expect(isTrialRunning(trial, at(now))).toBe(expected)
  })

  it('a window that begins on it is paid for whole', () => {
    const window = { fromAt: at('2024-03-15T00:00:00Z'), toAt: at('2024-04-01T00:00:00Z'), toInclusive: false }
    expect(paidPart(window, trial, 'UTC')).toEqual(window)
  })

  it('none runs without a trial', () => {
    expect(isTrialRunning(null, at('2024-03-15T00:00:00Z'))).toBe(false)
  })
})

describe('a plan in advance', () => {
  it.each<[string, number, PlanInterval, 'calendar' | 'anniversary', string, number, number]>([
    ['2024-03-05T12:12:00Z', 10, 'monthly', 'calendar', 'UTC', 5_000_000, 2_741_935],
    ['2024-03-05T12:12:00Z', 45, 'monthly', 'calendar', 'UTC', 5_000_000, 2_000_000],
    ['2024-03-22T18:12:00Z', 10, 'monthly', 'calendar', 'Asia/Tokyo', 5_000_000, 4_833_333],
    ['2022-08-31T00:01:00Z', 15, 'monthly', 'anniversary', 'UTC', 3000, 1500],
    ['2022-06-20T00:01:00Z', 10, 'weekly', 'calendar', 'UTC', 700, 400],
    ['2022-01-01T00:00:00Z', 35, 'yearly', 'calendar', 'UTC', 36_500, 33_000],
  ])('from %s with %i days, %s by %s in %s: %i for a whole period, %i when the trial ends', (...row) => {
    const [start, days, interval, billingTime, zone, amountCents, expected] = row
    const terms = subscription(start, { interval, billingTime, payInAdvance: true })
    const endAt = trialEndOf(terms.startedAt, String(days)) ?? 0
    const trial = { endAt, payInAdvance: true }
    const asked = planFee({
      amountCents,
      windows: trialEndWindows(terms, endAt, zone),
      billedBefore: false,
      trial,
      zone,
    })
    expect(asked?.amountCents).toBe(expected)
    const start_ = planFee({ amountCents, windows: startingWindows(terms, zone), billedBefore: false, trial, zone })
    expect(start_, 'and nothing at the start').toBeNull()
  })

  it('asks the whole price on a billing day on which the trial ends at a later hour', () => {
    const terms = subscription('2024-03-22T12:12:00Z', { payInAdvance: true })
    const trial = { endAt: at('2024-04-01T12:12:00Z'), payInAdvance: true }
    const windows = recurringWindows(terms, date('2024-04-01'), 'UTC')
    expect(planFee({ amountCents: 3000, windows, billedBefore: false, trial, zone: 'UTC' })?.amountCents).toBe(3000)
  })

  it('asks nothing on a billing day inside the trial, even if the trial ends within the period', () => {
    const terms = subscription('2024-03-22T12:12:00Z', { payInAdvance: true })
    const trial = { endAt: at('2024-04-02T12:12:00Z'), payInAdvance: true }
    const windows = recurringWindows(terms, date('2024-04-01'), 'UTC')
    expect(planFee({ amountCents: 3000, windows, billedBefore: false, trial, zone: 'UTC' })).toBeNull()
  })
})

describe('a plan in arrears', () => {
  const terms = subscription('2022-06-22T00:00:00Z', { interval: 'weekly' })
  const fee = (trialEnd: string, windows = recurringWindows(terms, date('2022-06-27'), 'UTC')) =>
    planFee({
      amountCents: 100,
      windows,
      billedBefore: false,
      trial: { endAt: at(trialEnd), payInAdvance: false },
      zone: 'UTC',
    })

  it.each([
    ['2022-06-25T00:00:00Z', 29, '2 days of 7'],
    ['2022-06-25T23:00:00Z', 29, 'the day of the end is paid, at whatever hour'],
    ['2022-06-22T10:00:00Z', 71, 'a trial that ends on the first day takes nothing off: 5 days'],
    ['2022-06-26T23:59:59Z', 14, 'the last day alone'],
  ])('with a trial until %s: %i (%s)', (end, expected) => {
    expect(fee(end)?.amountCents).toBe(expected)
  })

  it('asks nothing for a period that lies in the trial', () => {
    expect(fee('2022-06-27T00:00:00Z')).toBeNull()
  })

  it.each([
    ['2022-06-25T10:00:00Z', 1, 'ended on the day on which the trial ends'],
    ['2022-06-26T09:00:00Z', 2, 'local days, whatever the hours'],
  ])('ended at %s after a trial until the 25th, 12:00: %i days (%s)', (end, days) => {
    const windows = terminatingWindows(terms, at(end), 'UTC')
    expect(fee('2022-06-25T12:00:00Z', windows)?.days).toBe(days)
  })

  it('ended during the trial costs nothing', () => {
    expect(fee('2022-06-25T12:00:00Z', terminatingWindows(terms, at('2022-06-24T12:00:00Z'), 'UTC'))).toBeNull()
  })
})
