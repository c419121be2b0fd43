import { notFound, ok } from '../../core/result.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { finalizeDraft, refreshDraft } from '../drafts.js'
import { loadCustomer } from '../load_customer.js'
import { catchUp, mustCarryOut } from './run.js'

/** Makes a draft final now, computed anew. A final invoice is as unknown to it as none. */
export const finalizeInvoice = (context: CommandContext, invoiceId: string): CommandResult<null> =>
  computeAnew(context, invoiceId, finalizeDraft)

/** Computes a draft anew, which stays one. */
export const refreshInvoice = (context: CommandContext, invoiceId: string): CommandResult<null> =>
  computeAnew(context, invoiceId, refreshDraft)

async function computeAnew(
  context: CommandContext,
  invoiceId: string,
  compute: typeof finalizeDraft,
): CommandResult<null> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  if (state === undefined) return notFound('invoice')
  await catchUp(context, state)
  const work = compute(context, state, invoiceId)
  if (work === undefined) return notFound('invoice')
  await mustCarryOut(context, work)
  return ok(null)
}
