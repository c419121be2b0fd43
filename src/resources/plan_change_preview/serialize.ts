import { Decimal } from '../../core/money/decimal.js'
import type { PlanChangePreview } from '../../customer/contract.js'
import { seconds } from '../../http/timestamps.js'
import { serializeFee } from '../fees/serialize.js'
import { serializeBillingPeriod, serializeInvoice } from '../invoices/serialize.js'

/** Whose change it is, as the documents name it. */
export interface PreviewSubject {
  readonly externalCustomerId: string
  readonly externalSubscriptionId: string
  readonly customer: Record<string, unknown>
  readonly planId: string
}

/** The documents look like those that would be made, without ids: they do not exist. */
export function serializePreview(preview: PlanChangePreview, subject: PreviewSubject) {
  return {
    direction: preview.direction,
    effective_at: seconds(preview.effectiveAt),
    invoices: preview.invoices.map((invoice) => invoiceOf(invoice, subject)),
    credit_notes: preview.creditNotes.map(creditNoteOf),
  }
}

function invoiceOf({ row, fees, periods, credits }: PlanChangePreview['invoices'][number], subject: PreviewSubject) {
  const { externalCustomerId, externalSubscriptionId, planId } = subject
  return {
    ...serializeInvoice({ ...row, seq: 0 }, subject.customer),
    lago_id: null,
    number: null,
    fees: fees.map((fee) => ({
      ...serializeFee({ fee: { ...fee, seq: 0 }, externalCustomerId, externalSubscriptionId }),
      lago_id: null,
      lago_invoice_id: null,
    })),
    billing_periods: periods.map((period) =>
      serializeBillingPeriod({ period: { ...period, seq: 0 }, externalSubscriptionId, planId }),
    ),
    credits: credits.map((credit) => ({
      amount_cents: credit.amountCents,
      amount_currency: row.currency,
      before_taxes: credit.sourceType === 'coupon',
      item: { type: credit.sourceType },
    })),
  }
}

function creditNoteOf({ row, items }: PlanChangePreview['creditNotes'][number]) {
  return {
    lago_invoice_id: row.invoiceId,
    reason: row.reason,
    issuing_date: row.issuingOn,
    currency: row.currency,
    total_amount_cents: row.totalAmountCents,
    credit_amount_cents: row.creditAmountCents,
    refund_amount_cents: row.refundAmountCents,
    offset_amount_cents: row.offsetAmountCents,
    sub_total_excluding_taxes_amount_cents: row.subTotalExcludingTaxesAmountCents,
    coupons_adjustment_amount_cents: row.couponsAdjustmentAmountCents,
    taxes_amount_cents: row.taxesAmountCents,
    taxes_rate: new Decimal(row.taxesRate).toNumber(),
    items: items.map((item) => ({ lago_fee_id: item.feeId, amount_cents: item.amountCents })),
  }
}
