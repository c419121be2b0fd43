import type { Plan, Tax } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { NO_BUCKET, type SubscriptionFeeDraft } from './fee.js'
import { taxesOfFee } from './taxes.js'

/** The plan's price for a period, prorated where it has to be (subscriptions rules, section 5). Minor units. */
export interface PlanFee {
  /** Rounded once, half up. */
  readonly amountCents: number
  /** Before rounding. */
  readonly preciseAmountCents: Decimal
}

export interface SubscriptionFeeInput {
  readonly subscriptionId: string
  readonly plan: Pick<
    Plan,
    'code' | 'name' | 'description' | 'invoiceDisplayName' | 'currency' | 'amountCents' | 'payInAdvance' | 'taxes'
  >
  readonly planFee: PlanFee
  /** Decimal places of the plan's currency: 2 for EUR, 0 for JPY. */
  readonly currencyExponent: number
  /** The plan window `[fromAt, toAt)`, epoch milliseconds. */
  readonly fromAt: number
  readonly toAt: number
  /** Whether the very instant `toAt` belongs to the window. */
  readonly toInclusive: boolean
  readonly customerTaxes: readonly Tax[]
  readonly organizationTaxes: readonly Tax[]
}

/**
 * The plan's own fee: one unit at the rounded amount (subscriptions rules, section 5). The plan's full price goes into the
 * details, so that a later credit for unused days is reckoned with the price of then.
 */
export function subscriptionFee(input: SubscriptionFeeInput): SubscriptionFeeDraft {
  const { subscriptionId, plan, planFee } = input
  return {
    type: 'subscription',
    subscriptionId,
    chargeId: null,
    ...NO_BUCKET,
    currency: plan.currency,
    units: new Decimal(1),
    totalAggregatedUnits: null,
    eventsCount: null,
    amountCents: planFee.amountCents,
    preciseAmountCents: planFee.preciseAmountCents,
    unitAmount: new Decimal(planFee.amountCents).div(Decimal.pow(10, input.currencyExponent)),
    preciseCouponsAmountCents: ZERO,
    details: { plan_amount_cents: plan.amountCents },
    fromAt: input.fromAt,
    toAt: input.toAt,
    toInclusive: input.toInclusive,
    payInAdvance: plan.payInAdvance,
    invoiceable: true,
    item: {
      itemType: 'Subscription',
      id: subscriptionId,
      code: plan.code,
      name: plan.name,
      description: plan.description,
      invoiceDisplayName: plan.invoiceDisplayName ?? plan.name,
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: taxesOfFee([plan.taxes, input.customerTaxes, input.organizationTaxes]),
  }
}
