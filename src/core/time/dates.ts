import { Temporal } from '@js-temporal/polyfill'
import { localDate } from './zones.js'

/** Whole local days `[fromOn, toOn)`. */
export interface DateRange {
  readonly fromOn: Temporal.PlainDate
  /** Exclusive. */
  readonly toOn: Temporal.PlainDate
}

/** Days from one date to another, the second one not counted; negative when it comes first. */
export function daysBetween(fromOn: Temporal.PlainDate, toOn: Temporal.PlainDate): number {
  return fromOn.until(toOn, { largestUnit: 'day' }).days
}

/**
 * The date `months` months after the anchor, or the last day of that month where it is shorter. Always reckon from the
 * anchor, never from an earlier result: Jan 31, Feb 29, Mar 31 (subscriptions rules, section 2).
 */
export function addMonths(anchorOn: Temporal.PlainDate, months: number): Temporal.PlainDate {
  return anchorOn.add({ months }, { overflow: 'constrain' })
}

export function laterDate(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b
}

/**
 * How many local dates the stretch from one instant to another touches, both ends included, so that an end exactly at
 * local midnight counts that day; 0 when the last date comes before the first (subscriptions rules, section 5). For a
 * window, whose end may be exclusive, there is `windowDays`.
 */
export function daysTouched(firstAt: number, lastAt: number, zone: string): number {
  return Math.max(0, daysBetween(localDate(firstAt, zone), localDate(lastAt, zone)) + 1)
}
