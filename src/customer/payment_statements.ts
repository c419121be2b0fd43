import { settlementOf } from '../core/invoicing/settlement.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import { insertPayment } from '../resources/payments/store.js'
import type { CommandContext } from './command_context.js'

export interface Paid {
  /** Of the payment. */
  readonly id: string
  /** Whole minor units, above 0 and at most what is due. */
  readonly amountCents: number
  readonly reference: string
  /** Epoch milliseconds. */
  readonly paidAt: number
}

/**
 * Writes a payment of a final invoice down, with its receipt (invoicing rules, section 11). With nothing left to pay the invoice
 * is settled.
 */
export function paymentStatements(context: CommandContext, invoice: InvoiceRow, paid: Paid): Statement[] {
  const { db, ref, now } = context
  const totalPaidAmountCents = invoice.totalPaidAmountCents + paid.amountCents
  const settlement = settlementOf({ ...invoice, totalPaidAmountCents })
  return [
    ...paymentWritten(context, invoice, paid),
    updateInvoiceRow(db, ref.organizationId, invoice.id, { totalPaidAmountCents, updatedAt: now, ...settlement }),
    ...(settlement.paymentStatus === undefined ? [] : [statusTold(context, invoice.id)]),
  ]
}

/** The payment itself with its receipt. What becomes of the invoice is the caller's to say. */
export function paymentWritten(
  { db, ref, now, newId }: CommandContext,
  { id: invoiceId, currency }: Pick<InvoiceRow, 'id' | 'currency'>,
  { id, amountCents, reference, paidAt: createdAt }: Paid,
): Statement[] {
  const tell = (messageType: string) =>
    enqueue(db, { id: newId(), ...ref, messageType, subjectType: 'payment', subjectId: id, createdAt: now })
  return [
    insertPayment(db, {
      ...{ id, ...ref, createdAt, invoiceId, amountCents, currency, reference },
      receiptId: newId(),
    }),
    tell('payment.succeeded'),
    tell('payment_receipt.created'),
  ]
}

export function statusTold({ db, ref, now, newId }: CommandContext, invoiceId: string): Statement {
  const messageType = 'invoice.payment_status_updated'
  return enqueue(db, { id: newId(), ...ref, messageType, subjectType: 'invoice', subjectId: invoiceId, createdAt: now })
}
