import type { Charge, ChargeFilter, Plan, Tax } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import type { RatedUsage } from '../rating/rate_charge.js'
import type { PresentationBreakdown } from '../usage/breakdown.js'
import type { ChargeFeeDraft, FeeItem, FeePricingUnit } from './fee.js'
import { taxesOfFee } from './taxes.js'

export interface ChargeFeeInput {
  readonly subscriptionId: string
  readonly plan: Pick<Plan, 'currency' | 'taxes'>
  readonly charge: Pick<Charge, 'id' | 'metric' | 'invoiceDisplayName' | 'invoiceable' | 'pricingUnit' | 'taxes'>
  /** Null for the events that match no filter. */
  readonly filter: ChargeFilter | null
  /** The values of the pricing group; empty without grouping. */
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly usage: RatedUsage
  /** The event that a fee in advance is for; null in arrears. */
  readonly eventTransactionId: string | null
  readonly presentationBreakdowns: readonly PresentationBreakdown[]
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
  return {
    type: 'charge',
    subscriptionId: input.subscriptionId,
    chargeId: charge.id,
    chargeFilterId: input.filter?.id ?? null,
    groupedBy: input.groupedBy,
    eventTransactionId: input.eventTransactionId,
    currency: plan.currency,
    units: usage.units,
    totalAggregatedUnits: usage.totalAggregatedUnits,
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
    item: chargeItem(input),
    pricingUnit: pricingUnitOf(input),
    presentationBreakdowns: input.presentationBreakdowns,
    taxes: taxesOfFee([charge.taxes, plan.taxes, input.customerTaxes, input.organizationTaxes]),
  }
}

function chargeItem({ charge, filter }: ChargeFeeInput): FeeItem {
  const { metric } = charge
  return {
    itemType: 'BillableMetric',
    id: metric.id,
    code: metric.code,
    name: metric.name,
    description: metric.description,
    invoiceDisplayName: charge.invoiceDisplayName ?? metric.name,
    filters: filter?.values ?? null,
    filterInvoiceDisplayName: filter?.invoiceDisplayName ?? null,
  }
}

function pricingUnitOf({ charge, usage }: ChargeFeeInput): FeePricingUnit | null {
  if (charge.pricingUnit === null || usage.pricingUnit === null) return null
  const { amountCents, preciseAmount, unitAmount } = usage.pricingUnit
  return {
    ...charge.pricingUnit,
    amountCents: amountCents.toNumber(),
    preciseAmountCents: preciseAmount.times(100),
    unitAmount,
  }
}
