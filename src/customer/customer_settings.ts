import type { InvoiceDateSettings } from '../core/invoicing/dates.js'
import { finalizesZeroAmountInvoices } from '../core/invoicing/status.js'
import { billingEntityOf } from './billing_entity.js'
import type { CustomerState } from './load_customer.js'

type Settled = Pick<CustomerState, 'customer' | 'billingEntities'>

/**
 * What dates the invoices that a billing entity sends the customer (their own entity unless another is named): the customer's
 * settings where they have any (0 is one), else the entity's.
 */
export function dateSettingsOf(state: Settled, entityCode?: string): InvoiceDateSettings {
  const { customer } = state
  const entity = billingEntityOf(state, entityCode)
  return {
    issuingDateAnchor: customer.issuingDateAnchor ?? entity.issuingDateAnchor,
    issuingDateAdjustment: customer.issuingDateAdjustment ?? entity.issuingDateAdjustment,
    gracePeriodDays: customer.invoiceGracePeriod ?? entity.invoiceGracePeriod,
    netPaymentTermDays: customer.netPaymentTerm ?? entity.netPaymentTerm,
  }
}

export function finalizesZeroInvoicesOf(state: Settled, entityCode?: string): boolean {
  const { finalizeZeroAmountInvoice } = billingEntityOf(state, entityCode)
  return finalizesZeroAmountInvoices(state.customer.finalizeZeroAmountInvoice, finalizeZeroAmountInvoice)
}
