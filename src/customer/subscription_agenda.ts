import { schedule, unschedule } from '../agenda/store.js'
import type { AgendaKind, AgendaRow } from '../agenda/table.js'
import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import type { Trial } from '../core/subscription/trial.js'
import { localDate, midnight } from '../core/time/zones.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, planOf } from './load_customer.js'
import { type Prepared, prepared } from './prepared.js'
import { trialOf } from './trials.js'

/** Everything that is on the agenda for a subscription, reckoned anew: after its zone or its dates have changed. */
export function rescheduled(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const kinds: AgendaKind[] = ['activate_subscription', 'bill_period', 'end_subscription', 'end_trial']
  const scheduled = [
    ...(row.status === 'pending'
      ? comesByItself(row)
        ? [activation(state, row)]
        : []
      : [nextRun(context, state, row), ...trialEndItem(row, trialOf(state, row))]),
    ...endOf(context, state, row),
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

/** A plan that follows another starts with the run that ends that one. */
const comesByItself = ({ previousSubscriptionId }: SubscriptionRow): boolean => previousSubscriptionId === null

/** What has to be done when the trial ends; nothing if that was done, or there is none. */
export function trialEndItem(row: SubscriptionRow, trial: Trial | null): AgendaRow[] {
  return trial === null || row.trialEndedAt !== null ? [] : [item(row, 'end_trial', trial.endAt)]
}

/** A coming subscription becomes active on the local day of its `subscription_at`. */
export function activation(state: CustomerState, row: SubscriptionRow): AgendaRow {
  return item(row, 'activate_subscription', midnight(localDate(row.subscriptionAt, state.zone), state.zone))
}

/**
 * A subscription with an end is ended on that local day; the hour plays no part. Not before now, where that day has begun when the end
 * is set or becomes the day of today in another zone: what was used until now was used.
 */
export function endOf({ now }: CommandContext, state: CustomerState, row: SubscriptionRow): AgendaRow[] {
  if (row.endingAt === null) return []
  return [item(row, 'end_subscription', Math.max(midnight(localDate(row.endingAt, state.zone), state.zone), now))]
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
