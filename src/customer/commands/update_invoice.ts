import { dueCents, updateRefusal } from '../../core/invoicing/settlement.js'
import { isVisible } from '../../core/invoicing/status.js'
import { changedEntries } from '../../core/metadata_entries.js'
import { notAllowed, notFound, ok } from '../../core/result.js'
import { invoiceQuery, updateInvoiceRow } from '../../resources/invoices/store.js'
import type { InvoiceRow, PaymentStatus } from '../../resources/invoices/table.js'
import type { InvoiceChanges } from '../../resources/invoices/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { statusTold } from '../payment_statements.js'
import { paymentWork } from '../payment_work.js'
import { joined, NOTHING, type Prepared, prepared } from '../prepared.js'
import { failedPurchase, purchaseOf } from '../wallet_purchases.js'
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
  ]
  const work = [prepared({ statements }), ...(status === undefined ? [] : [await statusWork(context, invoice, status)])]
  await mustCarryOut(context, joined(work))
  return ok(null)
}

/**
 * Says of an invoice whether it is paid. One that is becomes settled by a payment of what is due, written down now: only what
 * was paid can be refunded. What was paid before stays paid, whatever is said.
 */
async function statusWork(
  context: CommandContext,
  invoice: InvoiceRow,
  paymentStatus: PaymentStatus,
): Promise<Prepared> {
  const { db, ref, now, newId } = context
  const amountCents = dueCents(invoice)
  if (paymentStatus === 'succeeded' && amountCents > 0) {
    return paymentWork(context, invoice, { id: newId(), amountCents, reference: PAID_BY_STATUS, paidAt: now })
  }
  if (paymentStatus === invoice.paymentStatus) return NOTHING
  const failure = paymentStatus === 'failed' ? failedPurchase(context, await purchaseOf(context, invoice)) : []
  const statements = [
    updateInvoiceRow(db, ref.organizationId, invoice.id, { paymentStatus, updatedAt: now }),
    ...(isVisible(invoice.status) ? [statusTold(context, invoice.id)] : []),
    ...failure,
  ]
  return prepared({ statements })
}
