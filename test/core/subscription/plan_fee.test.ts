import { describe, expect, it } from 'vitest'
import type { PlanInterval } from '../../../src/core/catalog.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { planFee } from '../../../src/core/subscription/plan_fee.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { recurringWindows, startingWindows } from '../../../src/core/subscription/windows.js'
import { midnight } from '../../../src/core/time/zones.js'
import { date, subscription } from './support.js'

function firstRunFee(terms: SubscriptionTerms, amountCents: number, zone = 'UTC', billedBefore = false) {
  const windows = recurringWindows(terms, nextBillingDay(terms, zone), zone)
  return planFee({ amountCents, windows, billedBefore, zone })
}

function startingFee(terms: SubscriptionTerms, amountCents: number, zone = 'UTC') {
  return planFee({ amountCents, windows: startingWindows(terms, zone), billedBefore: false, zone })
}

describe('the first plan fee', () => {
  it.each<[string, string, PlanInterval, number, number, number, number]>([
    ['2023-03-15T10:00:00Z', 'UTC', 'monthly', 100, 17, 31, 55],
    ['2023-04-16T10:00:00Z', 'UTC', 'monthly', 101, 15, 30, 51],
    ['2024-02-04T00:00:00Z', 'UTC', 'monthly', 5_000_000, 26, 29, 4_482_759],
    ['2023-02-04T10:00:00Z', 'UTC', 'quarterly', 9000, 56, 90, 5600],
    ['2022-02-01T10:00:00Z', 'UTC', 'semiannual', 18_100, 150, 181, 15_000],
    ['2022-07-15T10:00:00Z', 'UTC', 'semiannual', 18_400, 170, 184, 17_000],
    ['2024-03-01T10:00:00Z', 'UTC', 'yearly', 36_600, 306, 366, 30_600],
    ['2024-02-21T00:00:00Z', 'America/New_York', 'monthly', 3100, 10, 29, 1069],
    ['2024-03-20T08:00:00Z', 'Europe/Paris', 'monthly', 3100, 12, 31, 1200],
    ['2024-10-20T08:00:00Z', 'Europe/Paris', 'monthly', 3100, 12, 31, 1200],
    ['2024-02-01T06:00:00Z', 'America/Los_Angeles', 'monthly', 2900, 1, 31, 94],
    ['2024-02-01T06:00:00Z', 'Pacific/Auckland', 'monthly', 2900, 29, 29, 2900],
    ['2024-01-15T16:00:00Z', 'UTC', 'weekly', 700, 7, 7, 700],
    ['2023-10-15T00:00:00Z', 'UTC', 'yearly', 36_500, 78, 365, 7800],
  ])('from %s in %s, %s at %i: %i of %i days, %i', (start, zone, interval, amountCents, days, periodDays, expected) => {
    const inArrears = firstRunFee(subscription(start, { interval }), amountCents, zone)
    const inAdvance = startingFee(subscription(start, { interval, payInAdvance: true }), amountCents, zone)
    for (const fee of [inArrears, inAdvance]) expect(fee).toMatchObject({ amountCents: expected, days, periodDays })
  })

  it('is rounded once, from the exact product', () => {
    // 999 / 30 x 15 is 499.5 exactly; a day price that was rounded first, or a float, falls short of it.
    const fee = firstRunFee(subscription('2023-04-16T00:00:00Z'), 999)
    expect(fee?.preciseAmountCents.toFixed()).toBe('499.5')
    expect(fee?.amountCents).toBe(500)
  })

  it('stays exact for prices beyond what a float holds with fractions', () => {
    const fee = firstRunFee(subscription('2023-03-15T00:00:00Z'), 9_007_199_254_740_991)
    expect(fee?.amountCents).toBe(4_939_431_849_374_092)
  })
})

