import { unschedule } from '../agenda/store.js'
import type { AgendaKind } from '../agenda/table.js'
import { terminatingWindows } from '../core/subscription/terminating_windows.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { collectAtEnd } from './fee_collection.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { told } from './subscription_agenda.js'
import { creditUnused } from './unused_credit.js'

/** An end of a subscription: the row as it is then, and what its last invoice bills. */
export interface End {
  readonly period: BilledPeriod
  readonly prepared: Prepared
}

/**
 * Ends a running subscription at `endedAt`: takes what is due of it off the agenda, and calls off the plan that was to
 * follow.
 * @param inclusive whether the instant of the end belongs to it, as when it ends for good
 */
export function end(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  { endedAt, inclusive }: { readonly endedAt: number; readonly inclusive: boolean },
): End {
  const { db, now, ref } = context
  const windows = terminatingWindows(termsOf(row, planOf(state, row)), endedAt, state.zone, { inclusive })
  const ended: SubscriptionRow = { ...row, status: 'terminated', terminatedAt: endedAt, updatedAt: now }
  const { status, terminatedAt, updatedAt, onTerminationInvoice, onTerminationCreditNote } = ended
  const kinds: AgendaKind[] = ['bill_period', 'end_subscription', 'end_trial']
  return {
    period: { subscription: ended, periodKey: 'once', windows, zone: state.zone },
    prepared: prepared({
      statements: [
        updateSubscriptionRow(db, ref.organizationId, row.id, {
          status,
          terminatedAt,
          updatedAt,
          onTerminationInvoice,
          onTerminationCreditNote,
        }),
        ...kinds.map((kind) => unschedule(db, kind, row.id)),
        told(context, 'subscription.terminated', row),
      ],
    }),
  }
}

/** An end for good, with what comes back for unused days: that comes first, for it may pay the last invoice. */
export interface Settlement extends End {
  readonly credit: Prepared
}

/** Ends a running subscription for good, now, and gives back what is unused. The last invoice is the caller's to make. */
export function settle(context: CommandContext, state: CustomerState, row: SubscriptionRow): Settlement {
  const { payInAdvance } = planOf(state, row)
  const manner = payInAdvance ? (row.onTerminationCreditNote ?? 'credit') : null
  const ending: SubscriptionRow = { ...row, onTerminationCreditNote: manner }
  return {
    ...end(context, state, ending, { endedAt: context.now, inclusive: true }),
    credit:
      manner === null || manner === 'skip' ? NOTHING : creditUnused(context, state, row, { isUpgrade: false, manner }),
  }
}

/** {@link settle}, with the last invoice unless that is to be skipped. */
export function terminate(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const { credit, period, prepared: ended } = settle(context, state, row)
  return joined([
    credit,
    row.onTerminationInvoice === 'skip' ? NOTHING : newInvoice(context, state, [period]),
    collectAtEnd(context, state, period),
    ended,
    ...successorsOf(state, row).map((successor) => cancel(context, state, successor)),
    prepared({ ended: [row.externalId] }),
  ])
}

/** Plans that are to follow a subscription at the end of its period. */
export const successorsOf = (state: CustomerState, { id }: SubscriptionRow): SubscriptionRow[] =>
  state.subscriptions.filter((row) => row.previousSubscriptionId === id && row.status === 'pending')

/** Calls a coming subscription off. */
export function cancel(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const { db, now, ref } = context
  const runs = state.subscriptions.some((other) => other.externalId === row.externalId && other.status === 'active')
  return prepared({
    ended: runs ? [] : [row.externalId],
    statements: [
      updateSubscriptionRow(db, ref.organizationId, row.id, { status: 'canceled', canceledAt: now, updatedAt: now }),
      unschedule(db, 'activate_subscription', row.id),
      unschedule(db, 'end_subscription', row.id),
      told(context, 'subscription.updated', row),
    ],
  })
}
