import type { Temporal } from '@js-temporal/polyfill'
import { isPeriodStart, type PeriodTerms, periodContaining } from '../time/billing_periods.js'
import type { DateRange } from '../time/dates.js'
import type { TimeWindow } from '../time/windows.js'
import { midnight } from '../time/zones.js'
import type { SubscriptionTerms } from './terms.js'
import { planFromAt, runningOn, usageBounds, type ZonedTerms, zonedTerms } from './window_bounds.js'

/** What one invoice bills of one subscription (subscriptions rules, section 3). */
export interface BillingWindows {
  readonly reason:
    | 'subscription_starting'
    | 'subscription_periodic'
    | 'subscription_terminating'
    | 'in_advance_charge'
    | 'in_advance_charge_periodic'
    | 'progressive_billing'
  /** The whole plan period that the plan window lies in; its length is what a day's price is reckoned by. */
  readonly planPeriod: DateRange
  readonly plan: TimeWindow
  /** Usage. Null in a month inside the plan period of a plan that splits out fixed charges only. */
  readonly charges: TimeWindow | null
  /** Fixed charges in arrears. Null in a month inside the plan period of a plan that splits out usage only. */
  readonly fixedCharges: TimeWindow | null
  /** Whether the plan's own fee is asked for the plan window. */
  readonly billsPlanFee: boolean
}

/** The periods that run at a moment: for current usage, and for the subscription's current billing period. */
export interface RunningWindows {
  readonly planPeriod: DateRange
  readonly plan: TimeWindow
  readonly charges: TimeWindow
  readonly fixedCharges: TimeWindow
}

/**
 * The windows of the recurring run of a billing day, which must be one in this zone: see `nextBillingDay`. A plan in
 * arrears is billed for the period that is over, one in advance for the period that starts; usage and fixed charges always
 * for their period that is over. In a month inside a plan period the plan window is that period, and bills nothing.
 */
export function recurringWindows(
  terms: SubscriptionTerms,
  billingDay: Temporal.PlainDate,
  zone: string,
): BillingWindows {
  const zoned = zonedTerms(terms, zone)
  const { grids } = zoned
  if (!isPeriodStart(grids.billing, billingDay)) throw new RangeError(`${billingDay} is no billing day in ${zone}`)
  const planPeriod = periodContaining(grids.plan, terms.payInAdvance ? billingDay : billingDay.subtract({ days: 1 }))
  return {
    reason: 'subscription_periodic',
    planPeriod,
    plan: wholePlanWindow(zoned, planPeriod),
    charges: finishedWindow(zoned, grids.charges, billingDay, terms.chargesBilledUntilAt),
    fixedCharges: finishedWindow(zoned, grids.fixedCharges, billingDay, terms.fixedChargesBilledUntilAt),
    billsPlanFee: isPeriodStart(grids.plan, billingDay),
  }
}

/**
 * The windows of the invoice of a start. A plan in advance is billed for the rest of the running period. No usage is, nor
 * fixed charges in arrears: their windows are empty, at the instant of the start.
 */
export function startingWindows(terms: SubscriptionTerms, zone: string): BillingWindows {
  const zoned = zonedTerms(terms, zone)
  const planPeriod = periodContaining(zoned.grids.plan, zoned.startOn)
  const nothing = halfOpen(terms.startedAt, terms.startedAt)
  return {
    reason: 'subscription_starting',
    planPeriod,
    plan: wholePlanWindow(zoned, planPeriod),
    charges: nothing,
    fixedCharges: nothing,
    billsPlanFee: terms.payInAdvance,
  }
}

/**
 * The periods that run at `now`. Usage continues where the last billed window ended, like the invoice that will bill it;
 * where a run has fallen due but has not been made yet, the period is already the new one.
 */
export function runningWindows(terms: SubscriptionTerms, now: number, zone: string): RunningWindows {
  const zoned = zonedTerms(terms, zone)
  const { grids } = zoned
  const on = runningOn(zoned, now)
  const planPeriod = periodContaining(grids.plan, on)
  const charges = usageBounds(zoned, grids.charges, on, terms.chargesBilledUntilAt)
  const fixedCharges = usageBounds(zoned, grids.fixedCharges, on, terms.fixedChargesBilledUntilAt)
  return {
    planPeriod,
    plan: wholePlanWindow(zoned, planPeriod),
    charges: halfOpen(charges.fromAt, charges.toAt),
    fixedCharges: halfOpen(fixedCharges.fromAt, fixedCharges.toAt),
  }
}

export function halfOpen(fromAt: number, toAt: number): TimeWindow {
  return { fromAt, toAt, toInclusive: false }
}

export function wholePlanWindow(zoned: ZonedTerms, planPeriod: DateRange): TimeWindow {
  return halfOpen(planFromAt(zoned, planPeriod), midnight(planPeriod.toOn, zoned.zone))
}

/** The window of the period of `grid` that is over on a billing day; null while that period still runs. */
function finishedWindow(
  zoned: ZonedTerms,
  grid: PeriodTerms,
  billingDay: Temporal.PlainDate,
  billedUntilAt: number | null,
): TimeWindow | null {
  if (!isPeriodStart(grid, billingDay)) return null
  const { fromAt, toAt } = usageBounds(zoned, grid, billingDay.subtract({ days: 1 }), billedUntilAt)
  // The start lies behind the end when the customer moved east across the first billing day just after it.
  return halfOpen(fromAt, Math.max(fromAt, toAt))
}
