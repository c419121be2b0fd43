import { Decimal } from '../../core/money/decimal.js'
import type { PlanChangePreview } from '../../customer/contract.js'
import { seconds } from '../../http/timestamps.js'
import { type PreviewedFor, serializePreparedInvoice } from '../invoice_preview/serialize.js'
import type { SubscriptionRow } from '../subscriptions/table.js'

/** The change that is asked about. */
export interface PreviewedChange {
  readonly current: SubscriptionRow
  /** The plan that is to follow, as it is listed. */
  readonly planId: string
}

/** The documents look like those that would be made, without ids: they do not exist. */
export function serializePlanChange(
  preview: PlanChangePreview,
  { current, planId }: PreviewedChange,
  subject: Omit<PreviewedFor, 'subscriptions'>,
) {
  const { externalId } = current
  return {
    direction: preview.direction,
    effective_at: seconds(preview.effectiveAt),
    invoices: preview.invoices.map((invoice) => {
      const ids = invoice.periods.map(({ subscriptionId }) => subscriptionId)
      const named = ids.map((id) => {
        const isStored = id === current.id
        return [id, { externalId, planId: isStored ? current.planId : planId, isStored }] as const
      })
      return serializePreparedInvoice(invoice, { ...subject, subscriptions: new Map(named) })
    }),
    credit_notes: preview.creditNotes.map(creditNoteOf),
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
