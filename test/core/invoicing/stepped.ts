import { CALCULATION_STEPS, calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { FeeDraft } from '../../../src/core/invoicing/fee.js'
import type { CalculationStep, InvoiceTotals } from '../../../src/core/invoicing/invoice_totals.js'
import { subTotalExcludingTaxes } from '../../../src/core/invoicing/steps/sub_total_excluding_taxes.js'
import type { WalletSource } from '../../../src/core/wallets/draw.js'

export interface TakenOff {
  /** The shares of both lie on the fees already. */
  readonly progressiveBillingCreditAmountCents?: number
  readonly couponsAmountCents?: number
  readonly creditNotesAmountCents?: number
  readonly prepaidCreditAmountCents?: number
}

/** An invoice that has something taken off before and after taxes: what is before them is a step of its own among the others. */
export function steppedInvoice(currency: string, fees: readonly FeeDraft[], takenOff: TakenOff): InvoiceTotals {
  const { progressiveBillingCreditAmountCents = 0, couponsAmountCents = 0, creditNotesAmountCents = 0 } = takenOff
  const { prepaidCreditAmountCents = 0 } = takenOff
  const creditNotes = creditNotesAmountCents === 0 ? [] : [{ id: 'note', balanceAmountCents: creditNotesAmountCents }]
  const taken = [
    { sourceType: 'invoice' as const, sourceId: 'progressive', amountCents: progressiveBillingCreditAmountCents },
    { sourceType: 'coupon' as const, sourceId: 'coupon', amountCents: couponsAmountCents },
  ]
  const credits = taken.filter(({ amountCents }) => amountCents !== 0)
  const inserted = new Map<CalculationStep, CalculationStep>([
    [
      subTotalExcludingTaxes,
      (invoice) => ({ ...invoice, progressiveBillingCreditAmountCents, couponsAmountCents, credits }),
    ],
  ])
  const steps = CALCULATION_STEPS.flatMap((step) => {
    const before = inserted.get(step)
    return before === undefined ? [step] : [before, step]
  })
  const wallets = prepaidCreditAmountCents === 0 ? [] : [granted(prepaidCreditAmountCents)]
  return calculateInvoice({ currency, fees }, { progressive: [], coupons: [], creditNotes, wallets }, steps)
}

/** A wallet of credits that were given. */
const granted = (balanceCents: number): WalletSource => ({
  id: 'wallet',
  code: 'wallet',
  balanceCents,
  limits: { feeTypes: [], metricIds: [] },
  inbound: [{ id: 'grant', kind: 'granted', priority: 50, remainingCents: balanceCents }],
})
