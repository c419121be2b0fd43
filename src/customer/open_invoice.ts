import { localDate } from '../core/time/zones.js'
import { feesToCredit } from '../resources/credit_notes/load.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { announced } from './invoice_statements.js'
import { loadCustomer } from './load_customer.js'
import { type Paid, paymentWritten } from './payment_statements.js'
import { joined, type Prepared, prepared } from './prepared.js'

/**
 * An open invoice that is paid: it becomes final, with a number, as of the day on which that happens (wallet rules, section 1.2).
 */
export async function openInvoicePaid(context: CommandContext, invoice: InvoiceRow, paid: Paid): Promise<Prepared> {
  const { db, ref, now } = context
  const state = await loadCustomer(db, ref, now)
  if (state === undefined) throw new Error('an invoice has no customer')
  const today = localDate(now, state.zone).toString()
  const changes = {
    status: 'finalized',
    paymentStatus: 'succeeded',
    totalPaidAmountCents: paid.amountCents,
    issuingOn: today,
    paymentDueOn: today,
    finalizedAt: now,
    updatedAt: now,
  } as const
  const row = { ...invoice, ...changes }
  const fees = await feesToCredit(db, ref.organizationId, invoice.id, null)
  const statements = [
    updateInvoiceRow(db, ref.organizationId, invoice.id, changes),
    ...paymentWritten(context, invoice, paid),
  ]
  return joined([prepared({ statements }), announced(context, state, { row, fees, periods: [], credits: [] })])
}
