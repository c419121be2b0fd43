import type { MinimumCommitment, Plan, Tax } from '../catalog.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import type { CommitmentPeriod } from '../subscription/commitment_period.js'
import { type CommitmentFeeDraft, NO_BUCKET } from './fee.js'
import { type MinimumTerms, shortfallOf } from './shortfall.js'
import { taxesOfFee } from './taxes.js'

/** What an invoice calls a commitment that has no name. */
const DEFAULT_NAME = 'Minimum commitment'

export interface CommitmentFeeInput {
  readonly subscriptionId: string
  readonly plan: Pick<Plan, 'code' | 'name' | 'description' | 'currency' | 'taxes'>
  readonly commitment: MinimumCommitment
  readonly period: CommitmentPeriod
  /** What fees that belong to the period come to before coupons and taxes, minor units. */
  readonly usedAmountCents: number
  readonly customerTaxes: readonly Tax[]
  readonly organizationTaxes: readonly Tax[]
}

/** The fee that lifts a plan period to the plan's minimum commitment; null where it has been reached (recurring rules, section 9). */
export function commitmentFee(input: CommitmentFeeInput): CommitmentFeeDraft | null {
  const { subscriptionId, plan, commitment, period, usedAmountCents } = input
  const { days, periodDays, window } = period
  const minimum: MinimumTerms = {
    of: 'plan',
    amountCents: commitment.amountCents,
    ...{ days, periodDays, usedAmountCents },
  }
  const missing = shortfallOf(minimum)
  if (missing === null) return null
  return {
    type: 'commitment',
    subscriptionId,
    chargeId: null,
    ...NO_BUCKET,
    currency: plan.currency,
    units: new Decimal(1),
    totalAggregatedUnits: null,
    eventsCount: null,
    amountCents: missing.amountCents,
    preciseAmountCents: missing.preciseAmountCents,
    unitAmount: new Decimal(missing.amountCents).div(Decimal.pow(10, exponentOf(plan.currency))),
    preciseCouponsAmountCents: ZERO,
    details: {},
    ...window,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'Subscription',
      id: subscriptionId,
      code: plan.code,
      name: plan.name,
      description: plan.description,
      invoiceDisplayName: commitment.invoiceDisplayName ?? DEFAULT_NAME,
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: taxesOfFee([commitment.taxes, plan.taxes, input.customerTaxes, input.organizationTaxes]),
    basis: { kind: 'minimum', terms: null, minimum },
  }
}
