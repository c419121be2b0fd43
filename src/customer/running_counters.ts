import type { CounterDefinition } from '../core/metering/counter.js'
import { runningWindows } from '../core/subscription/windows.js'
import { chargeDivision } from '../core/usage/charge_division.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import { type CustomerState, planOf } from './load_customer.js'
import { counterOf, usageFrame } from './rated_usage.js'

/**
 * The counters that the usage of a subscription is read from in the period that runs at `now` (epoch milliseconds), as its invoice
 * will read them. Built when the period begins, they cost little: who reads them first when millions of events are there need
 * not wait until all of those are counted.
 */
export function runningCounters(state: CustomerState, row: SubscriptionRow, now: number): CounterDefinition[] {
  const plan = planOf(state, row)
  const { charges } = runningWindows(termsOf(row, plan), now, state.zone)
  const frame = usageFrame(state, row, charges, state.zone)
  return plan.charges.map((charge) => counterOf(charge, frame, chargeDivision(charge)))
}
