import { Temporal } from '@js-temporal/polyfill'
import type { InvoiceStatus } from './status.js'

/** What an invoice comes to and what has become of it. Whole minor units. */
export interface Debt {
  readonly totalAmountCents: number
  readonly totalPaidAmountCents: number
  /** What credit notes take off what is due. */
  readonly offsetAmountCents: number
}

/** What is still to be paid of a final invoice (invoicing rules, section 11). */
export const dueCents = ({ totalAmountCents, totalPaidAmountCents, offsetAmountCents }: Debt): number =>
  Math.max(0, totalAmountCents - totalPaidAmountCents - offsetAmountCents)

/** What changes of an invoice whose debt has become another: with nothing left to pay it is settled, and overdue no more. */
export function settlementOf(debt: Debt): { readonly paymentStatus?: 'succeeded'; readonly paymentOverdue?: false } {
  return dueCents(debt) === 0 ? { paymentStatus: 'succeeded', paymentOverdue: false } : {}
}

/** An invoice as far as it can fall overdue. */
export interface Payable extends Debt {
  readonly status: InvoiceStatus
  readonly paymentStatus: 'pending' | 'succeeded' | 'failed'
  readonly paymentOverdue: boolean
  readonly paymentDisputeLostAt: number | null
  /** Local date (ISO) in the customer's zone. */
  readonly paymentDueOn: string
}

/**
 * Whether an invoice is overdue on a local day of the customer: final, not paid, not disputed, and due before that day (invoicing
 * rules, section 7). `later`: it is not yet, and may become so. `never`: nothing is asked of it, or it is overdue already.
 */
export function overdueOn(invoice: Payable, today: Temporal.PlainDate): 'overdue' | 'later' | 'never' {
  const isOwed = invoice.status === 'finalized' && invoice.paymentStatus !== 'succeeded' && dueCents(invoice) > 0
  if (!isOwed || invoice.paymentOverdue || invoice.paymentDisputeLostAt !== null) return 'never'
  return Temporal.PlainDate.compare(invoice.paymentDueOn, today) < 0 ? 'overdue' : 'later'
}

/** What a request wants to change of an invoice. */
export interface InvoiceChange {
  readonly paymentStatus: boolean
  readonly metadata: boolean
}

/** Why an invoice of this status cannot be changed so, as the API's code; null when it can (invoicing rules, sections 6 and 7). */
export function updateRefusal(status: InvoiceStatus, change: InvoiceChange): string | null {
  if (status === 'voided') return 'update_on_voided_invoice'
  if (status === 'finalized' || (status === 'open' && !change.metadata)) return null
  if (change.metadata) return 'metadata_on_draft_invoice'
  return change.paymentStatus ? 'payment_status_update_on_draft_invoice' : null
}

/** Whether a payment of it can be tried again: it is final, and not paid. */
export const isRetryable = ({ status, paymentStatus }: Pick<Payable, 'status' | 'paymentStatus'>): boolean =>
  status === 'finalized' && paymentStatus !== 'succeeded'

/** Whether a dispute about an invoice of this status can be lost. */
export const isDisputable = (status: InvoiceStatus): boolean => status === 'finalized' || status === 'voided'
