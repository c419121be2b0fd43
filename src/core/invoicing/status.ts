/** All statuses of an invoice (invoicing rules, section 1). */
export const INVOICE_STATUSES = [
  'generating',
  'draft',
  'open',
  'pending',
  'failed',
  'finalized',
  'closed',
  'voided',
  'deleted',
] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

/** From each status, those that may follow. Nothing leaves `closed`, `voided` and `deleted`. */
export const INVOICE_TRANSITIONS = {
  generating: ['draft', 'finalized', 'closed', 'open', 'pending', 'failed'],
  draft: ['finalized', 'closed', 'deleted'],
  open: ['finalized', 'closed'],
  pending: ['finalized'],
  failed: ['finalized'],
  finalized: ['voided'],
  closed: [],
  voided: [],
  deleted: [],
} as const satisfies Record<InvoiceStatus, readonly InvoiceStatus[]>

export function canTransition(from: InvoiceStatus, to: InvoiceStatus): boolean {
  const next: readonly InvoiceStatus[] = INVOICE_TRANSITIONS[from]
  return next.includes(to)
}

/** Those that the API lists and finds; an invoice of any other status answers 404. */
export const VISIBLE_STATUSES = [
  'draft',
  'pending',
  'failed',
  'finalized',
  'voided',
] as const satisfies readonly InvoiceStatus[]

/** Those that can be paid or be told to have failed: an open invoice waits for nothing else. */
export const PAYABLE_STATUSES = [...VISIBLE_STATUSES, 'open'] as const satisfies readonly InvoiceStatus[]

/** A customer's own setting for invoices of nothing; `inherit` is the default. */
export const ZERO_AMOUNT_SETTINGS = ['inherit', 'skip', 'finalize'] as const
export type ZeroAmountSetting = (typeof ZERO_AMOUNT_SETTINGS)[number]

/** Whether invoices of nothing are issued: the customer's word, else the billing entity's (invoicing rules, section 10). */
export function finalizesZeroAmountInvoices(customer: ZeroAmountSetting, billingEntity: boolean): boolean {
  return customer === 'inherit' ? billingEntity : customer === 'finalize'
}

/**
 * What an invoice becomes when it is final. `closed` leaves it out: no number, invisible, though its period is billed. What
 * counts are its fees; one that a coupon brings down to 0 is finalized (invoicing rules, section 10).
 */
export function finalStatus(invoice: {
  readonly feesAmountCents: number
  /** See `finalizesZeroAmountInvoices`. */
  readonly finalizeZeroAmountInvoice: boolean
}): 'finalized' | 'closed' {
  return invoice.feesAmountCents === 0 && !invoice.finalizeZeroAmountInvoice ? 'closed' : 'finalized'
}

/** When an invoice becomes final: paid at once if nothing is to be paid (invoicing rules, section 2). */
export function paymentStatusAtFinalization(totalAmountCents: number): 'succeeded' | 'pending' {
  return totalAmountCents === 0 ? 'succeeded' : 'pending'
}

/** Kinds of invoices that can be made anew when they are void: those that bill what was measured, agreed or sold. */
export const REGENERATED_TYPES: readonly string[] = ['subscription', 'one_off']

/** Whether something can be paid of an invoice of this status. */
export const isPayable = (status: InvoiceStatus): boolean => status === 'finalized' || status === 'open'

export const isVisible = (status: InvoiceStatus): boolean => VISIBLE_STATUSES.some((visible) => visible === status)

/** Whether credit notes can be given on an invoice of this status: on a draft they wait for it (invoicing rules, section 5). */
export const isCreditable = (status: InvoiceStatus): boolean => status === 'draft' || status === 'finalized'
