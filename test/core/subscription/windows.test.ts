import { describe, expect, it } from 'vitest'
import { marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { runningWindows, startingWindows } from '../../../src/core/subscription/windows.js'
import { at, iso, shown, subscription } from './support.js'

const january31 = '2024-01-31T01:00:00Z'

describe('the windows of a starting invoice', () => {
  it.each([
    ['UTC', '2024-01-31T00:00:00Z', '2024-02-28T23:59:59Z'],
    ['Asia/Kathmandu', '2024-01-30T18:15:00Z', '2024-02-28T18:14:59Z'],
  ])('in %s: the plan from local midnight to the end of the period, no usage', (zone, from, to) => {
    const windows = startingWindows(subscription(january31, { billingTime: 'anniversary', payInAdvance: true }), zone)
    expect(windows.reason).toBe('subscription_starting')
    expect(shown(windows.plan)).toEqual([from, to])
    expect(windows.charges).toEqual({ fromAt: at(january31), toAt: at(january31), toInclusive: false })
    expect(windows.fixedCharges).toEqual(windows.charges)
    expect(windows.billsPlanFee).toBe(true)
  })

  it('ask no fee for a plan in arrears', () => {
    expect(startingWindows(subscription(january31), 'UTC').billsPlanFee).toBe(false)
  })

  it('lead to marks at the instant of the start, in the billing period that holds it', () => {
    const terms = subscription('2024-03-20T10:00:00Z', {
      interval: 'yearly',
      payInAdvance: true,
      billChargesMonthly: true,
    })
    expect(marksAfterStart(terms, 'UTC')).toEqual({
      billedThroughOn: '2024-03-01',
      chargesBilledUntilAt: terms.startedAt,
      fixedChargesBilledUntilAt: terms.startedAt,
    })
  })
})

describe('the windows that run', () => {
  it.each<[string, SubscriptionTerms, string, string, [string, string]]>([
    [
      'the first period begins with the start',
      subscription('2024-01-03T12:00:00Z', { interval: 'weekly', billingTime: 'anniversary' }),
      'America/New_York',
      '2024-01-10T04:30:00Z',
      ['2024-01-03T12:00:00Z', '2024-01-10T04:59:59Z'],
    ],
    [
      'the next at local midnight, even before its run is made',
      subscription('2024-01-03T12:00:00Z', { interval: 'weekly', billingTime: 'anniversary' }),
      'America/New_York',
      '2024-01-10T05:00:00Z',
      ['2024-01-10T05:00:00Z', '2024-01-17T04:59:59Z'],
    ],
    [
      'yearly from a leap day: the 27th closes a year',
      subscription('2024-02-29T00:00:00Z', { interval: 'yearly', billingTime: 'anniversary' }),
      'UTC',
      '2025-02-20T00:00:00Z',
      ['2024-02-29T00:00:00Z', '2025-02-27T23:59:59Z'],
    ],
    [
      'and the 28th opens the next',
      subscription('2024-02-29T00:00:00Z', { interval: 'yearly', billingTime: 'anniversary' }),
      'UTC',
      '2025-03-10T00:00:00Z',
      ['2025-02-28T00:00:00Z', '2026-02-27T23:59:59Z'],
    ],
    [
      'quarterly from January 31st: May 31st is an ordinary day',
      subscription('2022-01-31T00:00:00Z', { interval: 'quarterly', billingTime: 'anniversary' }),
      'UTC',
      '2022-05-31T00:00:00Z',
      ['2022-04-30T00:00:00Z', '2022-07-30T23:59:59Z'],
    ],
    [
      'a yearly plan with monthly charges: the month',
      subscription('2024-01-15T00:00:00Z', {
        interval: 'yearly',
        billingTime: 'anniversary',
        billChargesMonthly: true,
      }),
      'UTC',
      '2024-03-20T00:00:00Z',
      ['2024-03-15T00:00:00Z', '2024-04-14T23:59:59Z'],
    ],
    [
      'a yearly plan with only fixed charges by the month: the year',
      subscription('2024-01-15T00:00:00Z', {
        interval: 'yearly',
        billingTime: 'anniversary',
        billFixedChargesMonthly: true,
      }),
      'UTC',
      '2024-03-20T00:00:00Z',
      ['2024-01-15T00:00:00Z', '2025-01-14T23:59:59Z'],
    ],
  ])('%s', (_, terms, zone, now, expected) => {
    expect(shown(runningWindows(terms, at(now), zone).charges)).toEqual(expected)
  })

  it('a period whose run is overdue is not mixed with the next one', () => {
    const terms = {
      ...subscription('2024-01-01T00:00:00Z'),
      billedThroughOn: '2024-02-01',
      chargesBilledUntilAt: at('2024-02-01T00:00:00Z'),
    }
    expect(iso(runningWindows(terms, at('2024-03-01T00:00:00Z'), 'UTC').charges.fromAt)).toBe('2024-03-01T00:00:00Z')
  })

  it('before the hour of a start later today the first period runs already', () => {
    const running = runningWindows(subscription('2024-03-15T20:00:00Z'), at('2024-03-15T08:00:00Z'), 'UTC')
    expect(shown(running.charges)).toEqual(['2024-03-15T20:00:00Z', '2024-03-31T23:59:59Z'])
    expect(shown(running.plan)).toEqual(['2024-03-15T00:00:00Z', '2024-03-31T23:59:59Z'])
  })
})
