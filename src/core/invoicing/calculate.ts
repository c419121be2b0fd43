import { ZERO } from '../money/decimal.js'
import type { FeeDraft } from './fee.js'
import { type CalculationStep, type InvoiceSources, type InvoiceTotals, NO_SOURCES } from './invoice_totals.js'
import { applyCoupons } from './steps/apply_coupons.js'
import { applyCreditNotes } from './steps/apply_credit_notes.js'
import { applyPrepaidCredits } from './steps/apply_prepaid_credits.js'
import { applyProgressiveBillingCredit } from './steps/apply_progressive_billing_credit.js'
import { applyTaxes } from './steps/apply_taxes.js'
import { keepFees } from './steps/keep_fees.js'
import { subTotalExcludingTaxes } from './steps/sub_total_excluding_taxes.js'
import { subTotalIncludingTaxes } from './steps/sub_total_including_taxes.js'
import { sumFees } from './steps/sum_fees.js'
import { total } from './steps/total.js'

/** The order of the calculation (invoicing rules, section 2). */
export const CALCULATION_STEPS: readonly CalculationStep[] = [
  keepFees,
  sumFees,
  applyProgressiveBillingCredit,
  applyCoupons,
  subTotalExcludingTaxes,
  applyTaxes,
  subTotalIncludingTaxes,
  applyCreditNotes,
  applyPrepaidCredits,
  total,
]

/**
 * Computes an invoice from its fees, and what is taken off it from `sources`. `fees` of the result are those that belong on it. All fees must be in `currency`;
 * that, and every other thing that must hold of the result, is for `checkInvoice` to say before anything is stored.
 */
export function calculateInvoice(
  input: { readonly currency: string; readonly fees: readonly FeeDraft[] },
  sources: InvoiceSources = NO_SOURCES,
  steps: readonly CalculationStep[] = CALCULATION_STEPS,
): InvoiceTotals {
  return steps.reduce((invoice, step) => step(invoice, sources), emptyInvoice(input.currency, input.fees))
}

function emptyInvoice(currency: string, fees: readonly FeeDraft[]): InvoiceTotals {
  return {
    currency,
    fees,
    credits: [],
    draws: [],
    feesAmountCents: 0,
    progressiveBillingCreditAmountCents: 0,
    couponsAmountCents: 0,
    subTotalExcludingTaxesAmountCents: 0,
    appliedTaxes: [],
    taxesAmountCents: 0,
    taxesRate: ZERO,
    subTotalIncludingTaxesAmountCents: 0,
    creditNotesAmountCents: 0,
    prepaidCreditAmountCents: 0,
    prepaidGrantedCreditAmountCents: null,
    prepaidPurchasedCreditAmountCents: null,
    totalAmountCents: 0,
  }
}
