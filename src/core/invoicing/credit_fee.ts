import { Decimal, ZERO } from '../money/decimal.js'
import type { Credited, CreditRate } from '../wallets/credits.js'
import { type CreditFeeDraft, NO_BUCKET } from './fee.js'

/** What a credit fee is called where its transaction has no name. */
const CREDIT = 'credit'

/**
 * Credits that are bought (wallet rules, section 1.2): never taxed, for what they pay is.
 * @param transaction that brings them into their wallet
 */
export function creditFee(
  transaction: { readonly id: string; readonly name: string | null },
  { amountCents, creditAmount }: Credited,
  { rateAmount, currency }: CreditRate,
): CreditFeeDraft {
  return {
    type: 'credit',
    subscriptionId: null,
    chargeId: null,
    ...NO_BUCKET,
    currency,
    units: creditAmount,
    totalAggregatedUnits: null,
    eventsCount: null,
    amountCents,
    preciseAmountCents: new Decimal(amountCents),
    unitAmount: rateAmount,
    preciseCouponsAmountCents: ZERO,
    details: {},
    fromAt: null,
    toAt: null,
    toInclusive: false,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'WalletTransaction',
      id: transaction.id,
      code: CREDIT,
      name: transaction.name ?? CREDIT,
      description: null,
      invoiceDisplayName: transaction.name ?? CREDIT,
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: [],
  }
}