describe('the whole price is due', () => {
  it.each<[string, SubscriptionTerms]>([
    [
      'in the first period of an anniversary, in arrears',
      subscription('2024-01-15T16:00:00Z', { billingTime: 'anniversary' }),
    ],
    [
      'backdated in arrears with a start before the billed period',
      subscription('2024-01-15T00:00:00Z', { createdAt: '2024-03-10T00:00:00Z' }),
    ],
    [
      'backdated in advance',
      subscription('2024-03-10T08:00:00Z', { createdAt: '2024-03-20T10:00:00Z', payInAdvance: true }),
    ],
    [
      'started on the evening before a billing day, in advance',
      subscription('2024-01-31T23:30:00Z', { payInAdvance: true }),
    ],
  ])('%s', (_, terms) => {
    expect(firstRunFee(terms, 3100)?.amountCents).toBe(3100)
  })

  it('at the start in advance on the anniversary', () => {
    const terms = subscription('2024-01-31T01:00:00Z', { billingTime: 'anniversary', payInAdvance: true })
    expect(startingFee(terms, 2900)).toMatchObject({ amountCents: 2900, days: 29, periodDays: 29 })
  })

  it('but not of a plan in advance that keeps the anniversary of the one it follows: its days of the period', () => {
    const terms = subscription('2024-02-10T00:00:00Z', {
      subscriptionAt: '2024-01-31T00:00:00Z',
      billingTime: 'anniversary',
      payInAdvance: true,
    })
    expect(startingFee(terms, 2900)).toMatchObject({ amountCents: 1900, days: 19, periodDays: 29 })
  })

  it('once a plan fee has been asked, whatever the days', () => {
    const terms = subscription('2024-03-15T00:00:00Z')
    expect(firstRunFee(terms, 3100, 'UTC', false)?.amountCents).toBe(1700)
    expect(firstRunFee(terms, 3100, 'UTC', true)?.amountCents).toBe(3100)
  })

  it.each([
    ['in the middle', '2011-12-01T12:00:00Z', 'run'],
    ['as its first day', '2011-11-30T12:00:00Z', 'run'],
    ['as its first day, by the last invoice', '2011-11-30T12:00:00Z', 'termination'],
  ])('for a month that a zone left a date out of, %s', (_, start, invoice) => {
    // December 30th, 2011 was no day in Samoa, but counts in the length of its month.
    const zone = 'Pacific/Apia'
    let terms = subscription(start, { billingTime: 'anniversary' })
    if (start.startsWith('2011-11')) terms = { ...terms, billedThroughOn: '2011-12-30' }
    const day = nextBillingDay(terms, zone)
    const windows =
      invoice === 'run' ? recurringWindows(terms, day, zone) : terminatingWindows(terms, midnight(day, zone), zone)
    const fee = planFee({ amountCents: 3100, windows, billedBefore: false, zone })
    expect(fee).toMatchObject({ amountCents: 3100, days: 31, periodDays: 31 })
  })
})

describe('no plan fee', () => {
  it('is asked by a run inside the plan period, by one at its end it is', () => {
    const terms = subscription('2023-10-15T00:00:00Z', { interval: 'yearly', billChargesMonthly: true })
    const inside = recurringWindows(terms, date('2023-11-01'), 'UTC')
    expect(planFee({ amountCents: 36_500, windows: inside, billedBefore: false, zone: 'UTC' })).toBeNull()
    const newYear = recurringWindows({ ...terms, billedThroughOn: '2023-12-01' }, date('2024-01-01'), 'UTC')
    expect(planFee({ amountCents: 36_500, windows: newYear, billedBefore: false, zone: 'UTC' })?.amountCents).toBe(7800)
  })

  it('is asked at the start of a plan in arrears', () => {
    expect(startingFee(subscription('2024-03-15T00:00:00Z'), 3100)).toBeNull()
  })

  it('is not the same as a fee of nothing: a free plan has one', () => {
    expect(firstRunFee(subscription('2024-03-15T00:00:00Z'), 0)).toMatchObject({ amountCents: 0, days: 17 })
  })
})
