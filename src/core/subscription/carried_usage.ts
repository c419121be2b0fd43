import type { Charge, Plan } from '../catalog.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import type { TimeWindow } from '../time/windows.js'
import { midnight } from '../time/zones.js'
import { chargePeriod } from './charge_period.js'
import type { SubscriptionTerms } from './terms.js'

/**
 * Whether units that are carried are left to the plan that has taken over in the middle of a period: that one bills all of them in full when
 * the period ends. Only if its charge on the same metric does so: in arrears and not prorated. A level that is weighed by time is measured
 * by each plan for its own days (recurring rules, sections 4 and 12).
 * @param next the plan that took over
 */
export function isLeftToNextPlan(charge: Pick<Charge, 'metric' | 'prorated'>, next: Pick<Plan, 'charges'>): boolean {
  const { metric, prorated } = charge
  if (!metric.recurring || prorated || aggregationOf(metric.aggregationType).weighted) return false
  return next.charges.some((other) => other.metric.id === metric.id && !other.payInAdvance && !other.prorated)
}

/** Whether a window of usage ends before the charge period that it lies in. */
export const endsWithinPeriod = (terms: SubscriptionTerms, window: TimeWindow, zone: string): boolean =>
  window.toAt < midnight(chargePeriod(terms, window, zone).toOn, zone)
