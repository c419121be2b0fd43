import { expect, it } from 'vitest'
import { chargePeriodLength } from '../../../src/core/subscription/charge_period.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'

const HOUR = 3_600_000_000
const at = (text: string) => Date.parse(text)

const termsOf = (rest: Partial<SubscriptionTerms>): SubscriptionTerms => ({
  interval: 'monthly',
  billingTime: 'calendar',
  payInAdvance: false,
  billChargesMonthly: null,
  billFixedChargesMonthly: null,
  subscriptionAt: at('2024-03-05T10:00:00Z'),
  startedAt: at('2024-03-05T10:00:00Z'),
  createdAt: at('2024-03-05T10:00:00Z'),
  billedThroughOn: null,
  chargesBilledUntilAt: null,
  fixedChargesBilledUntilAt: null,
  ...rest,
})

it.each<[Partial<SubscriptionTerms>, string, string, string, boolean, number, string]>([
  [
    {},
    'UTC',
    '2024-03-05T10:00:00Z',
    '2024-04-01T00:00:00Z',
    false,
    31 * 24,
    'the whole month, though it started within it',
  ],
  [
    {},
    'UTC',
    '2024-04-01T00:00:00Z',
    '2024-04-10T12:00:00Z',
    true,
    30 * 24,
    'the whole month, though it ended within it',
  ],
  [{}, 'UTC', '2024-04-01T00:00:00Z', '2024-04-01T00:00:00Z', true, 30 * 24, 'that of the instant it ended'],
  [
    {},
    'Europe/Paris',
    '2024-03-05T10:00:00Z',
    '2024-03-31T22:00:00Z',
    false,
    31 * 24 - 1,
    'a month with a day of 23 hours',
  ],
  [{ interval: 'yearly' }, 'UTC', '2024-03-05T10:00:00Z', '2025-01-01T00:00:00Z', false, 366 * 24, 'a leap year'],
  [
    { interval: 'yearly', billChargesMonthly: true },
    'UTC',
    '2024-03-05T10:00:00Z',
    '2024-04-01T00:00:00Z',
    false,
    31 * 24,
    'the month that usage is billed by',
  ],
  [
    { billingTime: 'anniversary' },
    'UTC',
    '2024-03-05T10:00:00Z',
    '2024-04-05T00:00:00Z',
    false,
    31 * 24,
    'the month from the anchor',
  ],
  [
    {},
    'UTC',
    '2024-02-29T22:00:00Z',
    '2024-04-01T00:00:00Z',
    false,
    31 * 24,
    'the period that it ends in, after a change of zone',
  ],
])('%j in %s from %s to %s (inclusive: %s): %s hours, %s', (rest, zone, from, to, toInclusive, hours) => {
  const window = { fromAt: at(from), toAt: at(to), toInclusive }
  expect(chargePeriodLength(termsOf(rest), window, zone)).toBe(hours * HOUR)
})
