import { Temporal } from '@js-temporal/polyfill'
import { unschedule } from '../agenda/store.js'
import { finalizedDates } from '../core/invoicing/dates.js'
import { paymentStatusAtFinalization } from '../core/invoicing/status.js'
import { localDate } from '../core/time/zones.js'
import { deleteFeesOfInvoice, insertFees } from '../resources/fees/store.js'
import { deleteInvoiceCredits, updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { dateSettingsOf } from './customer_settings.js'
import { notesOfDraft } from './draft_notes.js'
import { creditStatements } from './invoice_credits.js'
import { announced, computed, feeRowsOf, isRecurring, standing } from './invoice_statements.js'
import { termsStatements } from './kept_terms.js'
import type { CustomerState } from './load_customer.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { drawStatements } from './wallet_movements.js'

/** A draft computed anew from the plan and the usage of now, and made final. */
export function finalizedInvoice(
  context: CommandContext,
  state: CustomerState,
  draft: InvoiceRow,
  periods: readonly BilledPeriod[],
): Prepared {
  const { db, now, ref } = context
  const { id, currency } = draft
  const { totals, surplus } = computed(context, state, periods, { id, currency, isDraft: false })
  const issuingOn = Temporal.PlainDate.from(draft.issuingOn)
  const dates = finalizedDates(
    { issuingOn, isRecurring: isRecurring(periods) },
    localDate(now, state.zone),
    dateSettingsOf(state, draft.billingEntityCode),
  )
  const made = standing(context, state, totals, false, dates, draft.billingEntityCode)
  const fees = feeRowsOf(context, totals, id, state)
  const notes = notesOfDraft(context, state, { ...made, id }, fees, { isFinal: true })
  const { offsetAmountCents } = notes
  const row = {
    ...draft,
    ...made,
    offsetAmountCents,
    paymentStatus: paymentStatusAtFinalization(Math.max(0, made.totalAmountCents - offsetAmountCents)),
  }
  const statements = [
    deleteFeesOfInvoice(db, ref.organizationId, draft.id),
    updateInvoiceRow(db, ref.organizationId, draft.id, row),
    ...insertFees(db, fees),
    ...termsStatements(context, totals.fees),
    deleteInvoiceCredits(db, ref.organizationId, id),
    ...creditStatements(context, id, totals.credits),
    ...drawStatements(context, state.wallets, id, totals.draws),
    ...notes.statements,
    unschedule(db, 'finalize_invoice', draft.id),
  ]
  const periodRows = state.draftPeriods.filter(({ invoiceId }) => invoiceId === id)
  const document = { row, fees, periods: periodRows, credits: totals.credits }
  return joined([surplus, prepared({ statements }), announced(context, state, document)])
}

/** A draft computed anew from the plan and the usage of now, and left a draft: nothing is spent on it yet. */
export function refreshedInvoice(
  context: CommandContext,
  state: CustomerState,
  draft: InvoiceRow,
  periods: readonly BilledPeriod[],
): Prepared {
  const { db, ref } = context
  const { id, currency } = draft
  const { totals } = computed(context, state, periods, { id, currency, isDraft: true })
  const dates = {
    issuingOn: Temporal.PlainDate.from(draft.issuingOn),
    paymentDueOn: Temporal.PlainDate.from(draft.paymentDueOn),
  }
  const made = standing(context, state, totals, true, dates, draft.billingEntityCode)
  const fees = feeRowsOf(context, totals, id, state)
  const { statements, offsetAmountCents } = notesOfDraft(context, state, { ...made, id }, fees, { isFinal: false })
  return prepared({
    statements: [
      deleteFeesOfInvoice(db, ref.organizationId, id),
      updateInvoiceRow(db, ref.organizationId, id, { ...made, offsetAmountCents }),
      ...insertFees(db, fees),
      ...termsStatements(context, totals.fees),
      deleteInvoiceCredits(db, ref.organizationId, id),
      ...creditStatements(context, id, totals.credits),
      ...statements,
    ],
  })
}
