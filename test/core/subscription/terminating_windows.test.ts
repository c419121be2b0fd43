import { describe, expect, it } from 'vitest'
import type { BillingTime } from '../../../src/core/catalog.js'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { planFee } from '../../../src/core/subscription/plan_fee.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { recurringWindows } from '../../../src/core/subscription/windows.js'
import { at, shown, subscription } from './support.js'

/** The terms once all runs up to and including `lastRunOn` are made. */
function billedTo(terms: SubscriptionTerms, zone: string, lastRunOn: string): SubscriptionTerms {
  let now = terms
  for (let day = nextBillingDay(now, zone); day.toString() <= lastRunOn; day = nextBillingDay(now, zone)) {
    now = { ...now, ...marksAfterRun(now, day, recurringWindows(now, day, zone), zone) }
  }
  return now
}

function fee(terms: SubscriptionTerms, terminatedAt: string, zone: string, amountCents: number, billedBefore = false) {
  const windows = terminatingWindows(terms, at(terminatedAt), zone)
  return planFee({ amountCents, windows, billedBefore, zone })?.amountCents ?? null
}

describe('a termination inside a period', () => {
  it('settles everything from the start of the running period to the instant of the end, that instant included', () => {
    const terms = billedTo(subscription('2024-01-10T10:00:00Z'), 'UTC', '2024-03-01')
    const windows = terminatingWindows(terms, at('2024-03-16T12:00:00Z'), 'UTC')
    const expected = { fromAt: at('2024-03-01T00:00:00Z'), toAt: at('2024-03-16T12:00:00Z'), toInclusive: true }
    expect(windows).toMatchObject({
      reason: 'subscription_terminating',
      plan: expected,
      charges: expected,
      fixedCharges: expected,
      billsPlanFee: true,
    })
  })

  it('in the first period counts usage from the instant of the start, the plan from its midnight', () => {
    const windows = terminatingWindows(subscription('2024-04-24T10:00:00Z'), at('2024-04-24T11:00:00Z'), 'UTC')
    expect(shown(windows.plan)).toEqual(['2024-04-24T00:00:00Z', '2024-04-24T11:00:00Z'])
    expect(shown(windows.charges)).toEqual(['2024-04-24T10:00:00Z', '2024-04-24T11:00:00Z'])
  })

  it('in the moment of the start holds that moment', () => {
    const windows = terminatingWindows(
      subscription('2023-02-08T00:00:00Z', { payInAdvance: true }),
      at('2023-02-08T00:00:00Z'),
      'UTC',
    )
    expect(windows.charges).toEqual({
      fromAt: at('2023-02-08T00:00:00Z'),
      toAt: at('2023-02-08T00:00:00Z'),
      toInclusive: true,
    })
    expect(windows.billsPlanFee).toBe(false)
  })

  it('before the hour of a start later that day bills the day and no usage', () => {
    const terms = subscription('2024-04-24T20:00:00Z')
    const windows = terminatingWindows(terms, at('2024-04-24T11:00:00Z'), 'UTC')
    expect(windows.charges).toEqual({
      fromAt: at('2024-04-24T11:00:00Z'),
      toAt: at('2024-04-24T11:00:00Z'),
      toInclusive: false,
    })
    expect(fee(terms, '2024-04-24T11:00:00Z', 'UTC', 3000)).toBe(100)
  })

  it('of a backdated subscription settles the running period only', () => {
    const terms = subscription('2024-01-15T00:00:00Z', { createdAt: '2024-03-10T10:00:00Z' })
    const windows = terminatingWindows(terms, at('2024-03-20T12:00:00Z'), 'UTC')
    expect(shown(windows.charges)).toEqual(['2024-03-01T00:00:00Z', '2024-03-20T12:00:00Z'])
    expect(fee(terms, '2024-03-20T12:00:00Z', 'UTC', 3100)).toBe(2000)
  })

  it('by a plan change leaves that instant and that day to the new plan', () => {
    const terms = subscription('2024-03-01T10:00:00Z')
    const windows = terminatingWindows(terms, at('2024-03-16T10:00:00Z'), 'UTC', { inclusive: false })
    expect(windows.charges).toEqual({
      fromAt: at('2024-03-01T10:00:00Z'),
      toAt: at('2024-03-16T10:00:00Z'),
      toInclusive: false,
    })
    expect(planFee({ amountCents: 3100, windows, billedBefore: false, zone: 'UTC' })?.amountCents).toBe(1500)
  })

  it('continues usage from where it was billed after a change of time zone', () => {
    const terms = billedTo(subscription('2024-01-01T00:00:00Z'), 'UTC', '2024-02-01')
    const windows = terminatingWindows(terms, at('2024-02-20T12:00:00Z'), 'America/New_York')
    expect(shown(windows.charges)).toEqual(['2024-02-01T00:00:00Z', '2024-02-20T12:00:00Z'])
  })

  it('just after a move west across the last billing day asks no day twice', () => {
    const terms = billedTo(subscription('2024-01-01T00:00:00Z'), 'UTC', '2024-02-01')
    const windows = terminatingWindows(terms, at('2024-02-01T02:00:00Z'), 'America/New_York') // still January 31st there
    expect(shown(windows.charges)).toEqual(['2024-02-01T00:00:00Z', '2024-02-01T02:00:00Z'])
    expect(fee(terms, '2024-02-01T02:00:00Z', 'America/New_York', 3100, true)).toBe(0)
  })
})

