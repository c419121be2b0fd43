import { failed, invalid, notFound, ok } from '../../core/result.js'
import { enqueue } from '../../outbox/store.js'
import { invoiceQuery, updateInvoiceRow } from '../../resources/invoices/store.js'
import { insertPayment } from '../../resources/payments/store.js'
import type { PaymentInput } from '../../resources/payments/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { carryOut } from './run.js'

/**
 * Writes down what was paid of a final invoice (invoicing rules, section 11), at the moment at which it was paid. Never more
 * than is due; with nothing left to pay the invoice is settled. Gives the payment's id.
 */
export async function recordPayment(context: CommandContext, input: PaymentInput): CommandResult<string> {
  const { db, ref, now, newId } = context
  const [invoice] = await invoiceQuery(db, ref.organizationId, ref.customerId, input.invoice_id)
  if (invoice === undefined) return notFound('invoice')
  if (invoice.status !== 'finalized') return failed({ kind: 'forbidden', code: 'feature_unavailable' })
  const dueCents = invoice.totalAmountCents - invoice.totalPaidAmountCents - invoice.offsetAmountCents
  if (input.amount_cents > dueCents) return invalid({ amount_cents: ['value_is_out_of_range'] })
  const id = newId()
  const isSettled = input.amount_cents === dueCents
  const tell = (messageType: string, subjectType: string, subjectId: string) =>
    enqueue(db, { id: newId(), ...ref, messageType, subjectType, subjectId, createdAt: now })
  await carryOut(
    context,
    prepared({
      statements: [
        insertPayment(db, {
          id,
          ...ref,
          createdAt: input.paid_at ?? now,
          invoiceId: invoice.id,
          amountCents: input.amount_cents,
          currency: invoice.currency,
          reference: input.reference,
          receiptId: newId(),
        }),
        updateInvoiceRow(db, ref.organizationId, invoice.id, {
          totalPaidAmountCents: invoice.totalPaidAmountCents + input.amount_cents,
          updatedAt: now,
          ...(isSettled ? { paymentStatus: 'succeeded' as const } : {}),
        }),
        tell('payment.succeeded', 'payment', id),
        tell('payment_receipt.created', 'payment', id),
        ...(isSettled ? [tell('invoice.payment_status_updated', 'invoice', invoice.id)] : []),
      ],
    }),
  )
  return ok(id)
}
