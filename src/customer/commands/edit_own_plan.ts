import { notFound, ok } from '../../core/result.js'
import type { PlanEdit } from '../../resources/plan_overrides/terms.js'
import { endIfPlanIsGone } from '../../resources/plan_subscribers/store.js'
import { updateSubscriptionRow } from '../../resources/subscriptions/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { livingSubscription, loadCustomer } from '../load_customer.js'
import { editedTarget, unitsRows, unitsStatements, withPlan } from '../own_plan.js'
import { joined, prepared } from '../prepared.js'
import { unitsCharges } from '../units_charge.js'
import { billBeforeChange } from './bill_due.js'
import { mustCarryOut } from './run.js'

/** Where an edit is found afterwards. */
export interface EditedPlace {
  /** The subscription's own plan. */
  readonly planId: string
  /** The filter that was edited, null when the edit was about none. */
  readonly filterId: string | null
}

/**
 * Changes a charge or fixed charge of one subscription alone (plan change rules, section 8): the first change gives it a plan of its own,
 * later ones edit that; units alone need none. What is due before is billed on the terms from before.
 */
export async function editOwnPlan(
  context: CommandContext,
  subscriptionId: string,
  edit: PlanEdit,
): CommandResult<EditedPlace> {
  await billBeforeChange(context)
  const { db, ref, now } = context
  const state = await loadCustomer(db, ref, now)
  const row = livingSubscription(state, subscriptionId)
  if (row === undefined) return notFound('subscription')
  if (state === undefined) throw new Error('a subscription was found without its customer')
  const target = await editedTarget(context, row.planId, edit, state.ownUnits.get(row.id))
  if (!target.ok) return target
  const { planId, own, batchId, filterId } = target.value
  const moved = own?.isNew
    ? [updateSubscriptionRow(db, ref.organizationId, row.id, { planId, updatedAt: now }), endIfPlanIsGone(db, row, now)]
    : []
  const units = unitsRows(context, target.value, row.id)
  const changed = withPlan(state, own, units)
  const work = joined([
    prepared({ statements: [...(own?.statements ?? []), ...unitsStatements(context, units), ...moved] }),
    unitsCharges(context, changed, { ...row, planId }, [batchId]),
  ])
  await mustCarryOut(context, work)
  return ok({ planId, filterId })
}
