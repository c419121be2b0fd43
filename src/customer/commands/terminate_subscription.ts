import { notFound, ok } from '../../core/result.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { loadCustomer } from '../load_customer.js'
import { cancel, terminate } from '../subscription_statements.js'
import { billDue } from './bill_due.js'
import { carryOut, catchUp } from './run.js'

export interface TerminationInput {
  readonly on_termination_invoice?: SubscriptionRow['onTerminationInvoice'] | undefined
}

/** Ends a running subscription. What is due before is done first, so that the last invoice settles only what is left. */
export async function terminateSubscription(
  context: CommandContext,
  subscriptionId: string,
  input: TerminationInput,
): CommandResult<null> {
  await billDue(context)
  const state = await loadCustomer(context.db, context.ref, context.now)
  const row = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'active')
  if (state === undefined || row === undefined) return notFound('subscription')
  await catchUp(context, state)
  const onTerminationInvoice = input.on_termination_invoice ?? row.onTerminationInvoice
  const outcome = await carryOut(context, terminate(context, state, { ...row, onTerminationInvoice }))
  if (!outcome.committed) throw new Error(`conflict on ${outcome.conflict}`)
  return ok(null)
}

/** Calls a coming subscription off: it never starts, and nothing is invoiced. */
export async function cancelSubscription(context: CommandContext, subscriptionId: string): CommandResult<null> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  const row = state?.subscriptions.find(({ id, status }) => id === subscriptionId && status === 'pending')
  if (row === undefined) return notFound('subscription')
  await carryOut(context, cancel(context, row))
  return ok(null)
}