describe('the last plan fee in arrears', () => {
  it.each<[string, BillingTime, string, string, number, number, string]>([
    ['2023-09-05T00:00:00Z', 'anniversary', '2023-09-05T05:00:00Z', 'Europe/Paris', 1000, 33, 'on the first day'],
    ['2024-03-01T10:00:00Z', 'calendar', '2024-03-20T10:00:00Z', 'UTC', 6200, 4000, '20 days'],
    [
      '2025-02-08T00:00:00Z',
      'calendar',
      '2025-02-21T00:00:00Z',
      'UTC',
      10000,
      5000,
      'exactly at midnight counts that day',
    ],
    [
      '2023-09-05T00:00:00Z',
      'anniversary',
      '2023-09-06T00:00:00Z',
      'Europe/Paris',
      1000,
      67,
      'an end the day after, in Paris',
    ],
    [
      '2023-09-05T00:00:00Z',
      'anniversary',
      '2023-09-05T05:00:00Z',
      'America/Bogota',
      1000,
      67,
      'the 4th and the 5th in Bogota',
    ],
    [
      '2023-09-05T00:00:00Z',
      'anniversary',
      '2023-09-05T17:00:00Z',
      'Asia/Bangkok',
      1000,
      67,
      'the 5th and the 6th in Bangkok',
    ],
  ])('%s %s to %s in %s of %i: %i (%s)', (start, billingTime, end, zone, amountCents, expected) => {
    expect(fee(subscription(start, { billingTime }), end, zone, amountCents)).toBe(expected)
  })

  it('after a restart near the end of a year counts two days, those of the termination before 364', () => {
    const facts = { interval: 'yearly', billingTime: 'anniversary' } as const
    expect(fee(subscription('2025-03-15T00:00:00Z', facts), '2026-03-13T00:00:00Z', 'UTC', 36_500)).toBe(36_400)
    const anew = subscription('2026-03-13T00:00:00Z', { ...facts, subscriptionAt: '2025-03-15T00:00:00Z' })
    const day = nextBillingDay(anew, 'UTC')
    const windows = recurringWindows(anew, day, 'UTC')
    expect(planFee({ amountCents: 36_500, windows, billedBefore: false, zone: 'UTC' })?.amountCents).toBe(200)
  })

  it('of a plan in advance does not exist', () => {
    const terms = subscription('2025-02-08T00:00:00Z', { payInAdvance: true })
    expect(fee({ ...terms, ...marksAfterStart(terms, 'UTC') }, '2025-02-21T00:00:00Z', 'UTC', 10_000)).toBeNull()
  })
})

