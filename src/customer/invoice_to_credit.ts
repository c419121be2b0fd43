import type { CreditedFee } from '../core/invoicing/credit_note.js'
import type { CreditedInvoice } from '../core/invoicing/credited_invoice.js'
import { Decimal } from '../core/money/decimal.js'
import { billingEntitiesQuery } from '../resources/billing_entities/store.js'
import { applicableZone } from '../resources/billing_entities/terms.js'
import { feesToCredit, itemsOfInvoiceNotes, notesOfInvoice } from '../resources/credit_notes/load.js'
import { customerQuery } from '../resources/customers/store.js'
import { invoiceQuery } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { CreditAccounts } from './credit_accounts.js'
import { creditedItem } from './invoice_credits.js'

/** An invoice that something is to be given back of. */
export interface InvoiceToCredit {
  readonly invoice: InvoiceRow
  readonly account: CreditedInvoice
  /** Those that were asked for, in their order on the invoice. */
  readonly fees: readonly CreditedFee[]
  /** The customer's time zone. */
  readonly zone: string
}

/**
 * One of the customer's invoices with what has been given back of it, undefined when there is none.
 * @param feeIds null for all fees
 */
export async function invoiceToCredit(
  { db, ref }: CommandContext,
  invoiceId: string,
  feeIds: readonly string[] | null,
): Promise<InvoiceToCredit | undefined> {
  const { organizationId, customerId } = ref
  const [invoices, fees, notes, items, customers, entities] = await db.batch([
    invoiceQuery(db, organizationId, customerId, invoiceId),
    feesToCredit(db, organizationId, invoiceId, feeIds),
    notesOfInvoice(db, organizationId, invoiceId),
    itemsOfInvoiceNotes(db, organizationId, invoiceId),
    customerQuery(db, organizationId, customerId),
    billingEntitiesQuery(db, organizationId),
  ])
  const [invoice] = invoices
  const [customer] = customers
  if (invoice === undefined || customer === undefined) return undefined
  return {
    invoice,
    account: new CreditAccounts(notes, items).of(invoice),
    fees: fees.map((fee) => creditedItem(fee, new Decimal(0)).fee),
    zone: applicableZone(customer, new Map(entities.map(({ code, timezone }) => [code, timezone]))),
  }
}
