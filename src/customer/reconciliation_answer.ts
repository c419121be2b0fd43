import { type FeeDifference, taxOfDifference } from '../core/invoicing/reconciliation.js'
import type { Correction, ReconciledFee, Reconciliation } from '../resources/invoice_reconciliations/terms.js'
import type { InvoiceToReconcile } from './load_reconciliation.js'
import type { Prepared, PreparedCreditNote, PreparedInvoice } from './prepared.js'

/** What is different on an invoice, and the work that would answer it. */
export interface Reckoned {
  readonly found: InvoiceToReconcile
  readonly differences: readonly FeeDifference[]
  /** Nothing where nothing is to be billed or given back. */
  readonly work: Prepared
}

/**
 * What is different on an invoice, as plain JSON.
 * @param isConfirmed whether it was answered too, rather than only asked for
 */
export function reconciliationOf({ found, differences, work }: Reckoned, isConfirmed: boolean): Reconciliation {
  const { id, number, currency } = found.invoice
  const [adjustment] = work.invoices
  return {
    invoice: { id, number, currency },
    isConfirmed,
    fees: differences.flatMap((one) => reconciledFee(one, id)),
    adjustment: adjustment === undefined ? null : adjustmentTold(adjustment, isConfirmed),
    creditNotes: work.creditNotes.map((note) => noteTold(note, isConfirmed)),
  }
}

function reconciledFee(difference: FeeDifference, invoiceId: string): ReconciledFee[] {
  const { billed, present } = difference
  const fee = billed[0]?.fee ?? present
  if (fee === null) return []
  const { subscriptionId, chargeId, chargeFilterId, groupedBy, item, fromAt, toAt, toInclusive } = fee
  return [
    {
      feeId: billed.find((one) => one.invoiceId === invoiceId)?.credited.id ?? null,
      ...{ subscriptionId, chargeId, chargeFilterId, groupedBy, fromAt, toAt, toInclusive },
      itemCode: item.code,
      itemName: item.name,
      billedUnits: difference.billedUnits.toFixed(),
      billedAmountCents: difference.billedAmountCents,
      creditedAmountCents: difference.creditedAmountCents.toFixed(),
      reconciledAmountCents: difference.reconciledAmountCents.toFixed(),
      presentUnits: difference.presentUnits.toFixed(),
      presentAmountCents: difference.presentAmountCents,
      differenceCents: difference.differenceCents,
      taxesDifferenceCents: taxOfDifference(difference),
      isFixed: difference.isFixed,
    },
  ]
}

const adjustmentTold = ({ row }: PreparedInvoice, isMade: boolean): Correction => ({
  id: isMade ? row.id : null,
  invoiceId: null,
  feesAmountCents: row.feesAmountCents,
  couponsAmountCents: row.couponsAmountCents,
  taxesAmountCents: row.taxesAmountCents,
  totalAmountCents: row.totalAmountCents,
})

const noteTold = ({ row, items }: PreparedCreditNote, isMade: boolean): Correction => ({
  id: isMade ? row.id : null,
  invoiceId: row.invoiceId,
  feesAmountCents: items.reduce((sum, item) => sum + item.amountCents, 0),
  couponsAmountCents: row.couponsAdjustmentAmountCents,
  taxesAmountCents: row.taxesAmountCents,
  totalAmountCents: row.totalAmountCents,
})
