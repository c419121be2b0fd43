import { Temporal } from '@js-temporal/polyfill'
import { firstStartOnOrAfter, nearestStart } from '../time/billing_periods.js'
import { laterDate } from '../time/dates.js'
import { localDate } from '../time/zones.js'
import { type PeriodGrids, periodGrids, type SubscriptionTerms } from './terms.js'

/**
 * The local date whose recurring run bills this subscription next; the run falls due at its local midnight.
 *
 * Never billed: the first billing day after the local day of the start and not before that of the creation, so that a
 * backdated subscription may be picked up on the day it is created (subscriptions rules, sections 4 and 9).
 * Billed before: the billing day after the last billed one, see `lastBillingDay`. Runs thus follow each other period by
 * period, never by asking whether today is a billing day.
 */
export function nextBillingDay(terms: SubscriptionTerms, zone: string): Temporal.PlainDate {
  const grids = periodGrids(terms, zone)
  const lastOn = lastBillingDay(terms, grids)
  if (lastOn !== null) return firstStartOnOrAfter(grids.billing, lastOn.add({ days: 1 }))
  const dayAfterStart = localDate(terms.startedAt, zone).add({ days: 1 })
  return firstStartOnOrAfter(grids.billing, laterDate(dayAfterStart, localDate(terms.createdAt, zone)))
}

/**
 * The last billed billing day, as a date of the present grid; null while nothing has been billed.
 *
 * A change of time zone moves the anchor, and the whole grid with it: by up to two days, and by up to five where it moves
 * across the end of February (28th against 2nd, in a month of 31 days). Periods are at least 28 days long, or 7 where the
 * shift is at most 2, so the start closest to the stored date always is the same start of the moved grid.
 */
export function lastBillingDay(terms: SubscriptionTerms, grids: PeriodGrids): Temporal.PlainDate | null {
  if (terms.billedThroughOn === null) return null
  return nearestStart(grids.billing, Temporal.PlainDate.from(terms.billedThroughOn))
}
