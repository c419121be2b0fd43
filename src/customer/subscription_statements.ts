import { schedule, unschedule } from '../agenda/store.js'
import type { AgendaKind, AgendaRow } from '../agenda/table.js'
import { marksAfterStart } from '../core/subscription/billing_marks.js'
import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import { terminatingWindows } from '../core/subscription/terminating_windows.js'
import { startingWindows } from '../core/subscription/windows.js'
import { localDate, midnight } from '../core/time/zones.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { CommandContext } from './command_context.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, type Prepared, prepared } from './prepared.js'

/** What becomes of a subscription that starts: the row as it is then, and everything that the start sets in motion. */
export interface Start {
  readonly row: SubscriptionRow
  readonly prepared: Prepared
}

/**
 * Starts a subscription whose row has its `startedAt`. A plan in advance is invoiced at once where the start `bills`; a
 * backdated one is left to its next billing day.
 */
export function start(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  { bills }: { bills: boolean },
): Start {
  const plan = planOf(state, row)
  const terms = termsOf(row, plan)
  const invoiced = bills && plan.payInAdvance
  const started: SubscriptionRow = invoiced ? { ...row, ...marksAfterStart(terms, state.zone) } : row
  const windows = startingWindows(terms, state.zone)
  const scheduled = [nextRun(context, state, started), ...endOf(state, started)]
  return {
    row: started,
    prepared: joined([
      invoiced
        ? newInvoice(context, state, [{ subscription: started, periodKey: 'once', windows, zone: state.zone }])
        : prepared({}),
      prepared({
        scheduled,
        started: [row.externalId],
        statements: [
          ...scheduled.map((item) => schedule(context.db, item)),
          told(context, 'subscription.started', row),
        ],
      }),
    ]),
  }
}

/** Ends a running subscription now, with its last invoice unless that is to be skipped. */
export function terminate(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const { db, now, ref } = context
  const windows = terminatingWindows(termsOf(row, planOf(state, row)), now, state.zone)
  const ended: SubscriptionRow = { ...row, status: 'terminated', terminatedAt: now, updatedAt: now }
  const { status, terminatedAt, updatedAt, onTerminationInvoice } = ended
  return joined([
    row.onTerminationInvoice === 'skip'
      ? prepared({})
      : newInvoice(context, state, [{ subscription: ended, periodKey: 'once', windows, zone: state.zone }]),
    prepared({
      ended: [row.externalId],
      statements: [
        updateSubscriptionRow(db, ref.organizationId, row.id, {
          status,
          terminatedAt,
          updatedAt,
          onTerminationInvoice,
        }),
        unschedule(db, 'bill_period', row.id),
        unschedule(db, 'end_subscription', row.id),
        told(context, 'subscription.terminated', row),
      ],
    }),
  ])
}

/** Calls a coming subscription off. */
export function cancel(context: CommandContext, row: SubscriptionRow): Prepared {
  const { db, now, ref } = context
  return prepared({
    ended: [row.externalId],
    statements: [
      updateSubscriptionRow(db, ref.organizationId, row.id, { status: 'canceled', canceledAt: now, updatedAt: now }),
      unschedule(db, 'activate_subscription', row.id),
      unschedule(db, 'end_subscription', row.id),
      told(context, 'subscription.updated', row),
    ],
  })
}

/** Everything that is on the agenda for a subscription, reckoned anew: after its zone or its dates have changed. */
export function rescheduled(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const kinds: AgendaKind[] = ['activate_subscription', 'bill_period', 'end_subscription']
  const scheduled = [
    ...(row.status === 'pending' ? [activation(state, row)] : [nextRun(context, state, row)]),
    ...endOf(state, row),
  ]
  return prepared({
    scheduled,
    statements: [
      ...kinds.map((kind) => unschedule(context.db, kind, row.id)),
      ...scheduled.map((item) => schedule(context.db, item)),
    ],
  })
}

/** The recurring run that bills the subscription next; not before now, as for one that is backdated to a billing day. */
export function nextRun({ now }: CommandContext, state: CustomerState, row: SubscriptionRow): AgendaRow {
  const day = nextBillingDay(termsOf(row, planOf(state, row)), state.zone)
  return item(row, 'bill_period', Math.max(midnight(day, state.zone), now))
}

/** A coming subscription becomes active on the local day of its `subscription_at`. */
export function activation(state: CustomerState, row: SubscriptionRow): AgendaRow {
  return item(row, 'activate_subscription', midnight(localDate(row.subscriptionAt, state.zone), state.zone))
}

/** A subscription with an end is ended on that local day; the hour plays no part. */
function endOf(state: CustomerState, row: SubscriptionRow): AgendaRow[] {
  if (row.endingAt === null) return []
  return [item(row, 'end_subscription', midnight(localDate(row.endingAt, state.zone), state.zone))]
}

export function told({ db, newId, now, ref }: CommandContext, messageType: string, row: SubscriptionRow): Statement {
  return enqueue(db, {
    id: newId(),
    ...ref,
    messageType,
    subjectType: 'subscription',
    subjectId: row.id,
    createdAt: now,
  })
}

function item(row: SubscriptionRow, kind: AgendaKind, dueAt: number): AgendaRow {
  return { organizationId: row.organizationId, customerId: row.customerId, kind, subjectId: row.id, dueAt }
}
