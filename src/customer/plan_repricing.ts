import type { AgendaStep } from '../agenda/kinds.js'
import { schedule } from '../agenda/store.js'
import { afterRepricing } from '../core/subscription/plan_change.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, planOf } from './load_customer.js'
import { upgrade } from './plan_changes.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { cancel, successorsOf } from './subscription_end.js'

/**
 * Looks again at changes of plan that wait for the end of a period, after the price of one of their plans was edited (plan
 * change rules, section 5): a plan that is no longer cheaper takes over at once, one that is no longer worth waiting for is
 * called off. The item of an edited plan is that of the subscription on it.
 */
export function reconsiderPlanChanges(context: CommandContext, state: CustomerState, step: AgendaStep): Prepared {
  const edited = new Set(step.items.map(({ subjectId }) => subjectId))
  const running = state.subscriptions.filter(({ status }) => status === 'active')
  return joined(
    running.flatMap((row) =>
      successorsOf(state, row).map((next) =>
        reconsider(context, state, row, next, { running: edited.has(row.id), waiting: edited.has(next.id) }),
      ),
    ),
  )
}

function reconsider(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  next: SubscriptionRow,
  edited: { readonly running: boolean; readonly waiting: boolean },
): Prepared {
  const outcome = afterRepricing(planOf(state, current), planOf(state, next), edited)
  if (outcome === 'call_off') return cancel(context, state, next)
  if (outcome === 'wait') return NOTHING
  const asked = {
    name: next.name,
    ending_at: next.endingAt,
    consolidate_invoice: next.consolidateInvoice,
    purchase_order_number: next.purchaseOrderNumber,
  }
  // The upgrade calls off what waits and starts a subscription in its place.
  return upgrade(context, state, current, { planId: next.planId, ...ownUnitsAgain(state, next) }, asked).prepared
}

/** For the commit that gives a subscription's own plan another price: a change to or from it that waits is looked at again. */
export function repriced(
  { db, now }: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  beforeCents: number,
  afterCents: number,
): Prepared {
  const waits = row.previousSubscriptionId !== null && row.status === 'pending'
  if (beforeCents === afterCents || !(waits || successorsOf(state, row).length > 0)) return NOTHING
  const item = {
    organizationId: row.organizationId,
    customerId: row.customerId,
    kind: 'reconsider_plan_change' as const,
    subjectId: row.id,
    dueAt: now,
  }
  return prepared({ scheduled: [item], statements: [schedule(db, item)] })
}

/** What a subscription that is called off has of units for itself, as it was decided last, for the one that starts in its place. */
function ownUnitsAgain({ ownUnits }: CustomerState, { id }: SubscriptionRow) {
  const last = [...(ownUnits.get(id)?.values() ?? [])].flatMap((rows) => rows.at(-1) ?? [])
  return { units: last, batchId: last[0]?.batchId ?? '' }
}
