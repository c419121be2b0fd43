import { creditLimits } from '../core/invoicing/credit_request.js'
import { noteAmounts } from '../core/invoicing/credited_invoice.js'
import { type ChargeFeeDraft, isTrueUp } from '../core/invoicing/fee.js'
import {
  adjustmentFee,
  type FeeDifference,
  type InvoiceReturn,
  invoiceReturns,
  type RatedFeeDraft,
} from '../core/invoicing/reconciliation.js'
import { insertReconciliation } from '../resources/invoice_reconciliations/store.js'
import type { CommandContext } from './command_context.js'
import { newNote, noteStatements, offsetStatements } from './credit_note_statements.js'
import { instantInvoice } from './instant_invoice.js'
import { termsStatements } from './kept_terms.js'
import type { InvoiceToReconcile } from './load_reconciliation.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'

/**
 * What answers the differences: notes, and an invoice that may use what they credit; nothing where nothing is to be billed or given
 * back.
 * @param present the fees that the usage makes by now
 */
export function reconciliationWork(
  context: CommandContext,
  found: InvoiceToReconcile,
  present: readonly RatedFeeDraft[],
  differences: readonly FeeDifference[],
): Prepared {
  const notes = joined(invoiceReturns(differences).map((one) => returned(context, found, one)))
  const work = joined([notes, adjustment(context, found, differences)])
  return work.statements.length === 0 ? NOTHING : joined([work, recorded(context, found, present, work)])
}

/** A note on one invoice: it takes off what is due of it as far as that goes, the rest is credited. */
function returned(
  context: CommandContext,
  { invoice: reconciled, invoices, accounts, state }: InvoiceToReconcile,
  { invoiceId, items }: InvoiceReturn,
): Prepared {
  const invoice = invoices.get(invoiceId)
  if (invoice === undefined) throw new Error(`invoice ${invoiceId} was not loaded`)
  const account = accounts.of(invoice)
  const amounts = noteAmounts(items, account)
  const { totalAmountCents } = amounts
  if (totalAmountCents === 0) return NOTHING
  const offsetAmountCents = Math.min(totalAmountCents, creditLimits(account).offsetAmountCents)
  const split = { creditAmountCents: totalAmountCents - offsetAmountCents, refundAmountCents: 0, offsetAmountCents }
  const description = `Usage of invoice ${reconciled.number} rated again`
  const note = newNote(context, invoice, state.zone, { reason: 'other', description, items, amounts, split })
  if (split.creditAmountCents > 0) state.purse.add(note.row)
  return prepared({
    creditNotes: [note],
    statements: [
      ...noteStatements(context, note),
      ...offsetStatements(context, invoice, invoice.offsetAmountCents + offsetAmountCents),
    ],
  })
}

/** An invoice of the differences, final at once. It may use what the notes before have credited. */
function adjustment(
  context: CommandContext,
  found: InvoiceToReconcile,
  differences: readonly FeeDifference[],
): Prepared {
  const { invoice, periods, state } = found
  const fees = differences
    .map(adjustmentFee)
    .filter((fee) => fee !== null)
    .map((fee) => withParent(found, fee))
  if (fees.length === 0) return NOTHING
  const { now, newId, usage } = context
  const subscriptionIds = new Set(fees.map(({ subscriptionId }) => subscriptionId))
  const billed = periods.filter(({ subscription }) => subscriptionIds.has(subscription.id))
  const subscriptions = billed.map(({ subscription }) => subscription)
  const { currency, billingEntityCode, purchaseOrderNumber } = invoice
  return instantInvoice(context, state, {
    ...{ fees, currency, billingEntityCode, purchaseOrderNumber, subscriptions },
    billingAt: now,
    datedAt: now,
    sections: subscriptions,
    spendsCredits: true,
    // The time that it bills is billed once: the invoice that it corrects keeps the key that says so.
    periods: (invoiceId) =>
      billed.map(({ row: { seq: _, ...row } }) => ({
        ...row,
        id: newId(),
        createdAt: now,
        invoiceId,
        periodKey: `reconciled ${invoiceId}`,
      })),
    columns: { invoiceType: 'subscription', usageThroughSeq: usage.maxSeq() },
  }).prepared
}

/** The usage that a true-up is of may stand on the corrected invoice alone. */
function withParent({ billed }: InvoiceToReconcile, fee: RatedFeeDraft): RatedFeeDraft {
  if (fee.type !== 'charge' || !isTrueUp(fee)) return fee
  const usage = billed.filter((one) => isUsageOf(one.fee, fee))
  const parent = usage.find((one) => one.fee.chargeFilterId === null) ?? usage[0]
  return parent === undefined ? fee : { ...fee, parentFeeId: parent.credited.id }
}

const isUsageOf = (some: RatedFeeDraft, trueUp: ChargeFeeDraft): boolean =>
  !isTrueUp(some) &&
  some.subscriptionId === trueUp.subscriptionId &&
  some.chargeId === trueUp.chargeId &&
  some.toAt === trueUp.toAt

/** Writes down that the state of now was answered, under a key that no other answer of it can have. */
function recorded(
  context: CommandContext,
  { invoice, earlier, pricedChargeIds }: InvoiceToReconcile,
  present: readonly RatedFeeDraft[],
  work: Prepared,
): Prepared {
  const { db, ref, now, newId, usage } = context
  const newlyPriced = present.filter(
    (fee): fee is ChargeFeeDraft => fee.type === 'charge' && !pricedChargeIds.has(fee.chargeId) && fee.amountCents > 0,
  )
  const terms = newlyPriced.flatMap((fee) => (fee.terms === undefined ? [] : [[fee.chargeId, fee.terms.key] as const]))
  const row = {
    id: newId(),
    organizationId: ref.organizationId,
    createdAt: now,
    invoiceId: invoice.id,
    sequentialId: (earlier.at(-1)?.sequentialId ?? 0) + 1,
    usageThroughSeq: usage.maxSeq(),
    adjustmentInvoiceId: work.invoices[0]?.row.id ?? null,
    creditNoteIds: work.creditNotes.map((note) => note.row.id),
    terms: Object.fromEntries(terms),
  }
  const statements = [...termsStatements(context, newlyPriced), insertReconciliation(db, row)]
  return prepared({ statements })
}
