import { daysBetween, daysTouched } from './dates.js'
import { localDate } from './zones.js'

/** A stretch of time that something is billed for. Instants are epoch milliseconds. */
export interface TimeWindow {
  readonly fromAt: number
  readonly toAt: number
  /**
   * Whether the very instant `toAt` belongs to the window. It does where a subscription ended for good
   * (metering rules, section 1); everywhere else a window is half-open, `[fromAt, toAt)`.
   */
  readonly toInclusive: boolean
}

/**
 * The days of a window in a zone, by which prices are prorated (subscriptions rules, section 5; recurring rules, section 2).
 * - An inclusive end counts its local date, at whatever hour: so does a termination exactly at midnight.
 * - An exclusive end does not count its date: a period's end opens the next period, and the day of a plan change belongs to
 *   the new plan.
 */
export function windowDays(window: TimeWindow, zone: string): number {
  if (window.toInclusive) return daysTouched(window.fromAt, window.toAt, zone)
  const lastOn = localDate(window.toAt - 1, zone)
  // Asked like this, because the end of a period may be the midnight of a date that the zone left out.
  const endsWithDay = !lastOn.equals(localDate(window.toAt, zone))
  return Math.max(0, daysBetween(localDate(window.fromAt, zone), lastOn) + (endsWithDay ? 1 : 0))
}
