import { unschedule } from '../../agenda/store.js'
import { notAllowed, notFound, ok } from '../../core/result.js'
import { enqueue } from '../../outbox/store.js'
import { deleteAdjustedFeesOf } from '../../resources/adjusted_fees/store.js'
import { deleteDraftNotesOf } from '../../resources/credit_notes/store.js'
import { hideFeesOfInvoice } from '../../resources/fees/store.js'
import { invoiceQuery, updateInvoiceRow } from '../../resources/invoices/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { mustCarryOut } from './run.js'

/**
 * Takes a draft away, and the credit notes that wait for it (invoicing rules, section 7). Its periods stay written down as
 * billed, so that no run bills them again.
 */
export async function deleteDraft(context: CommandContext, invoiceId: string): CommandResult<null> {
  const { db, ref, now, newId } = context
  const { organizationId } = ref
  const [invoice] = await invoiceQuery(db, organizationId, ref.customerId, invoiceId)
  if (invoice === undefined || invoice.status === 'deleted') return notFound('invoice')
  if (invoice.status !== 'draft') return notAllowed('not_deletable')
  const told = { messageType: 'invoice.deleted', subjectType: 'invoice', subjectId: invoiceId, createdAt: now }
  const statements = [
    ...deleteDraftNotesOf(db, organizationId, invoiceId),
    deleteAdjustedFeesOf(db, organizationId, invoiceId),
    hideFeesOfInvoice(db, organizationId, invoiceId, now),
    updateInvoiceRow(db, organizationId, invoiceId, { status: 'deleted', updatedAt: now }),
    unschedule(db, 'finalize_invoice', invoiceId),
    enqueue(db, { id: newId(), ...ref, ...told }),
  ]
  await mustCarryOut(context, prepared({ statements }))
  return ok(null)
}
