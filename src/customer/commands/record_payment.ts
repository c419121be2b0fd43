import { dueCents } from '../../core/invoicing/settlement.js'
import { isPayable } from '../../core/invoicing/status.js'
import { failed, invalid, notFound, ok } from '../../core/result.js'
import { invoiceQuery } from '../../resources/invoices/store.js'
import type { PaymentInput } from '../../resources/payments/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { paymentWork } from '../payment_work.js'
import { mustCarryOut } from './run.js'

/**
 * Writes down what was paid of a final or open invoice (invoicing rules, section 11), at the moment at which it was paid. Never more
 * than is due; with nothing left to pay the invoice is settled. Gives the payment's id.
 */
export async function recordPayment(context: CommandContext, input: PaymentInput): CommandResult<string> {
  const { db, ref, now, newId } = context
  const [invoice] = await invoiceQuery(db, ref.organizationId, ref.customerId, input.invoice_id)
  if (invoice === undefined) return notFound('invoice')
  if (!isPayable(invoice.status)) return failed({ kind: 'forbidden', code: 'feature_unavailable' })
  const { amount_cents: amountCents, reference } = input
  if (amountCents > dueCents(invoice)) return invalid({ amount_cents: ['value_is_out_of_range'] })
  // Credits arrive all at once.
  const isPart = amountCents < dueCents(invoice)
  if (invoice.invoiceType === 'credit' && isPart) return invalid({ amount_cents: ['invalid_amount'] })
  const id = newId()
  const paid = { id, amountCents, reference, paidAt: input.paid_at ?? now }
  await mustCarryOut(context, await paymentWork(context, invoice, paid))
  return ok(id)
}
