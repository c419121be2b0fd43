import type { Temporal } from '@js-temporal/polyfill'
import { type PeriodTerms, periodContaining } from '../time/billing_periods.js'
import { type DateRange, laterDate } from '../time/dates.js'
import { localDate, midnight } from '../time/zones.js'
import { lastBillingDay } from './billing_schedule.js'
import { type PeriodGrids, periodGrids, type SubscriptionTerms } from './terms.js'

/** A subscription seen from its present time zone: what the bounds of all its windows are reckoned from. */
export interface ZonedTerms {
  readonly terms: SubscriptionTerms
  readonly zone: string
  readonly grids: PeriodGrids
  readonly startOn: Temporal.PlainDate
  /** The last billed billing day on the present grid. */
  readonly lastOn: Temporal.PlainDate | null
}

export function zonedTerms(terms: SubscriptionTerms, zone: string): ZonedTerms {
  const grids = periodGrids(terms, zone)
  return { terms, zone, grids, startOn: localDate(terms.startedAt, zone), lastOn: lastBillingDay(terms, grids) }
}

/**
 * A date of the periods that run at an instant. Where the local date has fallen back behind the start or behind the last
 * billing day, because the customer moved west, the period after the one that is paid has begun all the same.
 */
export function runningOn(zoned: ZonedTerms, at: number): Temporal.PlainDate {
  const reachedOn = laterDate(localDate(at, zoned.zone), zoned.startOn)
  return zoned.lastOn === null ? reachedOn : laterDate(reachedOn, zoned.lastOn)
}

/** The plan's fee is by days: in the first period from local midnight of the day of the start. */
export function planFromAt({ zone, startOn }: ZonedTerms, planPeriod: DateRange): number {
  return midnight(laterDate(planPeriod.fromOn, startOn), zone)
}

export interface UsageBounds {
  readonly fromAt: number
  /** The end of the whole period, exclusive. */
  readonly toAt: number
}

/**
 * The bounds of usage, or of fixed charges, in the period of `grid` that holds a date. In the first period they count from
 * the very instant of the start. If everything up to the period has been billed, they count from where that ended:
 * the same instant, unless the time zone has changed since, and then the only one that leaves neither gap nor overlap
 * (subscriptions rules, section 3, "Time zone changes").
 */
export function usageBounds(
  { terms, zone, lastOn }: ZonedTerms,
  grid: PeriodTerms,
  date: Temporal.PlainDate,
  billedUntilAt: number | null,
): UsageBounds {
  const { fromOn, toOn } = periodContaining(grid, date)
  const billedUpToIt = lastOn !== null && periodContaining(grid, lastOn).fromOn.equals(fromOn)
  const resumes = billedUpToIt && billedUntilAt !== null
  return {
    fromAt: resumes ? billedUntilAt : Math.max(midnight(fromOn, zone), terms.startedAt),
    toAt: midnight(toOn, zone),
  }
}
