import { Temporal } from '@js-temporal/polyfill'
import { periodContaining } from '../time/billing_periods.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { nextBillingDay } from './billing_schedule.js'
import type { SubscriptionTerms } from './terms.js'
import { planFromAt, runningOn, usageBounds, type ZonedTerms, zonedTerms } from './window_bounds.js'
import { type BillingWindows, halfOpen, wholePlanWindow } from './windows.js'

/**
 * The windows of the last invoice (subscriptions rules, section 7). All three are settled, also in a month inside a plan
 * period. A plan in advance gets no fee.
 *
 * Normally they run from the start of the running periods to `terminatedAt`. On a billing day after its run the running
 * periods are the ones that start on it, so the day is one more day. Before that run (which then must not be made any
 * more) they end with the day before: the periods that are over are settled, and nothing of the day itself. Runs of earlier
 * days must have been made.
 *
 * `inclusive` says whom the instant of the end belongs to: the subscription, if it ended for good; the new plan, if it was
 * left for another. It decides the day as well, see `windowDays`.
 */
export function terminatingWindows(
  terms: SubscriptionTerms,
  terminatedAt: number,
  zone: string,
  { inclusive }: { readonly inclusive: boolean } = { inclusive: true },
): BillingWindows {
  const zoned = zonedTerms(terms, zone)
  const dueOn = nextBillingDay(terms, zone)
  const beforeRun = Temporal.PlainDate.compare(dueOn, localDate(terminatedAt, zone)) <= 0
  return beforeRun ? windowsBefore(zoned, dueOn) : windowsUntil(zoned, terminatedAt, inclusive)
}

function windowsUntil(zoned: ZonedTerms, terminatedAt: number, inclusive: boolean): BillingWindows {
  const { terms, grids } = zoned
  const on = runningOn(zoned, terminatedAt)
  const planPeriod = periodContaining(grids.plan, on)
  const charges = usageBounds(zoned, grids.charges, on, terms.chargesBilledUntilAt)
  const fixedCharges = usageBounds(zoned, grids.fixedCharges, on, terms.fixedChargesBilledUntilAt)
  return {
    reason: 'subscription_terminating',
    planPeriod,
    plan: endedWindow(planFromAt(zoned, planPeriod), terminatedAt, inclusive),
    charges: endedWindow(charges.fromAt, terminatedAt, inclusive),
    fixedCharges: endedWindow(fixedCharges.fromAt, terminatedAt, inclusive),
    billsPlanFee: !terms.payInAdvance,
  }
}

function windowsBefore(zoned: ZonedTerms, billingDay: Temporal.PlainDate): BillingWindows {
  const { terms, zone, grids } = zoned
  const eveOn = billingDay.subtract({ days: 1 })
  const endAt = midnight(billingDay, zone)
  const planPeriod = periodContaining(grids.plan, terms.payInAdvance ? billingDay : eveOn)
  const charges = usageBounds(zoned, grids.charges, eveOn, terms.chargesBilledUntilAt)
  const fixedCharges = usageBounds(zoned, grids.fixedCharges, eveOn, terms.fixedChargesBilledUntilAt)
  return {
    reason: 'subscription_terminating',
    planPeriod,
    plan: terms.payInAdvance
      ? wholePlanWindow(zoned, planPeriod)
      : endedWindow(planFromAt(zoned, planPeriod), endAt, false),
    charges: endedWindow(charges.fromAt, endAt, false),
    fixedCharges: endedWindow(fixedCharges.fromAt, endAt, false),
    billsPlanFee: !terms.payInAdvance,
  }
}

/**
 * A window cut short by the end. It is empty when the end comes before its start: a subscription that starts later in the
 * day it is ended, or a customer who moved west back into a period that is paid.
 */
function endedWindow(fromAt: number, endAt: number, inclusive: boolean): TimeWindow {
  return fromAt > endAt ? halfOpen(endAt, endAt) : { fromAt, toAt: endAt, toInclusive: inclusive }
}
