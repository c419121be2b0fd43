import type { CreditedInvoice, GivenNote } from '../core/invoicing/credited_invoice.js'
import { Decimal } from '../core/money/decimal.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import type { InvoiceRow } from '../resources/invoices/table.js'

type Note = Omit<CreditNoteRow, 'seq' | 'sequentialId'>
type Item = Pick<CreditNoteItemRow, 'creditNoteId' | 'feeId' | 'preciseAmountCents'>

/**
 * What credit notes have given back of invoices. One command can give several notes on one invoice before anything is committed:
 * what one has given back the next cannot.
 */
export class CreditAccounts {
  readonly #notes: Map<string, GivenNote[]>

  /** @param notes all notes of the invoices that are asked about, in their order; drafts among them */
  constructor(notes: readonly Note[], items: readonly Item[]) {
    const itemsOf = Map.groupBy(items, ({ creditNoteId }) => creditNoteId)
    this.#notes = new Map()
    for (const note of notes) this.add(note, itemsOf.get(note.id) ?? [])
  }

  add(note: Note, items: readonly Item[]): void {
    const given = this.#notes.get(note.invoiceId) ?? []
    this.#notes.set(note.invoiceId, given)
    given.push(asGiven(note, items))
  }

  of(invoice: InvoiceAmounts & Pick<InvoiceRow, 'id'>): CreditedInvoice {
    return creditedInvoice(invoice, [...(this.#notes.get(invoice.id) ?? [])])
  }
}

type InvoiceAmounts = Pick<
  InvoiceRow,
  | 'feesAmountCents'
  | 'subTotalExcludingTaxesAmountCents'
  | 'subTotalIncludingTaxesAmountCents'
  | 'totalAmountCents'
  | 'totalPaidAmountCents'
  | 'appliedTaxes'
>

/** A stored invoice as credit notes see it. */
export function creditedInvoice(invoice: InvoiceAmounts, notes: readonly GivenNote[]): CreditedInvoice {
  const appliedTaxes = invoice.appliedTaxes.map((tax) => ({ ...tax, feesAmountCents: tax.feesAmountCents ?? 0 }))
  const { feesAmountCents, subTotalExcludingTaxesAmountCents, subTotalIncludingTaxesAmountCents } = invoice
  const { totalAmountCents, totalPaidAmountCents } = invoice
  return {
    ...{ feesAmountCents, subTotalExcludingTaxesAmountCents, subTotalIncludingTaxesAmountCents },
    ...{ totalAmountCents, totalPaidAmountCents, appliedTaxes, notes },
  }
}

function asGiven(note: Note, items: readonly Item[]): GivenNote {
  return {
    items: items.map(({ feeId, preciseAmountCents }) => ({ feeId, amountCents: new Decimal(preciseAmountCents) })),
    subTotalExcludingTaxesAmountCents: note.subTotalExcludingTaxesAmountCents,
    taxesAmountCents: note.taxesAmountCents,
    preciseTaxesAmountCents: new Decimal(note.preciseTaxesAmountCents),
    appliedTaxes: note.appliedTaxes,
    totalAmountCents: note.totalAmountCents,
    creditAmountCents: note.creditAmountCents,
    refundAmountCents: note.refundAmountCents,
    offsetAmountCents: note.offsetAmountCents,
  }
}
