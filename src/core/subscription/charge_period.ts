import { Temporal } from '@js-temporal/polyfill'
import type { DayShare } from '../rating/prorated_units.js'
import { periodContaining, periodDays } from '../time/billing_periods.js'
import { type DateRange, daysBetween } from '../time/dates.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'

/**
 * The whole charge period that a window of usage lies in, also where the subscription started or ended within it. Reckoned from
 * terms that stay what they are once a plan is subscribed to, so a draft that is computed anew later finds the same.
 * @param zone the one that the window was reckoned in
 */
export function chargePeriod(terms: SubscriptionTerms, window: TimeWindow, zone: string): DateRange {
  // The last instant of it: after a change of zone a window can begin before its period, but never end outside.
  const lastAt = window.toInclusive ? window.toAt : Math.max(window.fromAt, window.toAt - 1)
  return periodContaining(periodGrids(terms, zone).charges, localDate(lastAt, zone))
}

/** Real microseconds of a {@link chargePeriod}: what weighted units are divided by (metering rules, section 2). */
export function chargePeriodLength(terms: SubscriptionTerms, window: TimeWindow, zone: string): number {
  const { fromOn, toOn } = chargePeriod(terms, window, zone)
  return (midnight(toOn, zone) - midnight(fromOn, zone)) * 1000
}

/** The days of a window of usage that are paid for, and of its {@link chargePeriod} (recurring rules, section 2). */
export function chargePeriodShare(terms: SubscriptionTerms, window: TimeWindow, zone: string): DayShare {
  const length = periodDays(chargePeriod(terms, window, zone))
  // After a change of zone a window may touch one date more than its period has.
  return { days: Math.min(windowDays(window, zone), length), periodDays: length }
}

/** A whole period by whose days something is prorated. Plain JSON: local dates, the second exclusive. */
export interface ProratedPeriod {
  readonly zone: string
  readonly fromOn: string
  readonly toOn: string
}

/** The days of a period that are left from an instant (epoch milliseconds) on, its own day included (recurring rules, section 2). */
export function daysLeft({ zone, fromOn, toOn }: ProratedPeriod, at: number): DayShare {
  const end = Temporal.PlainDate.from(toOn)
  const periodDays = daysBetween(Temporal.PlainDate.from(fromOn), end)
  const days = daysBetween(localDate(at, zone), end)
  // In another zone than the one that the period was reckoned in, the instant may lie on a day outside.
  return { days: Math.min(Math.max(days, 0), periodDays), periodDays }
}
