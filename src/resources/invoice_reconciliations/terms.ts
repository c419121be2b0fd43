import type { InvoiceRow } from '../invoices/table.js'

/** What became of a fee, or would. Decimals are text, amounts in minor units before coupons and taxes. */
export interface ReconciledFee {
  /** The invoice's own fee; null for usage that it did not bill. */
  readonly feeId: string | null
  readonly subscriptionId: string
  /** Null for a commitment. */
  readonly chargeId: string | null
  readonly chargeFilterId: string | null
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly itemCode: string
  readonly itemName: string
  readonly fromAt: number
  readonly toAt: number
  readonly toInclusive: boolean
  /** With what was billed to correct it. */
  readonly billedUnits: string
  readonly billedAmountCents: number
  /** By all notes. */
  readonly creditedAmountCents: string
  /** By notes of earlier reconciliations. */
  readonly reconciledAmountCents: string
  readonly presentUnits: string
  readonly presentAmountCents: number
  readonly differenceCents: number
  readonly taxesDifferenceCents: number
  /** Whether usage does not decide it. */
  readonly isFixed: boolean
}

/** An invoice or credit note that answers the differences. Whole minor units. */
export interface Correction {
  /** Null as long as it was only asked for. */
  readonly id: string | null
  /** Of a credit note: the invoice that it is on. */
  readonly invoiceId: string | null
  /** Fees of an invoice, items of a note. */
  readonly feesAmountCents: number
  readonly couponsAmountCents: number
  readonly taxesAmountCents: number
  readonly totalAmountCents: number
}

export interface Reconciliation {
  readonly invoice: Pick<InvoiceRow, 'id' | 'number' | 'currency'>
  readonly isConfirmed: boolean
  readonly fees: readonly ReconciledFee[]
  /** Null where nothing is to be billed. */
  readonly adjustment: Correction | null
  readonly creditNotes: readonly Correction[]
}
