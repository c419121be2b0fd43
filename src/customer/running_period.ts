import { runningWindows } from '../core/subscription/windows.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import { type CustomerState, planOf } from './load_customer.js'

/** The usage of the period that a subscription is in, as it would be billed on the way. */
export function runningPeriod(
  state: CustomerState,
  subscription: SubscriptionRow,
  now: number,
  periodKey: string,
): BilledPeriod {
  const windows = runningWindows(termsOf(subscription, planOf(state, subscription)), now, state.zone)
  return {
    subscription,
    periodKey,
    windows: { ...windows, reason: 'progressive_billing', fixedCharges: null, billsPlanFee: false },
    zone: state.zone,
  }
}
