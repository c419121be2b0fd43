import type { AgendaStep } from '../agenda/kinds.js'
import { schedule } from '../agenda/store.js'
import type { CommandContext } from './command_context.js'
import { finalizeDraft } from './drafts.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { cancel, terminate } from './subscription_end.js'

/**
 * Ends what the customer has on a plan that is deleted (plan change rules, section 10): first drafts with it become final, then
 * what runs is terminated, with its last invoice and credit note as usual, and what is to come is called off. The items are
 * those of the subscriptions.
 */
export function endWithPlan(context: CommandContext, state: CustomerState, step: AgendaStep): Prepared {
  const subjects = new Set(step.items.map(({ subjectId }) => subjectId))
  const periods = state.draftPeriods.filter(({ subscriptionId }) => subjects.has(subscriptionId))
  const draftIds = [...new Set(periods.map(({ invoiceId }) => invoiceId))]
  if (draftIds.length > 0) {
    return joined([
      ...draftIds.map((id) => finalizeDraft(context, state, id) ?? NOTHING),
      // Unused days can only be given back on an invoice that is known to be final: they are, when the state is read anew.
      prepared({ scheduled: step.items, statements: step.items.map((item) => schedule(context.db, item)) }),
    ])
  }
  // With a grace period the last invoices would begin as drafts that nobody is left to wait for.
  const unhurried = { ...state, customer: { ...state.customer, invoiceGracePeriod: 0 } }
  const rows = state.subscriptions.filter(({ id }) => subjects.has(id))
  const running = rows.filter(({ status }) => status === 'active')
  const ended = new Set<string | null>(running.map(({ id }) => id))
  // Those that were to follow one that runs are called off with its end.
  const coming = rows.filter((row) => row.status === 'pending' && !ended.has(row.previousSubscriptionId))
  return joined([
    ...running.map((row) => terminate(context, unhurried, row)),
    ...coming.map((row) => cancel(context, state, row)),
  ])
}
