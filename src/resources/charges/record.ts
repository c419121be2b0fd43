import type { Charge } from '../../core/catalog.js'
import { toMetric } from '../billable_metrics/serialize.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { toTax } from '../taxes/serialize.js'
import type { AssignedTax } from '../taxes/store.js'
import type { TaxRow } from '../taxes/table.js'
import type { ChargeRow } from './table.js'

/** A charge with all that its answer and the billing engine need. */
export interface ChargeRecord {
  readonly charge: ChargeRow
  readonly metric: BillableMetricRow
  readonly taxes: readonly TaxRow[]
}

/** Puts charges together with their parts, in the order of the charges. `assigned` may hold other owners' taxes too. */
export function chargeRecords(
  charges: readonly ChargeRow[],
  metrics: readonly BillableMetricRow[],
  assigned: readonly AssignedTax[],
): ChargeRecord[] {
  const metricById = new Map(metrics.map((metric) => [metric.id, metric]))
  const taxesByOwner = Map.groupBy(assigned, ({ ownerId }) => ownerId)
  return charges.map((charge) => {
    const metric = metricById.get(charge.billableMetricId)
    if (metric === undefined) throw new Error(`charge ${charge.id} has no metric`)
    return { charge, metric, taxes: (taxesByOwner.get(charge.id) ?? []).map(({ tax }) => tax) }
  })
}

export function toCharge({ charge, metric, taxes }: ChargeRecord): Charge {
  return {
    id: charge.id,
    code: charge.code,
    planId: charge.planId,
    metric: toMetric(metric),
    chargeModel: charge.chargeModel,
    invoiceDisplayName: charge.invoiceDisplayName,
    payInAdvance: charge.payInAdvance,
    invoiceable: charge.invoiceable,
    prorated: charge.prorated,
    minAmountCents: charge.minAmountCents,
    properties: charge.properties,
    taxes: taxes.map(toTax),
    createdAt: charge.createdAt,
  }
}