describe('a termination on a billing day', () => {
  const terms = subscription('2023-08-01T00:00:00Z')

  it('after the run: the day is one more day', () => {
    const billed = billedTo(terms, 'Europe/Paris', '2023-10-01')
    expect(shown(terminatingWindows(billed, at('2023-10-01T00:15:00Z'), 'Europe/Paris').charges)).toEqual([
      '2023-09-30T22:00:00Z',
      '2023-10-01T00:15:00Z',
    ])
    expect(fee(billed, '2023-10-01T00:15:00Z', 'Europe/Paris', 1000, true)).toBe(32)
  })

  it('before the run: the windows of that run, and nothing of the day', () => {
    const billed = billedTo(terms, 'Europe/Paris', '2023-09-01')
    const windows = terminatingWindows(billed, at('2023-09-30T22:15:00Z'), 'Europe/Paris')
    const run = recurringWindows(billed, nextBillingDay(billed, 'Europe/Paris'), 'Europe/Paris')
    expect(windows).toEqual({ ...run, reason: 'subscription_terminating' })
    expect(shown(windows.charges)).toEqual(['2023-08-31T22:00:00Z', '2023-09-30T21:59:59Z'])
    expect(fee(billed, '2023-09-30T22:15:00Z', 'Europe/Paris', 1000, true)).toBe(1000)
  })

  it.each([
    ['Europe/Paris', '2023-10-04T22:00:00Z'],
    ['America/Bogota', '2023-10-04T05:00:00Z'],
    ['Asia/Bangkok', '2023-10-04T17:00:00Z'],
  ])('which ends the first period of an anniversary, in %s: the whole period', (zone, end) => {
    const first = subscription('2023-09-05T00:00:00Z', { billingTime: 'anniversary' })
    expect(fee(first, end, zone, 1000)).toBe(1000)
  })

  it('before the run, in advance: usage of the period that is over, no fee', () => {
    const billed = billedTo(subscription('2024-02-01T00:00:00Z', { payInAdvance: true }), 'UTC', '2024-03-01')
    const windows = terminatingWindows(billed, at('2024-04-01T00:00:00Z'), 'UTC')
    expect(shown(windows.charges)).toEqual(['2024-03-01T00:00:00Z', '2024-03-31T23:59:59Z'])
    expect(windows.billsPlanFee).toBe(false)
  })

  it('of the creation of a backdated subscription, before the run: the last finished period', () => {
    const backdated = subscription('2024-02-10T00:00:00Z', { createdAt: '2024-03-01T15:00:00Z' })
    expect(shown(terminatingWindows(backdated, at('2024-03-01T15:30:00Z'), 'UTC').charges)).toEqual([
      '2024-02-10T00:00:00Z',
      '2024-02-29T23:59:59Z',
    ])
    expect(fee(backdated, '2024-03-01T15:30:00Z', 'UTC', 2900)).toBe(2000)
  })
})

describe('a termination of a plan with monthly parts', () => {
  const yearly = { interval: 'yearly' } as const
  const january = '2024-01-01T00:00:00Z'

  it('bills the begun month’s usage and the days of the year', () => {
    const terms = billedTo(subscription(january, { ...yearly, billChargesMonthly: true }), 'UTC', '2024-03-01')
    const windows = terminatingWindows(terms, at('2024-03-10T00:00:00Z'), 'UTC')
    expect(shown(windows.charges)).toEqual(['2024-03-01T00:00:00Z', '2024-03-10T00:00:00Z'])
    expect(shown(windows.fixedCharges)).toEqual([january, '2024-03-10T00:00:00Z'])
    expect(fee(terms, '2024-03-10T00:00:00Z', 'UTC', 36_600)).toBe(7000)
  })

  it('settles the usage of the begun year if only fixed charges are split', () => {
    const facts = { ...yearly, billingTime: 'anniversary', billFixedChargesMonthly: true } as const
    const terms = billedTo(subscription('2025-03-01T00:00:00Z', facts), 'UTC', '2025-04-01')
    const windows = terminatingWindows(terms, at('2025-04-15T12:00:00Z'), 'UTC')
    expect(shown(windows.charges)).toEqual(['2025-03-01T00:00:00Z', '2025-04-15T12:00:00Z'])
    expect(shown(windows.fixedCharges)).toEqual(['2025-04-01T00:00:00Z', '2025-04-15T12:00:00Z'])
  })

  it('on an inner billing day before its run settles all three to the day before', () => {
    const terms = billedTo(subscription(january, { ...yearly, billChargesMonthly: true }), 'UTC', '2024-02-01')
    const windows = terminatingWindows(terms, at('2024-03-01T00:00:00Z'), 'UTC')
    expect(shown(windows.plan)).toEqual([january, '2024-02-29T23:59:59Z'])
    expect(shown(windows.charges)).toEqual(['2024-02-01T00:00:00Z', '2024-02-29T23:59:59Z'])
    expect(shown(windows.fixedCharges)).toEqual([january, '2024-02-29T23:59:59Z'])
    expect(fee(terms, '2024-03-01T00:00:00Z', 'UTC', 36_600)).toBe(6000)
  })

  it('on the first inner billing day before its run does not bill the plan for one day', () => {
    const terms = subscription('2024-01-16T00:00:00Z', { ...yearly, billChargesMonthly: true })
    expect(fee(terms, '2024-02-01T00:00:00Z', 'UTC', 36_600)).toBe(1600)
  })
})
