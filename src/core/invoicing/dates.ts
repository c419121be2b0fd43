import type { Temporal } from '@js-temporal/polyfill'

export const ISSUING_DATE_ANCHORS = ['current_period_end', 'next_period_start'] as const
export type IssuingDateAnchor = (typeof ISSUING_DATE_ANCHORS)[number]

export const ISSUING_DATE_ADJUSTMENTS = ['keep_anchor', 'align_with_finalization_date'] as const
export type IssuingDateAdjustment = (typeof ISSUING_DATE_ADJUSTMENTS)[number]

/** The settings that date an invoice, the customer's where it has its own, else the billing entity's. */
export interface InvoiceDateSettings {
  readonly issuingDateAnchor: IssuingDateAnchor
  readonly issuingDateAdjustment: IssuingDateAdjustment
  /** Days that a subscription invoice stays a draft; 0 for invoices that never are drafts. */
  readonly gracePeriodDays: number
  readonly netPaymentTermDays: number
}

/** Local dates in the customer's time zone. */
export interface InvoiceDates {
  readonly issuingOn: Temporal.PlainDate
  /** The local date that a draft is finalized on; the bill date itself without a grace period. */
  readonly expectedFinalizationOn: Temporal.PlainDate
  readonly paymentDueOn: Temporal.PlainDate
}

/**
 * The dates of an invoice as it is made (subscriptions rules, section 10; invoicing rules, section 7). `billedOn` is the
 * local date of the billing instant. Only recurring invoices heed the anchor and the adjustment; starting, terminating and
 * all others are dated to their finalization. The same function dates a draft anew when its grace period is changed.
 */
export function invoiceDates(
  billedOn: Temporal.PlainDate,
  isRecurring: boolean,
  settings: InvoiceDateSettings,
): InvoiceDates {
  const expectedFinalizationOn = billedOn.add({ days: settings.gracePeriodDays })
  const issuingOn = isRecurring ? recurringIssuingOn(billedOn, settings) : expectedFinalizationOn
  return { issuingOn, expectedFinalizationOn, paymentDueOn: dueOn(issuingOn, settings) }
}

/**
 * The dates of a draft as it is finalized: issued on the local day of the finalization, unless it is recurring and keeps its
 * anchor; due anew. An invoice that is final from the start keeps what `invoiceDates` gave it.
 */
export function finalizedDates(
  draft: { readonly issuingOn: Temporal.PlainDate; readonly isRecurring: boolean },
  finalizedOn: Temporal.PlainDate,
  settings: InvoiceDateSettings,
): Pick<InvoiceDates, 'issuingOn' | 'paymentDueOn'> {
  const keepsAnchor = draft.isRecurring && settings.issuingDateAdjustment === 'keep_anchor'
  const issuingOn = keepsAnchor ? draft.issuingOn : finalizedOn
  return { issuingOn, paymentDueOn: dueOn(issuingOn, settings) }
}

function recurringIssuingOn(billedOn: Temporal.PlainDate, settings: InvoiceDateSettings): Temporal.PlainDate {
  const waits = settings.issuingDateAdjustment === 'align_with_finalization_date' && settings.gracePeriodDays > 0
  if (waits) return billedOn.add({ days: settings.gracePeriodDays })
  return settings.issuingDateAnchor === 'current_period_end' ? billedOn.subtract({ days: 1 }) : billedOn
}

function dueOn(issuingOn: Temporal.PlainDate, settings: InvoiceDateSettings): Temporal.PlainDate {
  return issuingOn.add({ days: settings.netPaymentTermDays })
}
