import { seconds } from '../../http/timestamps.js'
import type { PaymentListing } from './store.js'

export function serializePayment({ payment, externalCustomerId, invoiceNumber }: PaymentListing) {
  return {
    lago_id: payment.id,
    lago_customer_id: payment.customerId,
    external_customer_id: externalCustomerId,
    invoice_ids: [payment.invoiceId],
    invoice_numbers: [invoiceNumber],
    lago_payable_id: payment.invoiceId,
    payable_type: 'Invoice',
    amount_cents: payment.amountCents,
    amount_currency: payment.currency,
    status: 'succeeded',
    payment_status: 'succeeded',
    type: 'manual',
    reference: payment.reference,
    payment_provider_code: null,
    payment_provider_type: null,
    external_payment_id: null,
    provider_payment_id: null,
    provider_customer_id: null,
    payment_method_id: null,
    next_action: {},
    created_at: seconds(payment.createdAt),
  }
}

export function serializeReceipt(listing: PaymentListing) {
  const { payment, customerSlug } = listing
  return {
    lago_id: payment.receiptId,
    number: `${customerSlug}-RCPT-${String(payment.receiptSequentialId).padStart(6, '0')}`,
    created_at: seconds(payment.createdAt),
    payment: serializePayment(listing),
  }
}
