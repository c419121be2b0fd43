import { notAllowed, notFound, ok } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { feeById, updateLooseFee } from '../../resources/fees/store.js'
import type { FeeRow } from '../../resources/fees/table.js'
import { type FeeChange, feeChanges } from '../../resources/fees/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'

/**
 * Says whether a fee without an invoice is paid, or takes it away (recurring rules, section 7). Gives the fee as it is then. What
 * stands on an invoice is paid, or taken back, with it.
 */
export async function changeFee(context: CommandContext, id: string, change: FeeChange): CommandResult<FeeRow> {
  const { db, ref, now } = context
  const before = await feeById(db, ref.organizationId, id)
  if (before === undefined || before.customerId !== ref.customerId || before.deletedAt !== null) return notFound('fee')
  const changes = feeChanges(change, now)
  await commit(db, [updateLooseFee(db, ref.organizationId, id, changes)])
  // Another instance of the object may have collected it in the same moment.
  const after = await feeById(db, ref.organizationId, id)
  return after === undefined || after.invoiceId !== null ? notAllowed('invoiced_fee') : ok(after)
}
