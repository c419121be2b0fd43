import type { AppliedPricingUnit, Charge } from '../../core/catalog.js'
import { withGroupKey } from '../../core/rating/charge_properties.js'
import { TARGET_WALLET_KEY } from '../../core/wallets/buckets.js'
import { toMetric } from '../billable_metrics/serialize.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { toFilter } from '../charge_filters/serialize.js'
import type { ChargeFilterRow } from '../charge_filters/table.js'
import type { PricingUnitRow } from '../pricing_units/table.js'
import { toTax } from '../taxes/serialize.js'
import type { AssignedTax } from '../taxes/store.js'
import type { TaxRow } from '../taxes/table.js'
import type { ChargeRow } from './table.js'

/** A charge with all that its answer and the billing engine need. */
export interface ChargeRecord {
  readonly charge: ChargeRow
  readonly metric: BillableMetricRow
  readonly taxes: readonly TaxRow[]
  /** In their order. */
  readonly filters: readonly ChargeFilterRow[]
  /** Null: priced in the plan's currency. */
  readonly pricingUnit: PricingUnitRow | null
}

/** What charges consist of beside their own rows. Each may hold parts of other things too. */
export interface ChargeParts {
  readonly metrics: readonly BillableMetricRow[]
  readonly assignedTaxes: readonly AssignedTax[]
  /** Each charge's in their order. */
  readonly filters: readonly ChargeFilterRow[]
  readonly pricingUnits: readonly PricingUnitRow[]
}

/** Puts charges together with their parts, in the order of the charges. */
export function chargeRecords(charges: readonly ChargeRow[], parts: ChargeParts): ChargeRecord[] {
  const metricById = new Map(parts.metrics.map((metric) => [metric.id, metric]))
  const unitById = new Map(parts.pricingUnits.map((unit) => [unit.id, unit]))
  const taxesByOwner = Map.groupBy(parts.assignedTaxes, ({ ownerId }) => ownerId)
  const filtersByCharge = Map.groupBy(parts.filters, ({ chargeId }) => chargeId)
  return charges.map((charge) => {
    const metric = metricById.get(charge.billableMetricId)
    const pricingUnit = charge.pricingUnitId === null ? null : unitById.get(charge.pricingUnitId)
    if (metric === undefined) throw new Error(`charge ${charge.id} has no metric`)
    if (pricingUnit === undefined) throw new Error(`charge ${charge.id} lacks its pricing unit`)
    const taxes = (taxesByOwner.get(charge.id) ?? []).map(({ tax }) => tax)
    return { charge, metric, taxes, filters: filtersByCharge.get(charge.id) ?? [], pricingUnit }
  })
}

export function toCharge({ charge, metric, taxes, filters, pricingUnit }: ChargeRecord): Charge {
  return {
    id: charge.id,
    parentId: charge.parentId,
    code: charge.code,
    planId: charge.planId,
    metric: toMetric(metric),
    chargeModel: charge.chargeModel,
    invoiceDisplayName: charge.invoiceDisplayName,
    payInAdvance: charge.payInAdvance,
    invoiceable: charge.invoiceable,
    prorated: charge.prorated,
    minAmountCents: charge.minAmountCents,
    regroupPaidFees: charge.regroupPaidFees,
    properties: groupedProperties(charge, charge.properties),
    filters: filters.map(toFilter).map((one) => ({ ...one, properties: groupedProperties(charge, one.properties) })),
    pricingUnit: appliedUnit(charge, pricingUnit),
    taxes: taxes.map(toTax),
    createdAt: charge.createdAt,
  }
}

/** Usage that says which wallet is to pay for it is priced apart by that (wallet rules, section 1.6). */
const groupedProperties = ({ acceptsTargetWallet }: ChargeRow, properties: Charge['properties']) =>
  acceptsTargetWallet ? withGroupKey(properties, TARGET_WALLET_KEY) : properties

function appliedUnit({ id, conversionRate }: ChargeRow, unit: PricingUnitRow | null): AppliedPricingUnit | null {
  if (unit === null) return null
  if (conversionRate === null) throw new Error(`charge ${id} does not say what its pricing unit is worth`)
  return { pricingUnitId: unit.id, code: unit.code, shortName: unit.shortName, conversionRate }
}
