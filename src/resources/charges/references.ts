import { notFound, ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import { findMetrics } from '../billable_metrics/store.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { findPricingUnits } from '../pricing_units/store.js'
import type { PricingUnitRow } from '../pricing_units/table.js'
import { findTaxes } from '../taxes/store.js'

/** What plans and charges refer to, found. */
export interface References {
  /** By id. */
  readonly metrics: ReadonlyMap<string, BillableMetricRow>
  /** Ids of taxes by code. */
  readonly taxIds: ReadonlyMap<string, string>
  /** By code. */
  readonly pricingUnits: ReadonlyMap<string, PricingUnitRow>
}

export interface ReferenceWishes {
  /** One for each charge that has to find its metric; undefined when it names none. */
  readonly metricIds: readonly (string | undefined)[]
  readonly taxCodes: readonly string[]
  readonly pricingUnitCodes: readonly string[]
}

/**
 * Finds all that is referred to; the first thing that is missing refuses the whole.
 * @param missingMetric what an unknown metric is called: `billable_metric`, in a plan's payload `billable_metrics`
 */
export async function findReferences(
  db: Database,
  organizationId: string,
  { metricIds, taxCodes, pricingUnitCodes }: ReferenceWishes,
  missingMetric: string,
): Promise<Result<References>> {
  const named = [...new Set(metricIds.filter((id) => id !== undefined))]
  const [metrics, taxes, pricingUnits] = await Promise.all([
    findMetrics(db, organizationId, named),
    findTaxes(db, organizationId, taxCodes),
    findPricingUnits(db, organizationId, pricingUnitCodes),
  ])
  if (metricIds.some((id) => id === undefined || !metrics.has(id))) return notFound(missingMetric)
  if (taxes === undefined) return notFound('tax')
  if (pricingUnitCodes.some((code) => !pricingUnits.has(code))) return notFound('pricing_unit')
  return ok({ metrics, taxIds: new Map(taxes.map((tax) => [tax.code, tax.id])), pricingUnits })
}

/** The ids of taxes that were found by these codes. */
export const idsOf = (references: Pick<References, 'taxIds'>, codes: readonly string[]): string[] =>
  [...new Set(codes)].flatMap((code) => references.taxIds.get(code) ?? [])
