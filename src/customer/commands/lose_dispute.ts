import { isDisputable } from '../../core/invoicing/settlement.js'
import { notAllowed, notFound, ok } from '../../core/result.js'
import { enqueue } from '../../outbox/store.js'
import { invoiceQuery, updateInvoiceRow } from '../../resources/invoices/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { mustCarryOut } from './run.js'

/** A dispute about an invoice is lost: nobody waits for its payment any more. Said again, it stays lost since then. */
export async function loseDispute(context: CommandContext, invoiceId: string): CommandResult<null> {
  const { db, ref, now, newId } = context
  const [invoice] = await invoiceQuery(db, ref.organizationId, ref.customerId, invoiceId)
  if (invoice === undefined) return notFound('invoice')
  if (!isDisputable(invoice.status)) return notAllowed('not_disputable')
  if (invoice.paymentDisputeLostAt !== null) return ok(null)
  const changes = { paymentDisputeLostAt: now, paymentOverdue: false, updatedAt: now }
  const messageType = 'invoice.payment_dispute_lost'
  const told = { messageType, subjectType: 'invoice', subjectId: invoiceId, createdAt: now }
  await mustCarryOut(
    context,
    prepared({
      statements: [
        updateInvoiceRow(db, ref.organizationId, invoiceId, changes),
        enqueue(db, { id: newId(), ...ref, ...told }),
      ],
    }),
  )
  return ok(null)
}
