import { ok, type Result } from '../core/result.js'
import { loadOwnPlan, type OwnPlan } from '../resources/plan_overrides/load.js'
import type { PlanEdit, PlanOverrides } from '../resources/plan_overrides/terms.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'

/** The plan that a subscription is to be on. */
export interface TargetPlan {
  readonly planId: string
  /** The copy with terms of its own that the same commit makes; null for a plan that is there. */
  readonly own: OwnPlan | null
}

/** The plan itself, or the copy of it that has the terms that were asked for. */
export async function targetPlan(
  context: CommandContext,
  planId: string,
  overrides: PlanOverrides | undefined,
): Promise<Result<TargetPlan>> {
  if (overrides === undefined) return ok({ planId, own: null })
  const own = await ownPlan(context, planId, { kind: 'terms', sent: overrides })
  return own.ok ? ok({ planId: own.value.plan.id, own: own.value }) : own
}

export function ownPlan(context: CommandContext, planId: string, edit: PlanEdit): Promise<Result<OwnPlan>> {
  const { db, ref, now, newId } = context
  return loadOwnPlan({ db, organizationId: ref.organizationId, now, newId }, planId, edit)
}

/** The state as it is with a plan that the same commit makes or changes. */
export function withPlan(state: CustomerState, own: OwnPlan | null): CustomerState {
  return own === null ? state : { ...state, plans: new Map([...state.plans, [own.plan.id, own.plan]]) }
}
