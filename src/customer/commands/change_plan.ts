import { notFound, ok } from '../../core/result.js'
import { changeDirection } from '../../core/subscription/plan_change.js'
import type { SubscriptionInput } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { loadCustomer, planOf } from '../load_customer.js'
import { type TargetPlan, withPlan } from '../own_plan.js'
import { downgrade, upgrade } from '../plan_changes.js'
import { joined, prepared } from '../prepared.js'
import { billBeforeChange } from './bill_due.js'
import { catchUp, mustCarryOut } from './run.js'

/**
 * Puts a running subscription on another plan: at once if that is not cheaper, else with the next period. What is due before
 * is done first. Gives the id of the subscription that the answer shows: the new one, or the running one that is to change.
 */
export async function changePlan(
  context: CommandContext,
  subscriptionId: string,
  target: TargetPlan,
  input: Partial<SubscriptionInput>,
): CommandResult<string> {
  const { planId, own } = target
  await billBeforeChange(context)
  const loaded = await loadCustomer(context.db, context.ref, context.now, [planId])
  const state = loaded && withPlan(loaded, own)
  const current = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'active')
  if (state === undefined || current === undefined) return notFound('subscription')
  await catchUp(context, state)
  const direction = changeDirection(planOf(state, current), planOf(state, { planId }))
  const change = (direction === 'upgrade' ? upgrade : downgrade)(context, state, current, target, input)
  await mustCarryOut(context, joined([prepared({ statements: own?.statements ?? [] }), change.prepared]))
  return ok(change.subscriptionId)
}
