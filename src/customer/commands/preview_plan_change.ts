import { invalid, notFound, ok } from '../../core/result.js'
import { nextBillingDay } from '../../core/subscription/billing_schedule.js'
import { changeDirection } from '../../core/subscription/plan_change.js'
import { periodGrids } from '../../core/subscription/terms.js'
import { firstStartOnOrAfter } from '../../core/time/billing_periods.js'
import { midnight } from '../../core/time/zones.js'
import type { PlanOverrides } from '../../resources/plan_overrides/terms.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { termsOf } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { asking } from '../invoice_forecast.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { targetPlan, withPlan } from '../own_plan.js'
import { successor, switchPlans, upgrade } from '../plan_changes.js'
import type { PreparedCreditNote, PreparedInvoice } from '../prepared.js'

/** The change of plan that is asked about. Plain JSON. */
export interface PlanChangeQuestion {
  readonly planId: string
  /** The terms that the subscription would have for itself. */
  readonly overrides: PlanOverrides | undefined
  /**
   * When it would be asked for, epoch milliseconds: not before now, and not after the running billing period, because what lies
   * behind that depends on bills that are not made yet.
   */
  readonly at: number
}

/** What a change of plan would do. Plain JSON. */
export interface PlanChangePreview {
  readonly direction: 'upgrade' | 'downgrade'
  /** When the new plan takes over, epoch milliseconds. */
  readonly effectiveAt: number
  readonly invoices: readonly PreparedInvoice[]
  readonly creditNotes: readonly PreparedCreditNote[]
}

/**
 * What a change to a plan would invoice and credit, worked out by the very functions that would do it, of which nothing is
 * committed. A change to a cheaper plan is shown as the turn of the period will make it, with the usage of now.
 */
export async function previewPlanChange(
  context: CommandContext,
  subscriptionId: string,
  { planId: listedId, overrides, at }: PlanChangeQuestion,
): CommandResult<PlanChangePreview> {
  const target = await targetPlan(context, listedId, overrides)
  if (!target.ok) return target
  const loaded = await loadCustomer(context.db, context.ref, at, [listedId])
  const { planId, own } = target.value
  const state = loaded && withPlan(loaded, own)
  const current = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'active')
  if (state === undefined || current === undefined) return notFound('subscription')
  if (current.planId === listedId) return invalid({ plan_code: ['new_plan_should_be_different_from_existing_plan'] })
  const terms = termsOf(current, planOf(state, current))
  const runAt = midnight(nextBillingDay(terms, state.zone), state.zone)
  if (at < context.now || at >= runAt) return invalid({ at: ['value_is_out_of_range'] })
  const direction = changeDirection(planOf(state, current), planOf(state, { planId }))
  if (direction === 'upgrade') {
    const then = { ...context, now: at, usage: asking(context.usage) }
    const { prepared } = upgrade(then, state, current, target.value, {})
    return ok({ direction, effectiveAt: at, invoices: prepared.invoices, creditNotes: prepared.creditNotes })
  }
  return ok(turnOfPeriod(context, state, current, planId))
}

function turnOfPeriod(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  planId: string,
): PlanChangePreview {
  const terms = termsOf(current, planOf(state, current))
  const day = firstStartOnOrAfter(periodGrids(terms, state.zone).plan, nextBillingDay(terms, state.zone))
  const effectiveAt = midnight(day, state.zone)
  const then = { ...context, now: effectiveAt }
  const { invoices, creditNotes } = switchPlans(then, state, current, successor(then, current, planId, {}), day)
  return { direction: 'downgrade', effectiveAt, invoices, creditNotes }
}
