import { notFound, ok } from '../../core/result.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { loadCustomer } from '../load_customer.js'
import { cancel, terminate } from '../subscription_end.js'
import { billBeforeChange } from './bill_due.js'
import { catchUp, mustCarryOut } from './run.js'

export interface TerminationInput {
  readonly on_termination_invoice?: SubscriptionRow['onTerminationInvoice'] | undefined
  readonly on_termination_credit_note?: SubscriptionRow['onTerminationCreditNote'] | undefined
}

/** Ends a running subscription. What is due before is done first, so that the last invoice settles only what is left. */
export async function terminateSubscription(
  context: CommandContext,
  subscriptionId: string,
  input: TerminationInput,
): CommandResult<null> {
  await billBeforeChange(context)
  const state = await loadCustomer(context.db, context.ref, context.now)
  const row = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'active')
  if (state === undefined || row === undefined) return notFound('subscription')
  await catchUp(context, state)
  const ending: SubscriptionRow = {
    ...row,
    onTerminationInvoice: input.on_termination_invoice ?? row.onTerminationInvoice,
    onTerminationCreditNote: input.on_termination_credit_note ?? row.onTerminationCreditNote,
  }
  await mustCarryOut(context, terminate(context, state, ending))
  return ok(null)
}

/** Calls a coming subscription off: it never starts, and nothing is invoiced. */
export async function cancelSubscription(context: CommandContext, subscriptionId: string): CommandResult<null> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  const row = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'pending')
  if (state === undefined || row === undefined) return notFound('subscription')
  await mustCarryOut(context, cancel(context, state, row))
  return ok(null)
}
