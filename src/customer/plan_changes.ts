import type { Temporal } from '@js-temporal/polyfill'
import { midnight } from '../core/time/zones.js'
import { endIfPlanIsGone, reconsiderIfRepriced } from '../resources/plan_subscribers/store.js'
import { insertSubscription, updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { NO_THRESHOLDS, type SubscriptionInput, thresholdsAfter } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { collectAtEnd } from './fee_collection.js'
import { invoicesFor } from './invoice_grouping.js'
import { type CustomerState, planOf } from './load_customer.js'
import { type PlanToBe, unitsRows, unitsStatements, withPlan } from './own_plan.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { told } from './subscription_agenda.js'
import { cancel, end, successorsOf } from './subscription_end.js'
import { start } from './subscription_start.js'
import { creditUnused } from './unused_credit.js'

/** A change of plan: the subscription that has the new one, and the commit that brings it about. */
export interface PlanChange {
  readonly subscriptionId: string
  readonly prepared: Prepared
}

/** A subscription that takes over, and what the change bills of both. The invoice is the caller's to make. */
export interface TakeOver {
  readonly row: SubscriptionRow
  /** What comes back for unused days: it comes first, for it may pay the invoice. */
  readonly credit: Prepared
  /** What is billed of the one that is left. */
  readonly ended: BilledPeriod
  readonly periods: readonly BilledPeriod[]
  readonly prepared: Prepared
}

/**
 * A change to a plan that is not cheaper, at once (plan change rules, section 2): the old subscription ends, the new one starts
 * at the same instant, unused days come back, and one invoice bills both.
 */
export function upgrade(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  target: PlanToBe,
  input: Partial<SubscriptionInput>,
): PlanChange {
  const {
    row,
    credit,
    ended,
    periods,
    prepared: change,
    state: seen,
  } = upgraded(context, state, current, target, input)
  const invoices = [invoicesFor(context, seen, periods), collectAtEnd(context, state, ended)]
  return { subscriptionId: row.id, prepared: joined([credit, ...invoices, change]) }
}

/** {@link upgrade} before its invoice, for which the state is that with the units that the new one has for itself. */
export function upgraded(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  target: PlanToBe,
  input: Partial<SubscriptionInput>,
): TakeOver & { readonly state: CustomerState } {
  const { db, now } = context
  const next: SubscriptionRow = {
    ...successor(context, current, target.planId, input),
    status: 'active',
    startedAt: now,
  }
  const units = unitsRows(context, target, next.id)
  const seen = withPlan(state, null, units)
  const manner = planOf(state, current).payInAdvance ? (current.onTerminationCreditNote ?? 'credit') : null
  const credit =
    manner === null || manner === 'skip'
      ? NOTHING
      : creditUnused(context, state, current, { isUpgrade: true, manner: 'credit' })
  const ending: SubscriptionRow = { ...current, onTerminationCreditNote: manner }
  const old = end(context, state, ending, { endedAt: now, inclusive: false })
  const begun = start(context, seen, next, { bills: true })
  const { seq: _, ...inserted } = begun.row
  return {
    row: begun.row,
    // Units that are carried may be left to it.
    state: { ...seen, subscriptions: [...seen.subscriptions, begun.row] },
    credit,
    ended: old.period,
    periods: [old.period, ...periodsOf(begun.period)],
    prepared: joined([
      old.prepared,
      ...successorsOf(state, current).map((row) => cancel(context, state, row)),
      prepared({
        statements: [
          insertSubscription(db, inserted),
          ...unitsStatements(context, units),
          endIfPlanIsGone(db, next, now),
        ],
      }),
      begun.prepared,
    ]),
  }
}

/**
 * A change to a cheaper plan, from the next period on (plan change rules, section 5): nothing is billed now. An earlier one
 * that is still to come is called off.
 */
export function downgrade(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  target: PlanToBe,
  input: Partial<SubscriptionInput>,
): PlanChange {
  const { db, now } = context
  const { seq: _, ...inserted } = successor(context, current, target.planId, input)
  return {
    subscriptionId: current.id,
    prepared: joined([
      ...successorsOf(state, current).map((row) => cancel(context, state, row)),
      prepared({
        statements: [
          insertSubscription(db, inserted),
          ...unitsStatements(context, unitsRows(context, target, inserted.id)),
          endIfPlanIsGone(db, inserted, now),
          ...[inserted, current].map((row) => reconsiderIfRepriced(db, row, planOf(state, row).amountCents, now)),
          told(context, 'subscription.updated', current),
        ],
      }),
    ]),
  }
}

/**
 * Carries a change to a cheaper plan out, on the day on which the next period starts: the old plan is billed to its end, the new
 * one starts at the local midnight itself, and one invoice bills both.
 */
export function switchPlans(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  next: SubscriptionRow,
  day: Temporal.PlainDate,
): Prepared {
  const { ended, periods, prepared: change } = switched(context, state, current, next, day)
  return joined([invoicesFor(context, state, periods), collectAtEnd(context, state, ended), change])
}

/** {@link switchPlans} before its invoice. */
export function switched(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  next: SubscriptionRow,
  day: Temporal.PlainDate,
): TakeOver {
  const at = midnight(day, state.zone)
  const old = end(context, state, current, { endedAt: at, inclusive: false })
  const active: SubscriptionRow = { ...next, status: 'active', startedAt: at, updatedAt: context.now }
  const begun = start(context, state, active, { bills: true, byRun: true })
  const { seq: _, id, ...changes } = begun.row
  return {
    row: begun.row,
    // It ends with its period: all that was paid for was used.
    credit: NOTHING,
    ended: old.period,
    periods: [old.period, ...periodsOf(begun.period)],
    prepared: joined([
      old.prepared,
      prepared({ statements: [updateSubscriptionRow(context.db, current.organizationId, id, changes)] }),
      begun.prepared,
    ]),
  }
}

const periodsOf = (period: BilledPeriod | null): BilledPeriod[] => (period === null ? [] : [period])

/** The subscription that takes over: the anchor stays for ever, what was not asked for anew is inherited. */
export function successor(
  { newId, now }: CommandContext,
  current: SubscriptionRow,
  planId: string,
  input: Partial<SubscriptionInput>,
): SubscriptionRow {
  const sent = <T>(value: T | undefined, inherited: T): T => (value === undefined ? inherited : value)
  return {
    ...current,
    id: newId(),
    createdAt: now,
    updatedAt: now,
    planId,
    previousSubscriptionId: current.id,
    name: input.name ?? null,
    status: 'pending',
    startedAt: null,
    endingAt: sent(input.ending_at, current.endingAt),
    consolidateInvoice: sent(input.consolidate_invoice, current.consolidateInvoice),
    purchaseOrderNumber: sent(input.purchase_order_number, current.purchaseOrderNumber),
    ...thresholdsAfter(NO_THRESHOLDS, input, { newId, now }),
    onTerminationInvoice: 'generate',
    onTerminationCreditNote: null,
    trialEndedAt: null,
    billedThroughOn: null,
    chargesBilledUntilAt: null,
    fixedChargesBilledUntilAt: null,
    startedAfterSeq: null,
    endedAfterSeq: null,
    // The order of rows is the database's to give.
    seq: 0,
  }
}
