import type { AgendaRow } from '../agenda/table.js'
import type { InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import type { CounterDefinition } from '../core/metering/counter.js'
import type { Statement } from '../db/commit.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import type { FinalInvoice } from './invoice_chain.js'

/** What one commit is made of, and what has to be known or done once it has succeeded. */
export interface Prepared {
  readonly statements: readonly Statement[]
  /** Work that the statements put on the agenda. */
  readonly scheduled: readonly AgendaRow[]
  /** External ids of subscriptions that run from now on: what waits for them in the inbox moves into the log. */
  readonly started: readonly string[]
  /** External ids of subscriptions that have ended: the object takes their events only on confirmation. */
  readonly ended: readonly string[]
  /** Counters that are to be kept from now on. */
  readonly counters: readonly CounterDefinition[]
  /** The documents that the statements make: for who asks what a command would do, without doing it. */
  readonly invoices: readonly PreparedInvoice[]
  readonly creditNotes: readonly PreparedCreditNote[]
  /** The invoices that the statements make final, in their order: they are put into the customer's chain. */
  readonly finals: readonly FinalInvoice[]
}

export interface PreparedInvoice {
  readonly row: Omit<InvoiceRow, 'seq'>
  readonly fees: readonly Omit<FeeRow, 'seq'>[]
  readonly periods: readonly Omit<BillingPeriodRow, 'seq'>[]
  readonly credits: readonly InvoiceCredit[]
}

export interface PreparedCreditNote {
  readonly row: Omit<CreditNoteRow, 'seq' | 'sequentialId'>
  readonly items: readonly Omit<CreditNoteItemRow, 'seq'>[]
}

export const NOTHING: Prepared = {
  statements: [],
  scheduled: [],
  started: [],
  ended: [],
  counters: [],
  invoices: [],
  creditNotes: [],
  finals: [],
}

export function prepared(part: Partial<Prepared>): Prepared {
  return { ...NOTHING, ...part }
}

/** Several parts as one, in their order. */
export function joined(parts: readonly Prepared[]): Prepared {
  return {
    statements: parts.flatMap((part) => part.statements),
    scheduled: parts.flatMap((part) => part.scheduled),
    started: parts.flatMap((part) => part.started),
    ended: parts.flatMap((part) => part.ended),
    counters: parts.flatMap((part) => part.counters),
    invoices: parts.flatMap((part) => part.invoices),
    creditNotes: parts.flatMap((part) => part.creditNotes),
    finals: parts.flatMap((part) => part.finals),
  }
}
