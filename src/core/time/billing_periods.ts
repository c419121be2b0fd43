import { Temporal } from '@js-temporal/polyfill'
import type { BillingTime, PlanInterval } from '../catalog.js'
import { addMonths, type DateRange, daysBetween } from './dates.js'

/** What lays the grid of a subscription's periods (subscriptions rules, section 2). */
export interface PeriodTerms {
  readonly interval: PlanInterval
  readonly billingTime: BillingTime
  /** The local date that anniversary periods are reckoned from; the calendar ignores it. */
  readonly anchorOn: Temporal.PlainDate
}

interface Step {
  readonly unit: 'days' | 'months'
  readonly size: number
}

const STEPS = {
  weekly: { unit: 'days', size: 7 },
  monthly: { unit: 'months', size: 1 },
  quarterly: { unit: 'months', size: 3 },
  semiannual: { unit: 'months', size: 6 },
  yearly: { unit: 'months', size: 12 },
} satisfies Record<PlanInterval, Step>

/** Milliseconds, longer than any period, with room for zones. */
export const LONGEST_PERIOD_MS = 400 * 86_400_000

/** A Monday and a New Year's Day, so the weeks, months, quarters, half years and years of the calendar all start from it. */
const CALENDAR_ANCHOR = new Temporal.PlainDate(2024, 1, 1)

/** The period that holds a date. */
export function periodContaining(terms: PeriodTerms, date: Temporal.PlainDate): DateRange {
  const anchorOn = terms.billingTime === 'calendar' ? CALENDAR_ANCHOR : terms.anchorOn
  const step: Step = STEPS[terms.interval]
  const start = (k: number): Temporal.PlainDate =>
    step.unit === 'days' ? anchorOn.add({ days: k * step.size }) : addMonths(anchorOn, k * step.size)
  const passed = step.unit === 'days' ? daysBetween(anchorOn, date) : monthsBetween(anchorOn, date)
  // The start of this number is the last one in or before the date's month (or week), so only it can be too late.
  const last = Math.floor(passed / step.size)
  const k = Temporal.PlainDate.compare(start(last), date) <= 0 ? last : last - 1
  return { fromOn: start(k), toOn: start(k + 1) }
}

/** The first period start that is not before a date. */
export function firstStartOnOrAfter(terms: PeriodTerms, date: Temporal.PlainDate): Temporal.PlainDate {
  const period = periodContaining(terms, date)
  return period.fromOn.equals(date) ? date : period.toOn
}

export function isPeriodStart(terms: PeriodTerms, date: Temporal.PlainDate): boolean {
  return periodContaining(terms, date).fromOn.equals(date)
}

/** The period start that lies closest to a date, before or after it. */
export function nearestStart(terms: PeriodTerms, date: Temporal.PlainDate): Temporal.PlainDate {
  const period = periodContaining(terms, date)
  return daysBetween(period.fromOn, date) <= daysBetween(date, period.toOn) ? period.fromOn : period.toOn
}

/** The length of a whole period, by which a day's price is reckoned. */
export function periodDays(period: DateRange): number {
  return daysBetween(period.fromOn, period.toOn)
}

/** Calendar months from one date's month to another's, whatever the days. */
function monthsBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return (to.year - from.year) * 12 + (to.month - from.month)
}
