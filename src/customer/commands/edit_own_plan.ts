import { notFound, ok } from '../../core/result.js'
import type { PlanEdit } from '../../resources/plan_overrides/terms.js'
import { endIfPlanIsGone } from '../../resources/plan_subscribers/store.js'
import { updateSubscriptionRow } from '../../resources/subscriptions/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { livingSubscription, loadCustomer } from '../load_customer.js'
import { ownPlan } from '../own_plan.js'
import { prepared } from '../prepared.js'
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
 * Changes a charge of one subscription alone (plan change rules, section 8): the first change gives it a plan of its own, later
 * ones edit that. What is due before is billed on the terms from before.
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
  const own = await ownPlan(context, row.planId, edit)
  if (!own.ok) return own
  const { plan, isNew, statements, filterId } = own.value
  const moved = isNew
    ? [
        updateSubscriptionRow(db, ref.organizationId, row.id, { planId: plan.id, updatedAt: now }),
        endIfPlanIsGone(db, row, now),
      ]
    : []
  await mustCarryOut(context, prepared({ statements: [...statements, ...moved] }))
  return ok({ planId: plan.id, filterId })
}
