import type { Plan } from '../../core/catalog.js'
import { notFound, ok } from '../../core/result.js'
import { startDecision } from '../../core/subscription/lifecycle.js'
import { sectionsOf } from '../../resources/custom_sections/terms.js'
import { endIfPlanIsGone } from '../../resources/plan_subscribers/store.js'
import { findSubscriptionById, updateSubscriptionRow } from '../../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { type SubscriptionChanges, thresholdsAfter } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { endingRefusal } from '../ending.js'
import { type CustomerState, livingSubscription, loadCustomer, planOf } from '../load_customer.js'
import { targetPlan, unitsRows, unitsStatements, withPlan } from '../own_plan.js'
import { repriced } from '../plan_repricing.js'
import { joined, NOTHING, type Prepared, prepared } from '../prepared.js'
import { rescheduled, told } from '../subscription_agenda.js'
import { startInvoiced } from '../subscription_start.js'
import { unitsCharges } from '../units_charge.js'
import { billBeforeChange, billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Changes a running or coming subscription. Absent fields stay. `subscription_at` is heeded only while it has not started:
 * a moment that has come starts it, and is billed at once only if it is of today (subscriptions rules, section 4). One that
 * has ended can be renamed.
 */
export async function updateSubscription(
  context: CommandContext,
  subscriptionId: string,
  input: SubscriptionChanges,
): CommandResult<null> {
  const { db, now, ref } = context
  const { plan_overrides: overrides } = input
  // What is due before is billed on the terms from before.
  if (overrides !== undefined) await billBeforeChange(context)
  const loaded = await loadCustomer(db, ref, now)
  const row = livingSubscription(loaded, subscriptionId)
  if (loaded === undefined || row === undefined) return renameEnded(context, subscriptionId, input)
  const target = await targetPlan(context, row.planId, overrides, { subscriptionId, state: loaded })
  if (!target.ok) return target
  const { planId, own, batchId } = target.value
  const units = unitsRows(context, target.value, subscriptionId)
  const state = withPlan(loaded, own, units)
  const changed = { ...withInput(row, planOf(state, { planId }), input, context), planId }
  if (changed.endingAt !== row.endingAt) {
    const refusal = endingRefusal(changed.endingAt, changed.subscriptionAt, now)
    if (refusal !== null) return refusal
  }
  const moved = changed.subscriptionAt !== row.subscriptionAt ? moveStart(context, state, changed) : null
  const after = moved?.row ?? changed
  const { seq: _, id, ...columns } = after
  const work = joined([
    prepared({
      statements: [
        ...(own?.statements ?? []),
        ...unitsStatements(context, units),
        updateSubscriptionRow(db, ref.organizationId, id, columns),
        ...(own === null ? [] : [endIfPlanIsGone(db, row, now)]),
      ],
    }),
    rescheduled(context, state, after),
    moved?.prepared ?? NOTHING,
    own === null ? NOTHING : repriced(context, state, row, planOf(loaded, row).amountCents, own.plan.amountCents),
    // What starts by this is billed with its units as they are by now.
    row.status === 'active' ? unitsCharges(context, state, after, [batchId]) : NOTHING,
    prepared({ statements: [told(context, 'subscription.updated', row)] }),
  ])
  await mustCarryOut(context, work)
  if (work.scheduled.some(({ kind }) => kind === 'reconsider_plan_change')) await billDue(context)
  return ok(null)
}

/** Of one that has ended only the name changes (API rules, section 12); the rest is passed over. */
async function renameEnded(
  context: CommandContext,
  subscriptionId: string,
  { name }: SubscriptionChanges,
): CommandResult<null> {
  const { db, now, ref } = context
  const found = await findSubscriptionById(db, ref.organizationId, subscriptionId)
  if (found?.subscription.status !== 'terminated') return notFound('subscription')
  if (name === undefined) return ok(null)
  const update = updateSubscriptionRow(db, ref.organizationId, subscriptionId, { name, updatedAt: now })
  const work = prepared({ statements: [update, told(context, 'subscription.updated', found.subscription)] })
  await mustCarryOut(context, work)
  return ok(null)
}

/** A plan that follows another starts with the run that ends that one, and keeps its anchor. */
const startCanMove = ({ status, previousSubscriptionId }: SubscriptionRow): boolean =>
  status === 'pending' && previousSubscriptionId === null

function withInput(
  row: SubscriptionRow,
  { payInAdvance }: Plan,
  input: SubscriptionChanges,
  making: Pick<CommandContext, 'newId' | 'now'>,
): SubscriptionRow {
  const sent = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value)
  return {
    ...row,
    name: sent(input.name, row.name),
    endingAt: sent(input.ending_at, row.endingAt),
    purchaseOrderNumber: sent(input.purchase_order_number, row.purchaseOrderNumber),
    ...sectionsOf(row, input.invoice_custom_section),
    ...thresholdsAfter(row, input, making),
    consolidateInvoice: input.consolidate_invoice ?? row.consolidateInvoice,
    onTerminationInvoice: input.on_termination_invoice ?? row.onTerminationInvoice,
    onTerminationCreditNote: payInAdvance
      ? (input.on_termination_credit_note ?? row.onTerminationCreditNote)
      : row.onTerminationCreditNote,
    subscriptionAt: startCanMove(row) ? (input.subscription_at ?? row.subscriptionAt) : row.subscriptionAt,
    updatedAt: making.now,
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
