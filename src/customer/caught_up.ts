import { marksAfterRun } from '../core/subscription/billing_marks.js'
import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import { periodGrids } from '../core/subscription/terms.js'
import { recurringWindows } from '../core/subscription/windows.js'
import { firstStartOnOrAfter, periodContaining } from '../core/time/billing_periods.js'
import { laterDate } from '../core/time/dates.js'
import { localDate, midnight } from '../core/time/zones.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext, UsageReader } from './command_context.js'
import { CouponPurse } from './coupon_purse.js'
import { CreditPurse } from './credit_purse.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { switched } from './plan_changes.js'
import type { PreparedInvoice } from './prepared.js'
import { successorsOf } from './subscription_end.js'

/** A subscription as it will be, and the state that it is in then. */
export interface CaughtUp {
  readonly state: CustomerState
  readonly row: SubscriptionRow
}

/** There is none: for who asks what a subscription costs before anything is used. */
export const NO_USAGE: UsageReader = { read: () => [], scan: () => [], build: () => undefined, maxSeq: () => 0 }

/**
 * A running subscription as it will be at `at` (epoch milliseconds), when the periods that end until then have been billed: a plan
 * that is to follow has taken over by then, and the plan fee of the last billing day has been asked, as if nothing were taken off.
 */
export function caughtUp(context: CommandContext, state: CustomerState, row: SubscriptionRow, at: number): CaughtUp {
  const { zone } = state
  const terms = termsOf(row, planOf(state, row))
  const grids = periodGrids(terms, zone)
  const nextOn = nextBillingDay(terms, zone)
  if (midnight(nextOn, zone) > at) return { state, row }
  const [next] = successorsOf(state, row)
  const changesOn = firstStartOnOrAfter(grids.plan, nextOn)
  if (next !== undefined && midnight(changesOn, zone) <= at) {
    const then = { ...context, now: midnight(changesOn, zone) }
    const change = switched(then, state, row, next, changesOn)
    const asked = billed(then, state, change.periods.slice(1), change.row)
    return caughtUp(context, asked, change.row, at)
  }
  const day = laterDate(nextOn, periodContaining(grids.billing, localDate(at, zone)).fromOn)
  const windows = recurringWindows(terms, day, zone)
  const period = { subscription: row, periodKey: day.toString(), windows, zone }
  const marked = { ...row, ...marksAfterRun(terms, day, windows, zone) }
  return { state: billed({ ...context, now: midnight(day, zone) }, state, [period], marked), row: marked }
}

/** The state after an invoice for these periods of one subscription, as far as a later end of it asks. */
function billed(
  context: CommandContext,
  state: CustomerState,
  periods: readonly BilledPeriod[],
  row: SubscriptionRow,
): CustomerState {
  if (periods.length === 0) return state
  const unspent = { ...state, purse: new CreditPurse([]), coupons: new CouponPurse([]) }
  const { invoices } = newInvoice({ ...context, usage: NO_USAGE }, unspent, periods)
  return invoices.reduce((after, invoice) => withPlanFee(after, invoice, row), state)
}

function withPlanFee(state: CustomerState, invoice: PreparedInvoice, { id }: SubscriptionRow): CustomerState {
  const fee = invoice.fees.find(({ feeType, subscriptionId }) => feeType === 'subscription' && subscriptionId === id)
  if (fee === undefined) return state
  // The order of rows is the database's to give.
  const asked = { fee: { ...fee, seq: 0 }, invoice: { ...invoice.row, seq: 0 }, credited: [] }
  return { ...state, lastPlanFees: new Map([...state.lastPlanFees, [id, asked]]) }
}
