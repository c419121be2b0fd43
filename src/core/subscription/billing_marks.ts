import type { Temporal } from '@js-temporal/polyfill'
import { periodContaining } from '../time/billing_periods.js'
import { localDate } from '../time/zones.js'
import { type BillingMarks, periodGrids, type SubscriptionTerms } from './terms.js'
import { usageBounds, zonedTerms } from './window_bounds.js'
import type { BillingWindows } from './windows.js'

/**
 * The marks to store with the invoice of a recurring run, given the terms it was made with. A window that the run does not
 * bill leaves its mark; if it has none yet, the mark is set to where that window has begun, for a first period that other
 * windows have been billed of must not be reckoned anew in another zone.
 */
export function marksAfterRun(
  terms: SubscriptionTerms,
  billingDay: Temporal.PlainDate,
  windows: BillingWindows,
  zone: string,
): BillingMarks {
  const zoned = zonedTerms(terms, zone)
  const eveOn = billingDay.subtract({ days: 1 })
  const { charges, fixedCharges } = zoned.grids
  return {
    billedThroughOn: billingDay.toString(),
    chargesBilledUntilAt:
      windows.charges?.toAt ?? usageBounds(zoned, charges, eveOn, terms.chargesBilledUntilAt).fromAt,
    fixedChargesBilledUntilAt:
      windows.fixedCharges?.toAt ?? usageBounds(zoned, fixedCharges, eveOn, terms.fixedChargesBilledUntilAt).fromAt,
  }
}

/**
 * The marks to store with a starting invoice. It asks for the running period, which must stay the first one: a time zone
 * moved before the first run could otherwise make a run of the very period that was paid, or pass over the one after.
 * Subscriptions that start without an invoice have no marks: all of their first period is reckoned anew in a new zone.
 */
export function marksAfterStart(terms: SubscriptionTerms, zone: string): BillingMarks {
  const { fromOn } = periodContaining(periodGrids(terms, zone).billing, localDate(terms.startedAt, zone))
  return {
    billedThroughOn: fromOn.toString(),
    chargesBilledUntilAt: terms.startedAt,
    fixedChargesBilledUntilAt: terms.startedAt,
  }
}
