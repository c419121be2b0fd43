import { periodContaining } from '../time/billing_periods.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'

/**
 * Real microseconds of the whole charge period that a window of usage lies in, also where the subscription started or ended
 * within it: what weighted units are divided by (metering rules, section 2). Reckoned from terms that stay what they are once a
 * plan is subscribed to, so a draft that is computed anew later finds the same.
 * @param zone the one that the window was reckoned in
 */
export function chargePeriodLength(terms: SubscriptionTerms, window: TimeWindow, zone: string): number {
  // The last instant of it: after a change of zone a window can begin before its period, but never end outside.
  const lastAt = window.toInclusive ? window.toAt : Math.max(window.fromAt, window.toAt - 1)
  const { fromOn, toOn } = periodContaining(periodGrids(terms, zone).charges, localDate(lastAt, zone))
  return (midnight(toOn, zone) - midnight(fromOn, zone)) * 1000
}
