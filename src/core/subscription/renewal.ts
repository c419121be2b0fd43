import { periodContaining } from '../time/billing_periods.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'
import { type BillingWindows, halfOpen } from './windows.js'

/**
 * The charge period that begins where the usage of a billed period ends: what recurring units in advance are renewed for (recurring
 * rules, section 6). Null for a bill that begins none: one of a start (what starts pays its events), of an end, or of a month that
 * is not the first of its charge period.
 * @param periodKey of the billed period: only what a run bills is named by its billing day, a start that a run brings about too
 * @param zone the one that the windows were reckoned in
 */
export function renewalWindow(
  terms: SubscriptionTerms,
  { reason, charges }: Pick<BillingWindows, 'reason' | 'charges'>,
  periodKey: string,
  zone: string,
): TimeWindow | null {
  if (charges === null || (reason !== 'subscription_periodic' && reason !== 'subscription_starting')) return null
  const day = localDate(charges.toAt, zone)
  if (reason === 'subscription_starting' && periodKey !== day.toString()) return null
  const { toOn } = periodContaining(periodGrids(terms, zone).charges, day)
  return halfOpen(charges.toAt, midnight(toOn, zone))
}
