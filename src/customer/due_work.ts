import type { AgendaStep } from '../agenda/kinds.js'
import { hastenOverdue } from '../agenda/store.js'
import type { AgendaKind } from '../agenda/table.js'
import { localDate, midnight } from '../core/time/zones.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { finalizeDraft, redated } from './drafts.js'
import { invoicesFor } from './invoice_grouping.js'
import type { CustomerState } from './load_customer.js'
import { fallOverdue } from './overdue.js'
import { endWithPlan } from './plan_deletion.js'
import { reconsiderPlanChanges } from './plan_repricing.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { recurringRun } from './recurring_run.js'
import { rescheduled } from './subscription_agenda.js'
import { terminate } from './subscription_end.js'
import { startInvoiced } from './subscription_start.js'
import { endTrial } from './trial_end.js'
import { unitsCharges } from './units_charge.js'
import { expireWallets } from './wallet_end.js'
import { rescheduledRule, topUpByInterval } from './wallet_rule_work.js'

type DueWork = (context: CommandContext, state: CustomerState, step: AgendaStep) => Prepared | Promise<Prepared>

/**
 * What each kind of due work does. An item whose subject has meanwhile ended, or is due later after all, does nothing
 * but leave the agenda. `context.now` is the step's hour.
 */
export const DUE_WORK: Record<AgendaKind, DueWork> = {
  reschedule: (context, state) =>
    joined([
      ...state.subscriptions.filter(isLiving).map((row) => rescheduled(context, state, row)),
      ...state.drafts.map((draft) => redated(context, state, draft)),
      prepared({ statements: [hastenOverdue(context.db, context.ref.customerId, context.now)] }),
      ...state.wallets.rules.map((rule) => rescheduledRule(context, state, rule)),
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

  fall_overdue: fallOverdue,

  expire_wallet: expireWallets,

  top_up_wallet: topUpByInterval,

  // What it is about is billed before it leaves the agenda, with what only D1 knows of the subscription's life.
  check_thresholds: () => NOTHING,

  charge_units: (context, state, step) => {
    const batches = Map.groupBy(
      step.items.map(({ subjectId }) => subjectId.split(' ')),
      ([id]) => id,
    )
    const rows = state.subscriptions.filter(({ id, status }) => batches.has(id) && status === 'active')
    return joined(
      rows.map((row) =>
        unitsCharges(
          context,
          state,
          row,
          (batches.get(row.id) ?? []).flatMap(([, batchId]) => batchId ?? []),
        ),
      ),
    )
  },
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
