import { notFound, ok } from '../../core/result.js'
import { enqueue } from '../../outbox/store.js'
import { endApplicationsTo } from '../../resources/applied_coupons/store.js'
import { updateCustomerRow } from '../../resources/customers/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { finalizeDraft } from '../drafts.js'
import { loadCustomer } from '../load_customer.js'
import { joined, NOTHING, prepared } from '../prepared.js'
import { cancel, terminate } from '../subscription_end.js'
import { endStatements } from '../wallet_end.js'
import { billBeforeChange } from './bill_due.js'
import { catchUp, mustCarryOut } from './run.js'

/**
 * Takes a customer away (subscriptions rules, section 11): what runs is ended with its last invoice, what is to come is
 * called off, drafts become final. Documents stay readable, the external id is free.
 */
export async function deleteCustomer(context: CommandContext): CommandResult<null> {
  await billBeforeChange(context)
  await finalizeDrafts(context)
  const { db, ref, now, newId } = context
  const state = await loadCustomer(db, ref, now)
  if (state === undefined || state.customer.deletedAt !== null) return notFound('customer')
  await catchUp(context, state)
  // With a grace period the last invoices would begin as drafts that nobody is left to wait for.
  const unhurried = { ...state, customer: { ...state.customer, invoiceGracePeriod: 0 } }
  const work = joined([
    ...state.subscriptions.filter((row) => row.status === 'active').map((row) => terminate(context, unhurried, row)),
    // Those that were to follow a running one are called off with its end.
    ...state.subscriptions
      .filter((row) => row.status === 'pending' && row.previousSubscriptionId === null)
      .map((row) => cancel(context, state, row)),
    prepared({
      statements: [
        endApplicationsTo(db, ref.organizationId, ref.customerId, now),
        ...state.wallets.accounts.flatMap(({ row }) => endStatements(context, row)),
        updateCustomerRow(db, ref.organizationId, ref.customerId, { deletedAt: now, updatedAt: now }),
        enqueue(db, {
          id: newId(),
          ...ref,
          messageType: 'customer.deleted',
          subjectType: 'customer',
          subjectId: ref.customerId,
          createdAt: now,
        }),
      ],
    }),
  ])
  await mustCarryOut(context, work)
  return ok(null)
}

/** By themselves: unused days can only be given back on an invoice that is known to be final. */
async function finalizeDrafts(context: CommandContext): Promise<void> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  if (state === undefined || state.drafts.length === 0 || state.customer.deletedAt !== null) return
  await catchUp(context, state)
  const work = joined(state.drafts.map((draft) => finalizeDraft(context, state, draft.id) ?? NOTHING))
  await mustCarryOut(context, work)
}
