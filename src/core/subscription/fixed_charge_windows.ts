import { periodContaining, periodDays } from '../time/billing_periods.js'
import type { DateRange } from '../time/dates.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'
import { type BillingWindows, halfOpen } from './windows.js'

/**
 * The window of the fixed charges in arrears that an invoice bills; null where it bills none: at a start, and where no day of it is
 * left to what ends.
 */
export function fixedChargesBehind({ reason, fixedCharges }: BillingWindows, zone: string): TimeWindow | null {
  const settles = reason === 'subscription_periodic' || reason === 'subscription_terminating'
  return settles && fixedCharges !== null && windowDays(fixedCharges, zone) > 0 ? fixedCharges : null
}

/**
 * The window of the fixed charges in advance that an invoice bills: the period that begins on a billing day, or what a start leaves of
 * the one that runs. Null where it bills none, as at the end of a subscription or of a trial.
 */
export function fixedChargesAhead(
  terms: SubscriptionTerms,
  { reason, fixedCharges }: BillingWindows,
  zone: string,
): TimeWindow | null {
  if (fixedCharges === null) return null
  const { fromAt, toAt } = fixedCharges
  if (reason === 'subscription_periodic') return restOfPeriod(terms, toAt, zone)
  // The windows of a start are empty, at its very instant; those of the end of a trial lie behind it.
  const isStart = (reason === 'subscription_starting' || reason === 'in_advance_charge') && fromAt === terms.startedAt
  return isStart ? restOfPeriod(terms, fromAt, zone) : null
}

/** From an instant to the end of the fixed-charge period that it lies in. */
export function restOfPeriod(terms: SubscriptionTerms, fromAt: number, zone: string): TimeWindow {
  const { toOn } = periodContaining(periodGrids(terms, zone).fixedCharges, localDate(fromAt, zone))
  return halfOpen(fromAt, midnight(toOn, zone))
}

/** The days of the whole fixed-charge period that a window lies in. */
export function fixedPeriodDays(terms: SubscriptionTerms, window: TimeWindow, zone: string): number {
  // The last instant of it: after a change of zone a window can begin before its period, but never end outside.
  const lastAt = window.toInclusive ? window.toAt : Math.max(window.fromAt, window.toAt - 1)
  const period: DateRange = periodContaining(periodGrids(terms, zone).fixedCharges, localDate(lastAt, zone))
  return periodDays(period)
}
