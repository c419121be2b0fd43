import { periodContaining } from '../time/billing_periods.js'
import { laterDate } from '../time/dates.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate } from '../time/zones.js'
import type { SubscriptionTerms } from './terms.js'
import { type UsageBounds, usageBounds, type ZonedTerms, zonedTerms } from './window_bounds.js'
import { type BillingWindows, halfOpen, wholePlanWindow } from './windows.js'

/** {@link BillingWindows} of an event, which always lies in a period of usage. */
export interface EventWindows extends BillingWindows {
  readonly charges: TimeWindow
}

/**
 * The periods that hold an event, billed already or not: what an invoice of a charge in advance shows. The window of usage is
 * the one that the event is priced within. Whole periods, also where the subscription ended since.
 * @param at an instant of the subscription's life, epoch milliseconds
 */
export function eventWindows(terms: SubscriptionTerms, at: number, zone: string): EventWindows {
  const zoned = zonedTerms(terms, zone)
  const { grids } = zoned
  const on = laterDate(localDate(at, zone), zoned.startOn)
  const planPeriod = periodContaining(grids.plan, on)
  const charges = boundsAround(zoned, grids.charges, at, terms.chargesBilledUntilAt)
  const fixedCharges = boundsAround(zoned, grids.fixedCharges, at, terms.fixedChargesBilledUntilAt)
  return {
    reason: 'in_advance_charge',
    planPeriod,
    plan: wholePlanWindow(zoned, planPeriod),
    charges: halfOpen(charges.fromAt, charges.toAt),
    fixedCharges: halfOpen(fixedCharges.fromAt, fixedCharges.toAt),
    billsPlanFee: false,
  }
}

/** The periods that are over at the beginning of a billing day: those that hold the moment before it. */
export function periodsJustEnded(terms: SubscriptionTerms, at: number, zone: string): EventWindows {
  return eventWindows(terms, Math.max(at - 1, terms.startedAt), zone)
}

/** Where the zone has moved since the period before was billed, the period begins where that one ended. */
function boundsAround(
  zoned: ZonedTerms,
  grid: ZonedTerms['grids']['charges'],
  at: number,
  billedUntilAt: number | null,
): UsageBounds {
  const on = laterDate(localDate(at, zoned.zone), zoned.startOn)
  const bounds = usageBounds(zoned, grid, on, billedUntilAt)
  if (at >= bounds.fromAt) return bounds
  const before = usageBounds(zoned, grid, periodContaining(grid, on).fromOn.subtract({ days: 1 }), billedUntilAt)
  return { fromAt: before.fromAt, toAt: bounds.fromAt }
}
