import type { AgendaStep } from '../agenda/kinds.js'
import { schedule } from '../agenda/store.js'
import type { AgendaKind } from '../agenda/table.js'
import { marksAfterRun } from '../core/subscription/billing_marks.js'
import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import { periodGrids } from '../core/subscription/terms.js'
import { recurringWindows } from '../core/subscription/windows.js'
import { isPeriodStart } from '../core/time/billing_periods.js'
import { localDate, midnight } from '../core/time/zones.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { finalizeDraft, redated } from './drafts.js'
import { invoicesFor } from './invoice_grouping.js'
import { type CustomerState, planOf } from './load_customer.js'
import { switchPlans } from './plan_changes.js'
import { endWithPlan } from './plan_deletion.js'
import { reconsiderPlanChanges } from './plan_repricing.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { runningCounters } from './running_counters.js'
import { nextRun, rescheduled } from './subscription_agenda.js'
import { successorsOf, terminate } from './subscription_end.js'
import { startInvoiced } from './subscription_start.js'
import { endTrial } from './trial_end.js'

type DueWork = (context: CommandContext, state: CustomerState, step: AgendaStep) => Prepared

/**
 * What each kind of due work does. An item whose subject has meanwhile ended, or is due later after all, does nothing
 * but leave the agenda. `context.now` is the step's hour.
 */
export const DUE_WORK: Record<AgendaKind, DueWork> = {
  reschedule: (context, state) =>
    joined([
      ...state.subscriptions.filter(isLiving).map((row) => rescheduled(context, state, row)),
      ...state.drafts.map((draft) => redated(context, state, draft)),
    ]),

  activate_subscription: (context, state, step) =>
    joined(subjects(state, step, 'pending').map((row) => activate(context, state, row))),

  end_subscription: (context, state, step) =>
    joined(subjects(state, step, 'active').map((row) => terminate(context, state, row))),

  bill_period: (context, state, step) => {
    const due = subjects(state, step, 'active').filter((row) => !endsToday(context, state, row))
    const runs = due.map((row) => recurringRun(context, state, row))
    const periods = runs.flatMap((run) => run.period ?? [])
    return joined([invoicesFor(context, state, periods, apart), ...runs.map((run) => run.prepared)])
  },

  finalize_invoice: (context, state, step) =>
    joined(step.items.map(({ subjectId }) => finalizeDraft(context, state, subjectId) ?? prepared({}))),

  end_trial: (context, state, step) =>
    joined(subjects(state, step, 'active').map((row) => endTrial(context, state, row))),

  reconsider_plan_change: reconsiderPlanChanges,

  end_with_plan: endWithPlan,
}

/** It starts at the local midnight itself, not at the hour of the run, so that usage in between is not lost. */
function activate(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const startedAt = midnight(localDate(row.subscriptionAt, state.zone), state.zone)
  const active: SubscriptionRow = { ...row, status: 'active', startedAt, updatedAt: context.now }
  const started = startInvoiced(context, state, active, { bills: true })
  const { seq: _, id, ...changes } = started.row
  return joined([
    prepared({ statements: [updateSubscriptionRow(context.db, row.organizationId, id, changes)] }),
    started.prepared,
  ])
}

interface Run {
  /** Null when the run bills nothing by itself: the subscription is due later after all, or goes over to another plan. */
  readonly period: BilledPeriod | null
  readonly prepared: Prepared
}

function recurringRun(context: CommandContext, state: CustomerState, row: SubscriptionRow): Run {
  const terms = termsOf(row, planOf(state, row))
  const day = nextBillingDay(terms, state.zone)
  if (midnight(day, state.zone) > context.now) return { period: null, prepared: again(context, state, row) }
  const [next] = successorsOf(state, row)
  if (next !== undefined && isPeriodStart(periodGrids(terms, state.zone).plan, day)) {
    return { period: null, prepared: switchPlans(context, state, row, next, day) }
  }
  const windows = recurringWindows(terms, day, state.zone)
  const billed: SubscriptionRow = { ...row, ...marksAfterRun(terms, day, windows, state.zone), updatedAt: context.now }
  const { billedThroughOn, chargesBilledUntilAt, fixedChargesBilledUntilAt, updatedAt } = billed
  const marks = { billedThroughOn, chargesBilledUntilAt, fixedChargesBilledUntilAt, updatedAt }
  return {
    period: { subscription: row, periodKey: day.toString(), windows, zone: state.zone },
    prepared: joined([
      prepared({
        statements: [updateSubscriptionRow(context.db, row.organizationId, row.id, marks)],
        counters: runningCounters(state, billed, context.now),
      }),
      again(context, state, billed),
    ]),
  }
}

function again(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const next = nextRun(context, state, row)
  return prepared({ scheduled: [next], statements: [schedule(context.db, next)] })
}

/** Subscriptions that are due together share an invoice, unless one wants its own. */
const apart = ({ subscription: { id, consolidateInvoice } }: BilledPeriod): string | null =>
  consolidateInvoice ? null : id

/** On its last day a subscription is left to its end, which settles what the run would have billed. */
function endsToday(context: CommandContext, state: CustomerState, { endingAt }: SubscriptionRow): boolean {
  return endingAt !== null && localDate(endingAt, state.zone).equals(localDate(context.now, state.zone))
}

function subjects(state: CustomerState, step: AgendaStep, status: SubscriptionRow['status']): SubscriptionRow[] {
  const ids = new Set(step.items.map((item) => item.subjectId))
  return state.subscriptions.filter((row) => ids.has(row.id) && row.status === status)
}

const isLiving = ({ status }: SubscriptionRow): boolean => status === 'active' || status === 'pending'
