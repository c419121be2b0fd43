import fc from 'fast-check'
import { BILLING_TIMES, PLAN_INTERVALS } from '../../../src/core/catalog.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { TIMEZONES } from '../../../src/core/time/zones.js'
import { at, NO_MARKS } from './support.js'

/** Zones with odd offsets, clocks that skip or repeat midnight, half an hour of summer time, a date left out. */
export const ODD_ZONES = [
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/St_Johns',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Atlantic/Azores',
  'Africa/Cairo',
  'America/Santiago',
] as const

/** From one end of the world to the other: UTC-12 to UTC+14. */
export const FAR_ZONES = [
  'GMT+12',
  'Pacific/Midway',
  'America/New_York',
  'UTC',
  'Asia/Tokyo',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
] as const

export const anyZone = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...TIMEZONES))

const anyStart = fc.oneof(
  fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') }),
  // Around the turns of the months, where anchors are clamped and moved, on the half hour.
  fc
    .record({ month: fc.nat(320), halfHour: fc.integer({ min: -200, max: 200 }) })
    .map(({ month, halfHour }) => Date.UTC(2005, month, 1) + halfHour * 1_800_000),
)

/** Subscriptions that start when they are created, never billed. */
export const anyTerms: fc.Arbitrary<SubscriptionTerms> = fc
  .record({
    interval: fc.constantFrom(...PLAN_INTERVALS),
    billingTime: fc.constantFrom(...BILLING_TIMES),
    payInAdvance: fc.boolean(),
    billChargesMonthly: fc.boolean(),
    billFixedChargesMonthly: fc.boolean(),
    startedAt: anyStart,
  })
  .map((facts) => ({ ...facts, ...NO_MARKS, subscriptionAt: facts.startedAt, createdAt: facts.startedAt }))
