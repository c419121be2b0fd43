import { dueCents, updateRefusal } from '../../core/invoicing/settlement.js'
import { changedEntries } from '../../core/metadata_entries.js'
import { notAllowed, notFound, ok } from '../../core/result.js'
import type { Statement } from '../../db/commit.js'
import { invoiceQuery, updateInvoiceRow } from '../../resources/invoices/store.js'
import type { InvoiceRow, PaymentStatus } from '../../resources/invoices/table.js'
import type { InvoiceChanges } from '../../resources/invoices/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { paymentStatements, statusTold } from '../payment_statements.js'
import { prepared } from '../prepared.js'
import { mustCarryOut } from './run.js'

/** What the payment is called that is written down because somebody said that an invoice is paid. */
const PAID_BY_STATUS = 'payment_status: succeeded'

/** Changes what may change of a final invoice: whether it is paid, and its metadata. */
export async function updateInvoice(
  context: CommandContext,
  invoiceId: string,
  changes: InvoiceChanges,
): CommandResult<null> {
  const { db, ref, now } = context
  const { payment_status: status, metadata: sent } = changes
  const [invoice] = await invoiceQuery(db, ref.organizationId, ref.customerId, invoiceId)
  if (invoice === undefined) return notFound('invoice')
  const refusal = updateRefusal(invoice.status, { paymentStatus: status !== undefined, metadata: sent !== undefined })
  if (refusal !== null) return notAllowed(refusal)
  const entries = sent === undefined ? ok(undefined) : changedEntries(invoice.metadata, sent, context)
  if (!entries.ok) return entries
  const metadata = entries.value?.map(({ id, key, value, createdAt }) => ({ id, key, value, createdAt }))
  const statements = [
    ...(metadata === undefined
      ? []
      : [updateInvoiceRow(db, ref.organizationId, invoiceId, { metadata, updatedAt: now })]),
    ...(status === undefined ? [] : statusStatements(context, invoice, status)),
  ]
  if (statements.length === 0) return ok(null)
  await mustCarryOut(context, prepared({ statements }))
  return ok(null)
}

/**
 * Says of an invoice whether it is paid. One that is becomes settled by a payment of what is due, written down now: only what
 * was paid can be refunded. What was paid before stays paid, whatever is said.
 */
function statusStatements(context: CommandContext, invoice: InvoiceRow, paymentStatus: PaymentStatus): Statement[] {
  const { db, ref, now, newId } = context
  const amountCents = dueCents(invoice)
  if (paymentStatus === 'succeeded' && amountCents > 0) {
    return paymentStatements(context, invoice, { id: newId(), amountCents, reference: PAID_BY_STATUS, paidAt: now })
  }
  if (paymentStatus === invoice.paymentStatus) return []
  return [
    updateInvoiceRow(db, ref.organizationId, invoice.id, { paymentStatus, updatedAt: now }),
    statusTold(context, invoice.id),
  ]
}
