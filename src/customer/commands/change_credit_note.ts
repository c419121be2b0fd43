import { changedMetadata } from '../../core/metadata.js'
import { notAllowed, notFound, ok, type Result } from '../../core/result.js'
import { creditNoteQuery } from '../../resources/credit_notes/load.js'
import { updateCreditNoteRow } from '../../resources/credit_notes/store.js'
import type { CreditNoteRow } from '../../resources/credit_notes/table.js'
import type { CreditNoteChange } from '../../resources/credit_notes/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/** Says what has become of the refund, and changes the metadata. A note that refunds nothing has no such status. */
export async function updateCreditNote(
  context: CommandContext,
  id: string,
  { refundStatus, metadata: change }: CreditNoteChange,
): CommandResult<null> {
  const { now } = context
  const found = await findNote(context, id)
  if (!found.ok) return found
  const { metadata: before, refundAmountCents } = found.value
  const metadata = change === undefined ? ok(before) : changedMetadata(before, change)
  if (!metadata.ok) return metadata
  const refund =
    refundStatus === undefined || refundAmountCents === 0
      ? {}
      : { refundStatus, refundedAt: refundStatus === 'succeeded' ? now : null }
  return write(context, id, { metadata: metadata.value, ...refund, updatedAt: now })
}

/** Takes back what is left of a note's credit (invoicing rules, section 5). What is due before is billed first, with it. */
export async function voidCreditNote(context: CommandContext, id: string): CommandResult<null> {
  await billDue(context)
  const found = await findNote(context, id)
  if (!found.ok) return found
  if (found.value.balanceAmountCents === 0) return notAllowed('no_voidable_amount')
  const { now } = context
  return write(context, id, { creditStatus: 'voided', balanceAmountCents: 0, voidedAt: now, updatedAt: now })
}

/** One on a draft is invisible. */
async function findNote({ db, ref }: CommandContext, id: string): Promise<Result<CreditNoteRow>> {
  const [note] = await creditNoteQuery(db, ref.organizationId, ref.customerId, id)
  return note === undefined || note.status === 'draft' ? notFound('credit_note') : ok(note)
}

async function write(context: CommandContext, id: string, changes: Partial<CreditNoteRow>): CommandResult<null> {
  const { db, ref } = context
  await mustCarryOut(context, prepared({ statements: [updateCreditNoteRow(db, ref.organizationId, id, changes)] }))
  return ok(null)
}
