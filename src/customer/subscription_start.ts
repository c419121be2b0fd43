import { schedule } from '../agenda/store.js'
import { keepsFee } from '../core/invoicing/fee.js'
import { marksAfterStart } from '../core/subscription/billing_marks.js'
import { isTrialRunning, paidPart } from '../core/subscription/trial.js'
import { startingWindows } from '../core/subscription/windows.js'
import { localDate } from '../core/time/zones.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { fixedChargeFees } from './fixed_fees.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { looseRenewals, renewedCharges } from './renewals.js'
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
 * trial runs (by a run, none beyond that day), and so are fixed charges in advance, trial or not; a backdated one is left to its next
 * billing day. By a run, recurring units in advance are renewed too.
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
  const life = prepared({
    scheduled,
    started: [row.externalId],
    counters: runningCounters(state, started, context.now),
    statements: [...scheduled.map((item) => schedule(context.db, item)), told(context, 'subscription.started', row)],
  })
  // Only one that a run brings about is named by its day: it renews what was there before, as every run does.
  const periodKey = byRun ? localDate(terms.startedAt, state.zone).toString() : 'once'
  const period = { subscription: started, periodKey, windows, zone: state.zone }
  const renews = byRun && renewedCharges(planOf(state, row), 'on_invoice').length > 0
  return {
    row: started,
    period: bills ? billedAtStart(state, period, { asksPlanFee: isBilled, renews }) : null,
    prepared: joined([life, looseRenewals(context, state, period)]),
  }
}

/** Without a plan fee a start bills what is renewed, and what is paid of fixed charges in advance, if that is anything. */
function billedAtStart(
  state: CustomerState,
  period: BilledPeriod,
  { asksPlanFee, renews }: { readonly asksPlanFee: boolean; readonly renews: boolean },
): BilledPeriod | null {
  if (asksPlanFee) return period
  const rest = { ...period, windows: { ...period.windows, billsPlanFee: false } }
  return renews || fixedChargeFees(state, rest).some(keepsFee) ? rest : null
}

/** {@link start}, with the invoice of what it bills: without a plan fee it is one of fixed charges, and never a draft. */
export function startInvoiced(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  how: StartManner,
): Omit<Start, 'period'> {
  const { row: started, period, prepared: life } = start(context, state, row, how)
  const billed = period?.windows.billsPlanFee === false ? asCharge(period) : period
  return { row: started, prepared: joined([billed === null ? NOTHING : newInvoice(context, state, [billed]), life]) }
}

const asCharge = (period: BilledPeriod): BilledPeriod => ({
  ...period,
  windows: { ...period.windows, reason: 'in_advance_charge' },
})
