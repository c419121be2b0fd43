import type { Plan } from '../../core/catalog.js'
import { notFound, ok } from '../../core/result.js'
import { startDecision } from '../../core/subscription/lifecycle.js'
import { updateSubscriptionRow } from '../../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import type { SubscriptionChanges } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { endingRefusal } from '../ending.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { joined, type Prepared, prepared } from '../prepared.js'
import { rescheduled, told } from '../subscription_agenda.js'
import { startInvoiced } from '../subscription_start.js'
import { carryOut } from './run.js'

/**
 * Changes a running or coming subscription. Absent fields stay. `subscription_at` is heeded only while it has not started:
 * a moment that has come starts it, and is billed at once only if it is of today (subscriptions rules, section 4).
 */
export async function updateSubscription(
  context: CommandContext,
  subscriptionId: string,
  input: SubscriptionChanges,
): CommandResult<null> {
  const { db, now, ref } = context
  const state = await loadCustomer(db, ref, now)
  const row = state?.subscriptions.find(
    ({ id, status }) => id === subscriptionId && (status === 'active' || status === 'pending'),
  )
  if (state === undefined || row === undefined) return notFound('subscription')
  const changed = withInput(row, planOf(state, row), input, now)
  if (changed.endingAt !== row.endingAt) {
    const refusal = endingRefusal(changed.endingAt, changed.subscriptionAt, now)
    if (refusal !== null) return refusal
  }
  const moved = changed.subscriptionAt !== row.subscriptionAt ? moveStart(context, state, changed) : null
  const after = moved?.row ?? changed
  const { seq: _, id, ...columns } = after
  const work = joined([
    prepared({ statements: [updateSubscriptionRow(db, ref.organizationId, id, columns)] }),
    rescheduled(context, state, after),
    moved?.prepared ?? prepared({}),
    prepared({ statements: [told(context, 'subscription.updated', row)] }),
  ])
  await carryOut(context, work)
  return ok(null)
}

function withInput(
  row: SubscriptionRow,
  { payInAdvance }: Plan,
  input: SubscriptionChanges,
  now: number,
): SubscriptionRow {
  const sent = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value)
  return {
    ...row,
    name: sent(input.name, row.name),
    endingAt: sent(input.ending_at, row.endingAt),
    purchaseOrderNumber: sent(input.purchase_order_number, row.purchaseOrderNumber),
    consolidateInvoice: input.consolidate_invoice ?? row.consolidateInvoice,
    onTerminationInvoice: input.on_termination_invoice ?? row.onTerminationInvoice,
    onTerminationCreditNote: payInAdvance
      ? (input.on_termination_credit_note ?? row.onTerminationCreditNote)
      : row.onTerminationCreditNote,
    subscriptionAt: row.status === 'pending' ? (input.subscription_at ?? row.subscriptionAt) : row.subscriptionAt,
    updatedAt: now,
  }
}

/** Null while the new start is still to come. */
function moveStart(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
): { row: SubscriptionRow; prepared: Prepared } | null {
  const decision = startDecision(row.subscriptionAt, context.now, state.zone)
  if (decision.kind === 'pending') return null
  const active: SubscriptionRow = { ...row, status: 'active', startedAt: decision.startedAt }
  return startInvoiced(context, state, active, { bills: decision.bills === 'at_once' })
}
