import type { InvoiceDateSettings } from '../core/invoicing/dates.js'
import { finalizesZeroAmountInvoices } from '../core/invoicing/status.js'
import type { CustomerState } from './load_customer.js'

type Settled = Pick<CustomerState, 'customer' | 'organization'>

/** What dates the customer's invoices: their own settings where they have any (0 is one), else the organization's. */
export function dateSettingsOf({ customer, organization }: Settled): InvoiceDateSettings {
  return {
    issuingDateAnchor: customer.issuingDateAnchor ?? 'next_period_start',
    issuingDateAdjustment: customer.issuingDateAdjustment ?? 'align_with_finalization_date',
    gracePeriodDays: customer.invoiceGracePeriod ?? organization.invoiceGracePeriod,
    netPaymentTermDays: customer.netPaymentTerm ?? organization.netPaymentTerm,
  }
}

export function finalizesZeroInvoicesOf({ customer, organization }: Settled): boolean {
  return finalizesZeroAmountInvoices(customer.finalizeZeroAmountInvoice, organization.finalizeZeroAmountInvoice)
}
