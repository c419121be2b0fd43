import type { Temporal } from '@js-temporal/polyfill'
import { schedule } from '../agenda/store.js'
import { marksAfterRun } from '../core/subscription/billing_marks.js'
import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import { periodGrids } from '../core/subscription/terms.js'
import { recurringWindows } from '../core/subscription/windows.js'
import { isPeriodStart } from '../core/time/billing_periods.js'
import { midnight } from '../core/time/zones.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { collectAfterRun } from './fee_collection.js'
import { type CustomerState, planOf } from './load_customer.js'
import { switchPlans } from './plan_changes.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { looseRenewals } from './renewals.js'
import { runningCounters } from './running_counters.js'
import { nextRun } from './subscription_agenda.js'
import { successorsOf } from './subscription_end.js'

/** What the recurring run of a subscription does. */
export interface Run {
  /** Null when the run bills nothing by itself: the subscription is due later after all, or goes over to another plan. */
  readonly period: BilledPeriod | null
  readonly prepared: Prepared
}

/** Bills a running subscription on its next billing day, if that has come: the invoice of its period is the caller's to make. */
export function recurringRun(context: CommandContext, state: CustomerState, row: SubscriptionRow): Run {
  const terms = termsOf(row, planOf(state, row))
  const day = nextBillingDay(terms, state.zone)
  if (midnight(day, state.zone) > context.now) return { period: null, prepared: again(context, state, row) }
  const next = takesOverOn(state, row, day)
  if (next !== null) return { period: null, prepared: switchPlans(context, state, row, next, day) }
  const windows = recurringWindows(terms, day, state.zone)
  const billed: SubscriptionRow = { ...row, ...marksAfterRun(terms, day, windows, state.zone), updatedAt: context.now }
  const { billedThroughOn, chargesBilledUntilAt, fixedChargesBilledUntilAt, updatedAt } = billed
  const marks = { billedThroughOn, chargesBilledUntilAt, fixedChargesBilledUntilAt, updatedAt }
  const period = { subscription: row, periodKey: day.toString(), windows, zone: state.zone }
  return {
    period,
    prepared: joined([
      prepared({
        statements: [updateSubscriptionRow(context.db, row.organizationId, row.id, marks)],
        counters: runningCounters(state, billed, context.now),
      }),
      again(context, state, billed),
      looseRenewals(context, state, period),
      collectAfterRun(context, state, row, { day: day.toString(), at: midnight(day, state.zone) }),
    ]),
  }
}

function again(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const next = nextRun(context, state, row)
  return prepared({ scheduled: [next], statements: [schedule(context.db, next)] })
}

/** The plan that is to follow a subscription on this billing day, null when none does then. */
export function takesOverOn(
  state: CustomerState,
  row: SubscriptionRow,
  day: Temporal.PlainDate,
): SubscriptionRow | null {
  const [next] = successorsOf(state, row)
  const { plan } = periodGrids(termsOf(row, planOf(state, row)), state.zone)
  return next !== undefined && isPeriodStart(plan, day) ? next : null
}
