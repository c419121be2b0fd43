import { schedule } from '../agenda/store.js'
import { marksAfterStart } from '../core/subscription/billing_marks.js'
import { isTrialRunning, paidPart } from '../core/subscription/trial.js'
import { startingWindows } from '../core/subscription/windows.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { runningCounters } from './running_counters.js'
import { endOf, nextRun, told, trialEndItem } from './subscription_agenda.js'
import { trialOf } from './trials.js'

/** What becomes of a subscription that starts: the row as it is then, and everything that the start sets in motion. */
export interface Start {
  readonly row: SubscriptionRow
  /** What the start bills at once; null when that is nothing. The invoice is the caller's to make. */
  readonly period: BilledPeriod | null
  readonly prepared: Prepared
}

/** Whether a start may bill at once, and whether it is a recurring run that brings it about. */
export interface StartManner {
  readonly bills: boolean
  readonly byRun?: boolean
}

/**
 * Starts a subscription whose row has its `startedAt`. A plan in advance is billed at once where the start `bills` and no
 * trial runs (by a run, none beyond that day); a backdated one is left to its next billing day.
 */
export function start(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  { bills, byRun = false }: StartManner,
): Start {
  const terms = termsOf(row, planOf(state, row))
  const trial = trialOf(state, row)
  const windows = startingWindows(terms, state.zone)
  const asks = paidPart(windows.plan, trial, state.zone) !== null && (byRun || !isTrialRunning(trial, context.now))
  const isBilled = bills && terms.payInAdvance && asks
  const started: SubscriptionRow = {
    ...row,
    ...(isBilled ? marksAfterStart(terms, state.zone) : {}),
    trialEndedAt: trial !== null && trial.endAt <= context.now ? trial.endAt : null,
  }
  const scheduled = [
    nextRun(context, state, started),
    ...endOf(context, state, started),
    ...trialEndItem(started, trial),
  ]
  return {
    row: started,
    period: isBilled ? { subscription: started, periodKey: 'once', windows, zone: state.zone } : null,
    prepared: prepared({
      scheduled,
      started: [row.externalId],
      counters: runningCounters(state, started, context.now),
      statements: [...scheduled.map((item) => schedule(context.db, item)), told(context, 'subscription.started', row)],
    }),
  }
}

/** {@link start}, with the invoice of what it bills. */
export function startInvoiced(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  how: StartManner,
): Omit<Start, 'period'> {
  const { row: started, period, prepared: life } = start(context, state, row, how)
  return { row: started, prepared: joined([period === null ? NOTHING : newInvoice(context, state, [period]), life]) }
}
