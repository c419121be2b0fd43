import type { CreditNoteAmounts, CreditNoteItem, CreditNoteSplit } from '../../core/invoicing/credit_note.js'
import { creditErrors, creditLimits, forcedSplit, itemErrors } from '../../core/invoicing/credit_request.js'
import { noteAmounts } from '../../core/invoicing/credited_invoice.js'
import { isCreditable, isVisible } from '../../core/invoicing/status.js'
import { Decimal } from '../../core/money/decimal.js'
import { type FieldErrors, invalid, notAllowed, notFound, ok, type Result } from '../../core/result.js'
import { purchaseNote } from '../../core/wallets/purchase_note.js'
import type { CreditNoteEstimate, CreditNoteInput, CreditNoteItems } from '../../resources/credit_notes/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { newNote, noteStatements, offsetStatements } from '../credit_note_statements.js'
import { type InvoiceToCredit, invoiceToCredit } from '../invoice_to_credit.js'
import { prepared } from '../prepared.js'
import { boughtCredits, purchaseOf, takenBack } from '../wallet_purchases.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Gives something back of an invoice (invoicing rules, section 5). What is due before is billed first, without it. Gives the id of
 * the note.
 */
export async function giveCreditNote(
  context: CommandContext,
  invoiceId: string,
  input: CreditNoteInput,
): CommandResult<string> {
  await billDue(context)
  const reckoned = await reckon(context, invoiceId, input)
  if (!reckoned.ok) return reckoned
  const { invoice, account, zone, items, amounts } = reckoned.value
  const asked = {
    creditAmountCents: input.credit_amount_cents ?? 0,
    refundAmountCents: input.refund_amount_cents ?? 0,
    offsetAmountCents: input.offset_amount_cents ?? 0,
  }
  const bought = await purchaseOf(context, invoice)
  const allowed = (parts: CreditNoteSplit) =>
    bought === undefined ? ok(null) : purchaseNote(parts, boughtCredits(bought), invoice.totalAmountCents)
  const verdict = allowed(asked)
  if (!verdict.ok) return verdict
  const errors = creditErrors(asked, amounts, account)
  if (isAny(errors)) return invalid(errors)
  const split = forcedSplit(asked, amounts.totalAmountCents, creditLimits(account))
  // What is bought has no room for the cent that is forced elsewhere.
  const forced = allowed(split)
  if (!forced.ok) return forced
  const { reason, description, metadata } = input
  const said = { reason: reason ?? 'other', description: description ?? null, metadata: metadata ?? null }
  const note = newNote(context, invoice, zone, { ...said, items, amounts, split })
  const statements = [
    ...noteStatements(context, note),
    ...offsetStatements(context, invoice, invoice.offsetAmountCents + split.offsetAmountCents),
    ...takenBack(context, bought, note.row),
  ]
  await mustCarryOut(context, prepared({ statements }))
  return ok(note.row.id)
}

/** What a note of these items would come to: the same arithmetic as the note's. A question: nothing is changed. */
export async function estimateCreditNote(
  context: CommandContext,
  invoiceId: string,
  input: CreditNoteItems,
): CommandResult<CreditNoteEstimate> {
  const reckoned = await reckon(context, invoiceId, input)
  if (!reckoned.ok) return reckoned
  const { invoice, account, items, amounts } = reckoned.value
  const limits = creditLimits(account)
  const { totalAmountCents, taxes } = amounts
  return ok({
    invoiceId: invoice.id,
    invoiceNumber: invoice.number,
    currency: invoice.currency,
    taxesAmountCents: taxes.amountCents,
    preciseTaxesAmountCents: amounts.preciseTaxesAmountCents.toFixed(),
    taxesRate: amounts.taxesRate.toFixed(),
    subTotalExcludingTaxesAmountCents: amounts.subTotalExcludingTaxesAmountCents,
    couponsAdjustmentAmountCents: amounts.couponsAdjustmentAmountCents,
    preciseCouponsAdjustmentAmountCents: amounts.preciseCouponsAdjustmentAmountCents.toFixed(),
    maxCreditableAmountCents: invoice.invoiceType === 'credit' ? 0 : totalAmountCents,
    maxRefundableAmountCents: Math.min(totalAmountCents, limits.refundAmountCents),
    maxOffsettableAmountCents: Math.min(totalAmountCents, limits.offsetAmountCents),
    items: items.map(({ fee, amountCents }) => ({ feeId: fee.id, amountCents: amountCents.toNumber() })),
    appliedTaxes: taxes.appliedTaxes,
  })
}

interface Reckoned extends InvoiceToCredit {
  readonly items: readonly CreditNoteItem[]
  readonly amounts: CreditNoteAmounts
}

async function reckon(
  context: CommandContext,
  invoiceId: string,
  { items: asked }: CreditNoteItems,
): Promise<Result<Reckoned>> {
  const feeIds = [...new Set(asked.map((item) => item.fee_id))]
  const found = await invoiceToCredit(context, invoiceId, feeIds)
  if (found === undefined || !isVisible(found.invoice.status)) return notFound('invoice')
  if (!isCreditable(found.invoice.status)) return notAllowed('invalid_type_or_status')
  const feeById = new Map(found.fees.map((fee) => [fee.id, fee]))
  if (feeById.size < feeIds.length) return notFound('fee')
  const named = asked.flatMap((item) => {
    const fee = feeById.get(item.fee_id)
    return fee === undefined ? [] : [{ fee, amountCents: item.amount_cents }]
  })
  const errors = itemErrors(named, found.account)
  if (isAny(errors)) return invalid(errors)
  const items = named.map(({ fee, amountCents }) => ({ fee, amountCents: new Decimal(amountCents) }))
  return ok({ ...found, items, amounts: noteAmounts(items, found.account) })
}

const isAny = (errors: FieldErrors): boolean => Object.keys(errors).length > 0
