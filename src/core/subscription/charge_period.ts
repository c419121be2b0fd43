import { periodContaining, periodDays } from '../time/billing_periods.js'
import type { DateRange } from '../time/dates.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'

/**
 * Real microseconds of the whole charge period that a window of usage lies in, also where the subscription started or ended
 * within it: what weighted units are divided by (metering rules, section 2). Reckoned from terms that stay what they are once a
 * plan is subscribed to, so a draft that is computed anew later finds the same.
 * @param zone the one that the window was reckoned in
 */
export function chargePeriodLength(terms: SubscriptionTerms, window: TimeWindow, zone: string): number {
  const { fromOn, toOn } = chargePeriod(terms, window, zone)
  return (midnight(toOn, zone) - midnight(fromOn, zone)) * 1000
}

/**
 * The days of a window of usage, and of the whole charge period that it lies in: what a spending minimum is prorated by (recurring
 * rules, section 8).
 * @param zone the one that the window was reckoned in
 */
export function chargePeriodShare(terms: SubscriptionTerms, window: TimeWindow, zone: string) {
  const length = periodDays(chargePeriod(terms, window, zone))
  // After a change of zone a window may touch one date more than its period has.
  return { days: Math.min(windowDays(window, zone), length), periodDays: length }
}

/** The whole charge period that a window of usage lies in. */
export function chargePeriod(terms: SubscriptionTerms, window: TimeWindow, zone: string): DateRange {
  // The last instant of it: after a change of zone a window can begin before its period, but never end outside.
  const lastAt = window.toInclusive ? window.toAt : Math.max(window.fromAt, window.toAt - 1)
  return periodContaining(periodGrids(terms, zone).charges, localDate(lastAt, zone))
}
