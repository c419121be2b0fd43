import { invalid, notFound, ok } from '../../core/result.js'
import { nextBillingDay } from '../../core/subscription/billing_schedule.js'
import { changeDirection } from '../../core/subscription/plan_change.js'
import { periodGrids } from '../../core/subscription/terms.js'
import { firstStartOnOrAfter } from '../../core/time/billing_periods.js'
import { midnight } from '../../core/time/zones.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { termsOf } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { successor, switchPlans, upgrade } from '../plan_changes.js'
import type { PreparedCreditNote, PreparedInvoice } from '../prepared.js'

/** What a change of plan would do. Plain JSON. */
export interface PlanChangePreview {
  readonly direction: 'upgrade' | 'downgrade'
  /** When the new plan takes over, epoch milliseconds. */
  readonly effectiveAt: number
  readonly invoices: readonly PreparedInvoice[]
  readonly creditNotes: readonly PreparedCreditNote[]
}

/**
 * What a change to a plan at `at` would invoice and credit, worked out by the very functions that would do it, of which
 * nothing is committed. A change to a cheaper plan is shown as the turn of the period will make it, with the usage of now.
 * @param at epoch milliseconds: not before `context.now`, and not after the running billing period, because what lies
 *   behind that depends on bills that are not made yet
 */
export async function previewPlanChange(
  context: CommandContext,
  subscriptionId: string,
  planId: string,
  at: number,
): CommandResult<PlanChangePreview> {
  const state = await loadCustomer(context.db, context.ref, at, [planId])
  const current = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'active')
  if (state === undefined || current === undefined) return notFound('subscription')
  if (current.planId === planId) return invalid({ plan_code: ['new_plan_should_be_different_from_existing_plan'] })
  const terms = termsOf(current, planOf(state, current))
  const runAt = midnight(nextBillingDay(terms, state.zone), state.zone)
  if (at < context.now || at >= runAt) return invalid({ at: ['value_is_out_of_range'] })
  const direction = changeDirection(planOf(state, current), planOf(state, { planId }))
  if (direction === 'upgrade') {
    const { prepared } = upgrade({ ...context, now: at }, state, current, planId, {})
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
