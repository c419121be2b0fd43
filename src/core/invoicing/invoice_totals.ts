import type { Decimal } from '../money/decimal.js'
import type { ProgressiveSource } from '../progressive_billing/relief.js'
import type { WalletDraw, WalletSource } from '../wallets/draw.js'
import type { CouponSource } from './coupons.js'
import type { FeeDraft } from './fee.js'
import type { InvoiceAppliedTax } from './taxes.js'

/** A balance that an invoice of its currency may use. */
export interface CreditSource {
  readonly id: string
  /** Whole minor units of the invoice's currency, above 0. */
  readonly balanceAmountCents: number
}

/** What may be taken off an invoice, in the order in which it is used. A draft is given nothing that would be spent on it. */
export interface InvoiceSources {
  /** What was billed on the way of the periods that the invoice bills: a draft is given them too. */
  readonly progressive: readonly ProgressiveSource[]
  /** In the order in which they were applied to the customer. */
  readonly coupons: readonly CouponSource[]
  /** The oldest first. */
  readonly creditNotes: readonly CreditSource[]
  /** In the order of their priority. */
  readonly wallets: readonly WalletSource[]
}

export const NO_SOURCES: InvoiceSources = { progressive: [], coupons: [], creditNotes: [], wallets: [] }

/** What was taken of one source. */
export interface InvoiceCredit {
  readonly sourceType: 'invoice' | 'coupon' | 'credit_note'
  readonly sourceId: string
  /** Whole minor units, above 0. */
  readonly amountCents: number
}

/**
 * An invoice as far as it is computed. The calculation steps fill it in, in their order; what no step has reached yet is
 * 0, null or empty. All amounts are whole minor units of `currency`.
 */
export interface InvoiceTotals {
  readonly currency: string
  readonly fees: readonly FeeDraft[]
  /** What the amounts taken off consist of, prepaid credits excepted. */
  readonly credits: readonly InvoiceCredit[]
  /** What the prepaid credits consist of. */
  readonly draws: readonly WalletDraw[]
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
export type CalculationStep = (invoice: InvoiceTotals, sources: InvoiceSources) => InvoiceTotals
