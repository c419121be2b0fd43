import type { InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { openInvoicePaid } from './open_invoice.js'
import { type Paid, paymentStatements } from './payment_statements.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { arrival, purchaseOf } from './wallet_purchases.js'

/** A payment of a final or open invoice, with all that it sets off: what was bought with it arrives. */
export async function paymentWork(context: CommandContext, invoice: InvoiceRow, paid: Paid): Promise<Prepared> {
  const bought = await purchaseOf(context, invoice)
  const payment =
    invoice.status === 'open'
      ? await openInvoicePaid(context, invoice, paid)
      : prepared({ statements: paymentStatements(context, invoice, paid) })
  return joined([payment, prepared({ statements: arrival(context, bought) })])
}
