import { Temporal } from '@js-temporal/polyfill'
import { schedule, unschedule } from '../agenda/store.js'
import { invoiceDates } from '../core/invoicing/dates.js'
import { localDate } from '../core/time/zones.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import { type BilledPeriod, billedPeriodOf } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { dateSettingsOf } from './customer_settings.js'
import { finalizedInvoice, refreshedInvoice } from './draft_statements.js'
import { finalization, isRecurring } from './invoice_statements.js'
import type { CustomerState } from './load_customer.js'
import { type Prepared, prepared } from './prepared.js'

/** The draft computed anew and made final; undefined when the customer has no such draft. */
export function finalizeDraft(context: CommandContext, state: CustomerState, invoiceId: string): Prepared | undefined {
  const draft = state.drafts.find(({ id }) => id === invoiceId)
  return draft && finalizedInvoice(context, state, draft, periodsOf(state, draft))
}

/** The draft computed anew and left a draft; undefined when the customer has no such draft. */
export function refreshDraft(context: CommandContext, state: CustomerState, invoiceId: string): Prepared | undefined {
  const draft = state.drafts.find(({ id }) => id === invoiceId)
  return draft && refreshedInvoice(context, state, draft, periodsOf(state, draft))
}

/**
 * A draft whose zone, grace period or payment term may have changed since it was made: dated anew by the settings of now, and
 * final at once if it is due by them (subscriptions rules, section 10). Its bill date is that of the zone it was billed in.
 */
export function redated(context: CommandContext, state: CustomerState, draft: InvoiceRow): Prepared {
  const { db, now } = context
  const periods = periodsOf(state, draft)
  const settings = dateSettingsOf(state, draft.billingEntityCode)
  const billedOn = localDate(draft.billingAt, periods[0]?.zone ?? state.zone)
  const dates = invoiceDates(billedOn, isRecurring(periods), settings)
  if (Temporal.PlainDate.compare(dates.expectedFinalizationOn, localDate(now, state.zone)) <= 0) {
    return finalizedInvoice(context, state, draft, periods)
  }
  const item = finalization(draft, dates.expectedFinalizationOn, state.zone)
  return prepared({
    scheduled: [item],
    statements: [
      updateInvoiceRow(db, draft.organizationId, draft.id, {
        issuingOn: dates.issuingOn.toString(),
        expectedFinalizationOn: dates.expectedFinalizationOn.toString(),
        paymentDueOn: dates.paymentDueOn.toString(),
        netPaymentTerm: settings.netPaymentTermDays,
        updatedAt: now,
      }),
      unschedule(db, 'finalize_invoice', draft.id),
      schedule(db, item),
    ],
  })
}

/** What a draft of the state bills. */
export function periodsOf(state: CustomerState, draft: InvoiceRow): BilledPeriod[] {
  return state.draftPeriods
    .filter((period) => period.invoiceId === draft.id)
    .map((period) => {
      const subscription = state.subscriptions.find(({ id }) => id === period.subscriptionId)
      if (subscription === undefined) throw new Error(`subscription ${period.subscriptionId} was not loaded`)
      // Whoever bills the customer by now: the draft is that entity's, and so are its taxes.
      return billedPeriodOf(period, { ...subscription, billingEntityCode: draft.billingEntityCode })
    })
}
