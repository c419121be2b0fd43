import type { Charge, Plan, Tax } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import type { RatedUsage } from '../rating/rate_charge.js'
import type { ChargeFeeDraft } from './fee.js'
import { taxesOfFee } from './taxes.js'

export interface ChargeFeeInput {
  readonly subscriptionId: string
  readonly plan: Pick<Plan, 'currency' | 'taxes'>
  readonly charge: Pick<Charge, 'id' | 'metric' | 'invoiceDisplayName' | 'invoiceable' | 'taxes'>
  readonly usage: RatedUsage & {
    /** Where it differs from the units: the final level of a weighted sum. */
    readonly totalAggregatedUnits?: Decimal
  }
  /** Decimal places of the plan's currency: 2 for EUR, 0 for JPY. */
  readonly currencyExponent: number
  /** The charges window `[fromAt, toAt)`, epoch milliseconds. */
  readonly fromAt: number
  readonly toAt: number
  /** Whether the very instant `toAt` belongs to the window. */
  readonly toInclusive: boolean
  /** Whether this very fee was asked event by event; a renewal on a periodic invoice is not, though its charge is in advance. */
  readonly payInAdvance: boolean
  readonly customerTaxes: readonly Tax[]
  readonly organizationTaxes: readonly Tax[]
}

/** The fee that priced usage makes (metering rules, section 3, "From result to fee"). */
export function chargeFee(input: ChargeFeeInput): ChargeFeeDraft {
  const { charge, plan, usage } = input
  const { metric } = charge
  return {
    type: 'charge',
    subscriptionId: input.subscriptionId,
    chargeId: charge.id,
    currency: plan.currency,
    units: usage.units,
    totalAggregatedUnits: usage.totalAggregatedUnits ?? usage.units,
    eventsCount: usage.eventsCount,
    amountCents: usage.amountCents.toNumber(),
    preciseAmountCents: usage.preciseAmount.times(Decimal.pow(10, input.currencyExponent)),
    unitAmount: usage.unitAmount,
    preciseCouponsAmountCents: ZERO,
    details: usage.details,
    fromAt: input.fromAt,
    toAt: input.toAt,
    toInclusive: input.toInclusive,
    payInAdvance: input.payInAdvance,
    invoiceable: charge.invoiceable,
    item: {
      itemType: 'BillableMetric',
      id: metric.id,
      code: metric.code,
      name: metric.name,
      description: metric.description,
      invoiceDisplayName: charge.invoiceDisplayName ?? metric.name,
    },
    taxes: taxesOfFee([charge.taxes, plan.taxes, input.customerTaxes, input.organizationTaxes]),
  }
}
