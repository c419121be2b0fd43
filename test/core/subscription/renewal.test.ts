import { describe, expect, it } from 'vitest'
import { daysLeft } from '../../../src/core/subscription/charge_period.js'
import { renewalWindow } from '../../../src/core/subscription/renewal.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import type { BillingWindows } from '../../../src/core/subscription/windows.js'

const at = (text: string) => Date.parse(text)
const shown = (instant: number) => new Date(instant).toISOString().slice(0, 16)
const termsOf = (rest: Partial<SubscriptionTerms> = {}): SubscriptionTerms => ({
  interval: 'monthly',
  billingTime: 'calendar',
  payInAdvance: true,
  billChargesMonthly: null,
  billFixedChargesMonthly: null,
  subscriptionAt: at('2024-01-15T10:00:00Z'),
  startedAt: at('2024-01-15T10:00:00Z'),
  createdAt: at('2024-01-15T10:00:00Z'),
  billedThroughOn: null,
  chargesBilledUntilAt: null,
  fixedChargesBilledUntilAt: null,
  ...rest,
})
const usageUntil = (reason: BillingWindows['reason'], until: string) => ({
  reason,
  charges: { fromAt: at('2024-01-15T10:00:00Z'), toAt: at(until), toInclusive: false },
})

describe('units in advance are renewed', () => {
  it.each<[Partial<SubscriptionTerms>, string, string, string, string]>([
    [{}, 'UTC', '2024-02-01T00:00Z', '2024-03-01T00:00', 'for the month that begins'],
    [{ billingTime: 'anniversary' }, 'UTC', '2024-02-15T00:00Z', '2024-03-15T00:00', 'for the own month'],
    [{}, 'Asia/Kolkata', '2024-01-31T18:30Z', '2024-02-29T18:30', 'for the local month'],
    [
      { interval: 'yearly', billChargesMonthly: true },
      'UTC',
      '2024-02-01T00:00Z',
      '2024-03-01T00:00',
      'month by month',
    ],
    [{ interval: 'yearly' }, 'UTC', '2025-01-01T00:00Z', '2026-01-01T00:00', 'for the year'],
  ])('%j in %s at %s until %s: %s', (terms, zone, from, to) => {
    const window = renewalWindow(termsOf(terms), usageUntil('subscription_periodic', from), 'a day', zone)
    expect(window && [shown(window.fromAt), shown(window.toAt)]).toEqual([from.slice(0, 16), to])
  })

  it.each<[BillingWindows['reason'], string, boolean, string]>([
    ['subscription_periodic', '2024-02-01', true, 'by a run'],
    ['subscription_starting', '2024-02-01', true, 'when a run brings the plan that follows'],
    ['subscription_starting', 'once', false, 'not by a start, nor by an upgrade'],
    ['subscription_starting', 'trial', false, 'not when a trial ends'],
    ['subscription_terminating', 'once', false, 'not by an end'],
    ['in_advance_charge', 'charge event', false, 'not by an event'],
    ['progressive_billing', '1', false, 'not by a bill on the way'],
  ])('%s, named %s: %s (%s)', (reason, key, renews) => {
    const window = renewalWindow(termsOf(), usageUntil(reason, '2024-02-01T00:00Z'), key, 'UTC')
    expect(window !== null).toBe(renews)
  })

  it('not in a month that begins no charge period', () => {
    const windows = { reason: 'subscription_periodic' as const, charges: null }
    expect(renewalWindow(termsOf(), windows, '2024-02-01', 'UTC')).toBeNull()
  })
})

describe('the days that are left of a period', () => {
  it.each([
    ['UTC', '2024-06-01', '2024-07-01', '2024-06-01T00:00Z', 30, 30, 'all of them in its first instant'],
    ['UTC', '2024-06-01', '2024-07-01', '2024-06-11T10:00Z', 20, 30, 'its own day included'],
    ['UTC', '2024-06-01', '2024-07-01', '2024-06-30T23:59Z', 1, 30, 'the last one'],
    ['UTC', '2024-02-01', '2024-03-01', '2024-02-06T01:00Z', 24, 29, 'a leap year'],
    ['America/New_York', '2024-11-01', '2024-12-01', '2024-11-01T04:00Z', 30, 30, 'a month with a day of 25 hours'],
    ['America/New_York', '2024-11-01', '2024-12-01', '2024-11-02T03:59Z', 30, 30, 'local days'],
    ['Asia/Kolkata', '2024-07-01', '2024-08-01', '2024-06-30T18:40Z', 31, 31, 'local days, ahead of UTC'],
    ['UTC', '2024-07-01', '2024-08-01', '2024-06-30T18:40Z', 31, 31, 'never more than there are'],
  ])('in %s, %s to %s, at %s: %s of %s (%s)', (zone, fromOn, toOn, instant, days, periodDays) => {
    expect(daysLeft({ zone, fromOn, toOn }, at(instant))).toEqual({ days, periodDays })
  })
})
