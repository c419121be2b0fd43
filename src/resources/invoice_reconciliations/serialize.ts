import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { lastSecond, secondsWithOffset } from '../../http/timestamps.js'
import type { Correction, ReconciledFee, Reconciliation } from './terms.js'

export const serializeReconciliation = ({ invoice, isConfirmed, fees, adjustment, creditNotes }: Reconciliation) => ({
  lago_invoice_id: invoice.id,
  number: invoice.number,
  currency: invoice.currency,
  confirmed: isConfirmed,
  fees: fees.map(serializeFee),
  difference_amount_cents: fees.reduce((sum, fee) => sum + fee.differenceCents, 0),
  adjustment_invoice: adjustment && {
    lago_id: adjustment.id,
    ...serializeAmounts(adjustment),
  },
  credit_notes: creditNotes.map((note) => ({
    lago_id: note.id,
    lago_invoice_id: note.invoiceId,
    ...serializeAmounts(note),
  })),
})

const serializeAmounts = (made: Correction) => ({
  fees_amount_cents: made.feesAmountCents,
  coupons_amount_cents: made.couponsAmountCents,
  taxes_amount_cents: made.taxesAmountCents,
  total_amount_cents: made.totalAmountCents,
})

/** As the API writes decimals. */
const decimal = (text: string): string => formatDecimal(new Decimal(text))

const serializeFee = (fee: ReconciledFee) => ({
  lago_fee_id: fee.feeId,
  lago_subscription_id: fee.subscriptionId,
  lago_charge_id: fee.chargeId,
  lago_charge_filter_id: fee.chargeFilterId,
  grouped_by: fee.groupedBy,
  item_code: fee.itemCode,
  item_name: fee.itemName,
  from_date: secondsWithOffset(fee.fromAt),
  to_date: secondsWithOffset(fee.toInclusive ? fee.toAt : lastSecond(fee.toAt)),
  billed_units: decimal(fee.billedUnits),
  billed_amount_cents: fee.billedAmountCents,
  credited_amount_cents: decimal(fee.creditedAmountCents),
  reconciled_amount_cents: decimal(fee.reconciledAmountCents),
  present_units: decimal(fee.presentUnits),
  present_amount_cents: fee.presentAmountCents,
  difference_amount_cents: fee.differenceCents,
  taxes_difference_amount_cents: fee.taxesDifferenceCents,
  compared: !fee.isFixed,
})
