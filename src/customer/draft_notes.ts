import { roundToCents } from '../core/invoicing/cents.js'
import type { CreditedInvoice } from '../core/invoicing/credited_invoice.js'
import { givenNote } from '../core/invoicing/credited_invoice.js'
import { type RescaledNote, rescaledNote } from '../core/invoicing/draft_note.js'
import { feeSubject } from '../core/invoicing/fee.js'
import { Decimal } from '../core/money/decimal.js'
import type { Statement } from '../db/commit.js'
import {
  deleteDraftNote,
  deleteItemsOfNote,
  insertCreditNoteItems,
  updateCreditNoteRow,
} from '../resources/credit_notes/store.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { CommandContext } from './command_context.js'
import { minimumOf } from './copied_fee.js'
import { creditedInvoice } from './credit_accounts.js'
import { noteTold, splitColumns } from './credit_note_statements.js'
import { amountColumns, creditedItem } from './invoice_credits.js'
import type { CustomerState } from './load_customer.js'

type Fee = Omit<FeeRow, 'seq'>

/** What tells the fees of a draft apart, however often it is computed anew. */
export const draftFeeKey = (fee: Parameters<typeof feeSubject>[0] & { readonly fromAt: number | null }): string =>
  `${fee.fromAt} ${feeSubject(fee)}`

/** The ids of a draft's fees that notes name: who makes these fees anew keeps them. By what the fee is of. */
export function notedFeeIds({ draftNoteFees }: CustomerState, invoiceId: string): ReadonlyMap<string, string> {
  const noted = draftNoteFees.filter((fee) => fee.invoiceId === invoiceId)
  return new Map(noted.map((fee) => [draftFeeKey(keyed(fee)), fee.id]))
}

const keyed = (fee: FeeRow) => ({
  ...fee,
  ...minimumOf(fee),
  type: fee.feeType,
  subscriptionId: fee.subscriptionId ?? '',
})

/** What becomes of the notes on a draft when it is computed anew. */
export interface NotesOfDraft {
  readonly statements: readonly Statement[]
  /** Of all its notes. */
  readonly offsetAmountCents: number
}

/**
 * The notes on a draft, rescaled to its fees as they are now (invoicing rules, section 5). With the invoice they become final: those
 * that still give something back are there for later invoices, the others go.
 * @param made the invoice as it was computed, and the fees that are stored with it
 */
export function notesOfDraft(
  context: CommandContext,
  state: CustomerState,
  made: Parameters<typeof creditedInvoice>[0] & { readonly id: string },
  fees: readonly Fee[],
  { isFinal }: { readonly isFinal: boolean },
): NotesOfDraft {
  const feeById = new Map(fees.map((fee) => [fee.id, fee]))
  const statements: Statement[] = []
  let invoice: CreditedInvoice = creditedInvoice(made, [])
  let offsetAmountCents = 0
  for (const note of state.draftCreditNotes.filter(({ invoiceId }) => invoiceId === made.id)) {
    const shared = state.draftNoteItems.flatMap((item) => {
      const fee = item.creditNoteId === note.id ? feeById.get(item.feeId) : undefined
      // A fee that is there no more gives nothing back.
      return fee === undefined ? [] : [{ item, ...creditedItem(fee, new Decimal(0)), share: shareOf(item) }]
    })
    const rescaled = rescaledNote(shared, note, invoice, made.totalAmountCents - offsetAmountCents)
    const { amounts, split } = rescaled
    offsetAmountCents += split.offsetAmountCents
    invoice = { ...invoice, notes: [...invoice.notes, givenNote(rescaled.items, amounts, split)] }
    const rows = shared.map(({ item }) => item)
    statements.push(...rewritten(context, state, { note, rows, rescaled, isFinal }))
  }
  return { statements, offsetAmountCents }
}

const shareOf = ({ feeShare }: CreditNoteItemRow): Decimal => new Decimal(feeShare ?? 0)

interface Rewriting {
  readonly note: CreditNoteRow
  /** As they were, in the order of the rescaled items. */
  readonly rows: readonly CreditNoteItemRow[]
  readonly rescaled: RescaledNote
  readonly isFinal: boolean
}

function rewritten(
  context: CommandContext,
  state: CustomerState,
  { note, rows, rescaled, isFinal }: Rewriting,
): Statement[] {
  const { db, ref, now } = context
  const { organizationId } = ref
  const { items, amounts, split } = rescaled
  const cleared = deleteItemsOfNote(db, organizationId, note.id)
  if (isFinal && amounts.totalAmountCents === 0) return [cleared, deleteDraftNote(db, organizationId, note.id)]
  const changes = {
    ...amountColumns(amounts, context),
    ...splitColumns(split),
    status: isFinal ? ('finalized' as const) : ('draft' as const),
    updatedAt: now,
  }
  if (isFinal) state.purse.add({ ...note, ...changes })
  const itemRows = rows.map((row, i) => itemRow(row, items[i]?.amountCents ?? new Decimal(0), isFinal))
  return [
    updateCreditNoteRow(db, organizationId, note.id, changes),
    cleared,
    ...insertCreditNoteItems(db, itemRows),
    ...(isFinal ? [noteTold(context, note.id)] : []),
  ]
}

function itemRow(row: CreditNoteItemRow, precise: Decimal, isFinal: boolean): Omit<CreditNoteItemRow, 'seq'> {
  const { seq: _, ...item } = row
  const amounts = { amountCents: roundToCents(precise), preciseAmountCents: precise.toFixed() }
  return { ...item, ...amounts, feeShare: isFinal ? null : item.feeShare }
}
