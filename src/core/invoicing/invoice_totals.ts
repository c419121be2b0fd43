import type { Decimal } from '../money/decimal.js'
import type { FeeDraft } from './fee.js'
import type { InvoiceAppliedTax } from './taxes.js'

/**
 * An invoice as far as it is computed. The calculation steps fill it in, in their order; what no step has reached yet is
 * 0, null or empty. All amounts are whole minor units of `currency`.
 */
export interface InvoiceTotals {
  readonly currency: string
  readonly fees: readonly FeeDraft[]
  readonly feesAmountCents: number
  /** Taken off before taxes: what progressive invoices of the same period have billed already. */
  readonly progressiveBillingCreditAmountCents: number
  /** Taken off before taxes. */
  readonly couponsAmountCents: number
  readonly subTotalExcludingTaxesAmountCents: number
  readonly appliedTaxes: readonly InvoiceAppliedTax[]
  readonly taxesAmountCents: number
  /** Percent, 5 decimals. */
  readonly taxesRate: Decimal
  readonly subTotalIncludingTaxesAmountCents: number
  /** Taken off after taxes. */
  readonly creditNotesAmountCents: number
  /** Taken off after taxes, from wallets. */
  readonly prepaidCreditAmountCents: number
  /** The parts of it that were given and bought; null when there is none of that kind. */
  readonly prepaidGrantedCreditAmountCents: number | null
  readonly prepaidPurchasedCreditAmountCents: number | null
  readonly totalAmountCents: number
}

/** One step of the calculation: pure, and changing only the fields that it is named after. */
export type CalculationStep = (invoice: InvoiceTotals) => InvoiceTotals
