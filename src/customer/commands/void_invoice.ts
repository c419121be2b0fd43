import { unschedule } from '../../agenda/store.js'
import { canTransition, isVisible } from '../../core/invoicing/status.js'
import { exceedsInvoice, restoredCredits, type VoidRequest, voidNotes } from '../../core/invoicing/void_invoice.js'
import { invalid, notAllowed, notFound, ok } from '../../core/result.js'
import type { Statement } from '../../db/commit.js'
import { enqueue } from '../../outbox/store.js'
import { giveBackAppliedCoupon } from '../../resources/applied_coupons/store.js'
import { creditsOfInvoice } from '../../resources/credit_notes/load.js'
import { restoreCreditNote } from '../../resources/credit_notes/store.js'
import { updateInvoiceRow } from '../../resources/invoices/store.js'
import type { VoidInput } from '../../resources/invoices/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { newNote, noteStatements } from '../credit_note_statements.js'
import { type InvoiceToCredit, invoiceToCredit } from '../invoice_to_credit.js'
import { prepared } from '../prepared.js'
import { returnedCredits } from '../returned_credits.js'
import { failedPurchase, purchaseOf } from '../wallet_purchases.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Makes a final invoice void, paid or not (invoicing rules, section 6): nothing is due of it any more, and its coupons come back.
 * What is due before is billed first. With credit notes asked for, these give back what it was worth; without, the
 * credits that it used come back.
 */
export async function voidInvoice(context: CommandContext, invoiceId: string, input: VoidInput): CommandResult<null> {
  await billDue(context)
  const { db, ref, now, newId } = context
  const found = await invoiceToCredit(context, invoiceId, null)
  if (found === undefined || !isVisible(found.invoice.status)) return notFound('invoice')
  const { invoice, account } = found
  if (!canTransition(invoice.status, 'voided')) return notAllowed('not_voidable')
  const bought = await purchaseOf(context, invoice)
  // What has arrived could have been used: a credit note takes it back.
  if (bought?.transaction.status === 'settled') return notAllowed('not_voidable')
  const asked: VoidRequest = {
    creditAmountCents: input.credit_amount ?? 0,
    refundAmountCents: input.refund_amount ?? 0,
  }
  // Nobody has paid for credits that have not arrived.
  const isUnpaid = bought !== undefined && asked.creditAmountCents + asked.refundAmountCents > 0
  if (input.generate_credit_note && (isUnpaid || exceedsInvoice(asked, account))) {
    return invalid({ credit_refund_amount: ['total_amount_exceeds_invoice_amount'] })
  }
  const told = { messageType: 'invoice.voided', subjectType: 'invoice', subjectId: invoiceId, createdAt: now }
  const statements = [
    updateInvoiceRow(db, ref.organizationId, invoiceId, {
      status: 'voided',
      voidedAt: now,
      paymentOverdue: false,
      updatedAt: now,
    }),
    unschedule(db, 'fall_overdue', invoiceId),
    ...failedPurchase(context, bought),
    enqueue(db, { id: newId(), ...ref, ...told }),
    ...(await givenBack(context, found, input.generate_credit_note)),
    ...(input.generate_credit_note ? notesLeft(context, found, asked) : []),
  ]
  await mustCarryOut(context, prepared({ statements }))
  return ok(null)
}

/** Notes that are made of the void invoice are worth what consumed ones have paid of it: these then stay consumed. */
async function givenBack(
  context: CommandContext,
  { invoice, account }: InvoiceToCredit,
  hasNotes: boolean,
): Promise<Statement[]> {
  const { db, ref, now } = context
  const { organizationId } = ref
  const credits = await creditsOfInvoice(db, organizationId, invoice.id)
  const coupons = credits.filter(({ sourceType }) => sourceType === 'coupon')
  const restored = hasNotes ? [] : restoredCredits(credits, account)
  return [
    ...coupons.map(({ sourceId: id, amountCents }) =>
      giveBackAppliedCoupon(db, organizationId, { id, amountCents, now }),
    ),
    ...restored.map(({ sourceId: id, amountCents }) => restoreCreditNote(db, organizationId, { id, amountCents, now })),
    ...(hasNotes ? [] : await returnedCredits(context, invoice.id, account, restored)),
  ]
}

function notesLeft(
  context: CommandContext,
  { invoice, account, fees, zone }: InvoiceToCredit,
  asked: VoidRequest,
): Statement[] {
  const { given, rest } = voidNotes(fees, account, asked)
  const made = [
    ...(given === null ? [] : [newNote(context, invoice, zone, { reason: 'other', ...given })]),
    ...(rest === null ? [] : [newNote(context, invoice, zone, { reason: 'other', ...rest, isVoid: true })]),
  ]
  return made.flatMap((note) => noteStatements(context, note))
}
