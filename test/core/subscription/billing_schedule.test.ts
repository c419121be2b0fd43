import { describe, expect, it } from 'vitest'
import { lastBillingDay, nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { periodGrids, type SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { nearestStart } from '../../../src/core/time/billing_periods.js'
import { date, subscription } from './support.js'

describe('the first billing day', () => {
  it.each<[string, SubscriptionTerms, string, string]>([
    ['the next period start', subscription('2024-03-15T10:00:00Z'), 'UTC', '2024-04-01'],
    ['never the day of the start', subscription('2024-03-01T00:00:00Z'), 'UTC', '2024-04-01'],
    [
      'nor on the anniversary',
      subscription('2024-01-31T01:00:00Z', { billingTime: 'anniversary' }),
      'UTC',
      '2024-02-29',
    ],
    [
      'the day after a start on the evening before',
      subscription('2024-02-01T07:30:00Z'),
      'America/Los_Angeles',
      '2024-02-01',
    ],
    ['of the local week', subscription('2023-02-01T06:10:00Z', { interval: 'weekly' }), 'America/Bogota', '2023-02-06'],
    [
      'of a backdated one comes after its creation',
      subscription('2024-01-15T00:00:00Z', { createdAt: '2024-03-10T10:00:00Z' }),
      'UTC',
      '2024-04-01',
    ],
    [
      'of a backdated one may be the day of its creation',
      subscription('2024-02-10T00:00:00Z', { createdAt: '2024-03-01T15:00:00Z' }),
      'UTC',
      '2024-03-01',
    ],
    [
      'which is the local one',
      subscription('2024-02-10T00:00:00Z', { createdAt: '2024-03-02T02:00:00Z' }),
      'America/New_York',
      '2024-03-01',
    ],
    [
      'of one created long before it started comes after its start',
      subscription('2024-03-15T00:00:00Z', { createdAt: '2024-01-01T00:00:00Z' }),
      'UTC',
      '2024-04-01',
    ],
    [
      'of one held back to a termination keeps the old anniversary',
      subscription('2026-03-13T00:00:00Z', {
        subscriptionAt: '2025-03-15T00:00:00Z',
        interval: 'yearly',
        billingTime: 'anniversary',
      }),
      'UTC',
      '2026-03-15',
    ],
    [
      'of a yearly plan with monthly charges is the next month’s',
      subscription('2024-01-31T01:00:00Z', {
        interval: 'yearly',
        billingTime: 'anniversary',
        billChargesMonthly: true,
      }),
      'UTC',
      '2024-02-29',
    ],
    [
      'of a half-yearly plan with monthly fixed charges likewise',
      subscription('2022-04-30T12:00:00Z', {
        interval: 'semiannual',
        billingTime: 'anniversary',
        billFixedChargesMonthly: true,
      }),
      'UTC',
      '2022-05-30',
    ],
    [
      'of a quarterly plan heeds no splitting',
      subscription('2024-01-15T00:00:00Z', {
        interval: 'quarterly',
        billChargesMonthly: true,
        billFixedChargesMonthly: true,
      }),
      'UTC',
      '2024-04-01',
    ],
  ])('%s', (_, terms, zone, expected) => {
    expect(nextBillingDay(terms, zone).toString()).toBe(expected)
  })
})

describe('the billing day after the last billed one', () => {
  const weekly = subscription('2024-01-10T02:00:00Z', { interval: 'weekly', billingTime: 'anniversary' })
  const monthly = subscription('2024-01-10T02:00:00Z', { billingTime: 'anniversary' })
  const lastOfMonth = subscription('2024-02-01T04:00:00Z', { billingTime: 'anniversary' })
  const endOfFebruary = subscription('2023-03-01T02:00:00Z', { billingTime: 'anniversary' })
  const noonOfMarchFirst = subscription('2023-03-01T10:30:00Z', { billingTime: 'anniversary' })

  it.each<[string, SubscriptionTerms, string, string, string]>([
    ['on the calendar', subscription('2024-01-01T00:00:00Z'), '2024-02-01', 'UTC', '2024-03-01'],
    [
      'on the calendar, west, where that day begins anew',
      subscription('2024-01-01T00:00:00Z'),
      '2024-02-01',
      'America/New_York',
      '2024-03-01',
    ],
    ['by the week, in the same zone', weekly, '2024-01-17', 'UTC', '2024-01-24'],
    ['by the week, a day earlier in the west', weekly, '2024-01-17', 'America/New_York', '2024-01-23'],
    ['by the week, a day later in the east', weekly, '2024-01-16', 'UTC', '2024-01-24'],
    ['by the month, a day earlier in the west', monthly, '2024-02-10', 'America/New_York', '2024-03-09'],
    ['by the month, a day later in the east', monthly, '2024-02-09', 'UTC', '2024-03-10'],
    ['from the 1st to the 31st, clamped', lastOfMonth, '2024-04-01', 'America/New_York', '2024-04-30'],
    ['from a clamped 31st to the 1st', lastOfMonth, '2024-04-30', 'UTC', '2024-06-01'],
    ['from the 1st to the 28th: four days earlier', endOfFebruary, '2023-04-01', 'America/New_York', '2023-04-28'],
    ['from the 28th to the 1st: four days later', endOfFebruary, '2023-03-28', 'UTC', '2023-05-01'],
    ['from the 28th to the 2nd: five days later', noonOfMarchFirst, '2023-03-28', 'Pacific/Kiritimati', '2023-05-02'],
  ])('%s', (_, terms, billedThroughOn, zone, expected) => {
    expect(nextBillingDay({ ...terms, billedThroughOn }, zone).toString()).toBe(expected)
  })

  it('is reckoned from the last one as a date of the present grid', () => {
    const terms = { ...weekly, billedThroughOn: '2024-01-17' }
    const grids = periodGrids(terms, 'America/New_York')
    expect(lastBillingDay(terms, grids)?.toString()).toBe('2024-01-16')
    expect(nearestStart(grids.billing, date('2024-01-17')).toString()).toBe('2024-01-16')
    expect(lastBillingDay(weekly, grids)).toBeNull()
  })
})
