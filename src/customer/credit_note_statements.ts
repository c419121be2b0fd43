import { roundToCents } from '../core/invoicing/cents.js'
import type { CreditNoteAmounts, CreditNoteItem, CreditNoteSplit } from '../core/invoicing/credit_note.js'
import { shareOfFee } from '../core/invoicing/draft_note.js'
import { settlementOf } from '../core/invoicing/settlement.js'
import { localDate } from '../core/time/zones.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import { insertCreditNote, insertCreditNoteItems } from '../resources/credit_notes/store.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { amountColumns } from './invoice_credits.js'
import { statusTold } from './payment_statements.js'
import type { PreparedCreditNote } from './prepared.js'

/** A note as the rules have reckoned it, and what else it says. */
export interface NewNote extends Partial<Pick<CreditNoteRow, 'description' | 'metadata'>> {
  readonly reason: CreditNoteRow['reason']
  readonly items: readonly CreditNoteItem[]
  readonly amounts: CreditNoteAmounts
  readonly split: CreditNoteSplit
  /** Whether it is void from the start. */
  readonly isVoid?: boolean
}

/** A new note on an invoice: a draft while the invoice is one. */
export function newNote(
  context: CommandContext,
  invoice: Pick<InvoiceRow, 'id' | 'status' | 'currency'>,
  zone: string,
  { reason, description, metadata, items, amounts, split, isVoid }: NewNote,
): PreparedCreditNote {
  const { ref, now, newId } = context
  const isDraft = invoice.status === 'draft'
  const row: PreparedCreditNote['row'] = {
    id: newId(),
    ...ref,
    createdAt: now,
    updatedAt: now,
    invoiceId: invoice.id,
    status: isDraft ? 'draft' : 'finalized',
    reason,
    description: description ?? null,
    metadata: metadata ?? null,
    currency: invoice.currency,
    issuingOn: localDate(now, zone).toString(),
    refundedAt: null,
    voidedAt: isVoid ? now : null,
    ...amountColumns(amounts, context),
    ...splitColumns(split),
    ...(isVoid ? { creditStatus: 'voided' as const, balanceAmountCents: 0 } : {}),
  }
  return { row, items: itemRows(context, row.id, items, isDraft) }
}

/** The columns that the parts of a note decide, before anything of it is used. */
export function splitColumns(split: CreditNoteSplit) {
  return {
    ...split,
    creditStatus: split.creditAmountCents > 0 ? ('available' as const) : null,
    refundStatus: split.refundAmountCents > 0 ? ('pending' as const) : null,
    balanceAmountCents: split.creditAmountCents,
  }
}

function itemRows(
  { ref, now, newId }: CommandContext,
  creditNoteId: string,
  items: readonly CreditNoteItem[],
  isDraft: boolean,
): Omit<CreditNoteItemRow, 'seq'>[] {
  return items.map(({ fee, amountCents }) => ({
    id: newId(),
    organizationId: ref.organizationId,
    createdAt: now,
    creditNoteId,
    feeId: fee.id,
    amountCents: roundToCents(amountCents),
    preciseAmountCents: amountCents.toFixed(),
    feeShare: isDraft ? shareOfFee(amountCents, fee.amountCents).toFixed() : null,
  }))
}

/** Writes a note down. One on a draft tells nobody yet. */
export function noteStatements(context: CommandContext, { row, items }: PreparedCreditNote): Statement[] {
  return [
    insertCreditNote(context.db, row),
    ...insertCreditNoteItems(context.db, items),
    ...(row.status === 'draft' ? [] : [noteTold(context, row.id)]),
  ]
}

export function noteTold({ db, ref, now, newId }: CommandContext, creditNoteId: string): Statement {
  const told = { messageType: 'credit_note.created', subjectType: 'credit_note', subjectId: creditNoteId }
  return enqueue(db, { id: newId(), ...ref, ...told, createdAt: now })
}

/**
 * What an offset does to the invoice: less is due of it, and with nothing left to pay it is settled. A draft is paid by nothing yet.
 * @param offsetAmountCents of all its notes
 */
export function offsetStatements(context: CommandContext, invoice: InvoiceRow, offsetAmountCents: number): Statement[] {
  const { db, ref, now } = context
  if (offsetAmountCents === invoice.offsetAmountCents) return []
  const settlement = invoice.status === 'draft' ? {} : settlementOf({ ...invoice, offsetAmountCents })
  const isSettledNow = settlement.paymentStatus !== undefined && invoice.paymentStatus !== 'succeeded'
  return [
    updateInvoiceRow(db, ref.organizationId, invoice.id, { offsetAmountCents, updatedAt: now, ...settlement }),
    ...(isSettledNow ? [statusTold(context, invoice.id)] : []),
  ]
}
