import type { CreditSource, InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import type { CreditNoteRow } from '../resources/credit_notes/table.js'

type Note = Pick<CreditNoteRow, 'id' | 'invoiceId' | 'currency' | 'balanceAmountCents'>

/**
 * The balances that a command may spend. One command can make several invoices before anything is committed: what one has
 * used is not there for the next.
 */
export class CreditPurse {
  readonly #balances: { readonly note: Note; leftCents: number }[] = []

  /** @param notes the oldest first */
  constructor(notes: readonly Note[]) {
    for (const note of notes) this.add(note)
  }

  /** A note that is made in this very command, and is the youngest. */
  add(note: Note): void {
    this.#balances.push({ note, leftCents: note.balanceAmountCents })
  }

  /** What an invoice may use: of its currency, and not given for the invoice itself. */
  sourcesFor(invoiceId: string, currency: string): CreditSource[] {
    return this.#balances
      .filter(({ note, leftCents }) => leftCents > 0 && note.currency === currency && note.invoiceId !== invoiceId)
      .map(({ note, leftCents }) => ({ id: note.id, balanceAmountCents: leftCents }))
  }

  spend(credits: readonly InvoiceCredit[]): void {
    for (const { sourceType, sourceId, amountCents } of credits) {
      const balance = this.#balances.find(({ note }) => sourceType === 'credit_note' && note.id === sourceId)
      if (balance !== undefined) balance.leftCents -= amountCents
    }
  }
}
