import type { AdjustedFeeInput } from '../resources/adjusted_fees/terms.js'
import type {
  CreditNoteChange,
  CreditNoteEstimate,
  CreditNoteInput,
  CreditNoteItems,
} from '../resources/credit_notes/terms.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { FeeChange } from '../resources/fees/terms.js'
import type { Reconciliation } from '../resources/invoice_reconciliations/terms.js'
import type { InvoiceChanges, OneOffInput, RegenerationInput, VoidInput } from '../resources/invoices/terms.js'
import type { PaymentInput } from '../resources/payments/terms.js'
import type { InvoicePreview, PreviewQuestion } from './commands/preview_invoice.js'
import type { CommandResult, CustomerRef } from './contract.js'

/** The part of a customer's object that is about invoices, payments and credit notes once they are there. */
export interface InvoiceApi {
  /** The invoice that will be made next, or if what is asked about happened. A question: nothing is changed. */
  previewInvoice(ref: CustomerRef, question: PreviewQuestion, now: number): CommandResult<InvoicePreview>
  /** Bills add-ons at once. Gives the id of the invoice. */
  issueOneOff(ref: CustomerRef, input: OneOffInput, now: number): CommandResult<string>
  /** Gives the id of the payment. */
  recordPayment(ref: CustomerRef, input: PaymentInput, now: number): CommandResult<string>
  /** Says whether a fee without an invoice is paid, or takes it away. Gives the fee as it is then. */
  changeFee(ref: CustomerRef, feeId: string, change: FeeChange, now: number): CommandResult<FeeRow>
  finalizeInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null>
  refreshInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null>
  /** Says whether a final invoice is paid, and replaces its metadata. */
  updateInvoice(ref: CustomerRef, invoiceId: string, changes: InvoiceChanges, now: number): CommandResult<null>
  loseDispute(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null>
  /** Takes a draft away: what it bills is not billed again. */
  deleteDraft(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null>
  /** Sets a fee of a draft by hand. Gives the id of what was set. */
  adjustFee(ref: CustomerRef, invoiceId: string, input: AdjustedFeeInput, now: number): CommandResult<string>
  /** Has a fee of a draft be what it is by itself again. */
  undoAdjustment(ref: CustomerRef, invoiceId: string, id: string, now: number): CommandResult<null>
  /** Makes a final invoice void. */
  voidInvoice(ref: CustomerRef, invoiceId: string, input: VoidInput, now: number): CommandResult<null>
  /** Makes a void invoice anew, once. Gives the id of the new one. */
  regenerateInvoice(ref: CustomerRef, invoiceId: string, input: RegenerationInput, now: number): CommandResult<string>
  /** A final invoice beside its usage of now. A question: nothing is changed. */
  compareInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<Reconciliation>
  /** The same, and what is different is billed or given back. */
  reconcileInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<Reconciliation>
  /** Gives something back of an invoice. Gives the id of the credit note. */
  giveCreditNote(ref: CustomerRef, invoiceId: string, input: CreditNoteInput, now: number): CommandResult<string>
  /** What a credit note of these items would come to. A question: nothing is changed. */
  estimateCreditNote(
    ref: CustomerRef,
    invoiceId: string,
    input: CreditNoteItems,
    now: number,
  ): CommandResult<CreditNoteEstimate>
  updateCreditNote(ref: CustomerRef, id: string, change: CreditNoteChange, now: number): CommandResult<null>
  /** Takes back what is left of a credit note's credit. */
  voidCreditNote(ref: CustomerRef, id: string, now: number): CommandResult<null>
}
