import { formatDecimal } from '../../core/money/format.js'
import type { PresentationBreakdown } from '../../core/usage/breakdown.js'
import type { Figures } from '../../core/usage/figures.js'
import type { GroupPageMeta } from '../../core/usage/group_page.js'
import type { ChargeRows, FilterRow, GroupRow } from '../../core/usage/usage_rows.js'
import { lastSecond, seconds } from '../../http/timestamps.js'

/** A stretch of a subscription and what it comes to. Amounts are whole minor units. */
export interface UsageHead {
  readonly fromAt: number
  /** Exclusive, unless `toInclusive`. */
  readonly toAt: number
  readonly toInclusive: boolean
  /** Local day. */
  readonly issuingOn: string
  readonly invoiceId: string | null
  readonly currency: string
  readonly amountCents: number
  readonly taxesAmountCents: number
  readonly totalAmountCents: number
  /** Only of a projection. */
  readonly projectedAmountCents?: number
}

/** The usage of one charge, with what its row says of the catalog. */
export interface ChargeUsage {
  readonly charge: {
    readonly id: string
    readonly code: string
    readonly chargeModel: string
    readonly invoiceDisplayName: string | null
  }
  readonly metric: {
    readonly id: string
    readonly name: string
    readonly code: string
    readonly aggregationType: string
  }
  readonly pricingUnit: PricingUnit | null
  readonly rows: ChargeRows
}

interface PricingUnit {
  readonly shortName: string
  readonly conversionRate: string
}

/** An answer as it leaves: plain JSON, for it may cross processes on its way. */
export type UsageAnswer = ReturnType<typeof serializeUsage>
export type ChargeUsageAnswer = ReturnType<typeof serializeChargeUsage>

export function serializeUsage(usage: UsageHead, charges: readonly ChargeUsageAnswer[]) {
  const { projectedAmountCents } = usage
  return {
    from_datetime: seconds(usage.fromAt),
    to_datetime: seconds(usage.toInclusive ? usage.toAt : Math.max(usage.fromAt, lastSecond(usage.toAt))),
    issuing_date: usage.issuingOn,
    lago_invoice_id: usage.invoiceId,
    currency: usage.currency,
    amount_cents: usage.amountCents,
    ...(projectedAmountCents !== undefined && { projected_amount_cents: projectedAmountCents }),
    taxes_amount_cents: usage.taxesAmountCents,
    total_amount_cents: usage.totalAmountCents,
    charges_usage: charges,
  }
}

export function serializeChargeUsage({ charge, metric, pricingUnit, rows }: ChargeUsage, currency: string) {
  return {
    ...figures(rows.figures, pricingUnit),
    amount_currency: currency,
    charge: {
      lago_id: charge.id,
      code: charge.code,
      charge_model: charge.chargeModel,
      invoice_display_name: charge.invoiceDisplayName,
    },
    billable_metric: {
      lago_id: metric.id,
      name: metric.name,
      code: metric.code,
      aggregation_type: metric.aggregationType,
    },
    filters: rows.filters.map((row) => filterRow(row, pricingUnit)),
    grouped_usage: rows.groups.map((row) => groupRow(row, pricingUnit)),
    ...groupsMeta(rows.groupsMeta),
    presentation_breakdowns: rows.breakdowns.map(breakdown),
  }
}

function filterRow({ filter, figures: of, breakdowns }: FilterRow, unit: PricingUnit | null) {
  return {
    ...figures(of, unit),
    invoice_display_name: filter?.invoiceDisplayName ?? null,
    values: filter?.values ?? null,
    presentation_breakdowns: breakdowns.map(breakdown),
  }
}

function groupRow({ groupedBy, figures: of, filters, breakdowns }: GroupRow, unit: PricingUnit | null) {
  return {
    ...figures(of, unit),
    grouped_by: groupedBy,
    filters: filters.map((row) => filterRow(row, unit)),
    presentation_breakdowns: breakdowns.map(breakdown),
  }
}

function figures(of: Figures, unit: PricingUnit | null) {
  return {
    units: formatDecimal(of.units),
    ...(of.projected !== null && {
      projected_units: formatDecimal(of.projected.units),
      projected_amount_cents: of.projected.amountCents.toNumber(),
    }),
    total_aggregated_units: formatDecimal(of.totalAggregatedUnits),
    events_count: of.eventsCount,
    amount_cents: of.amountCents.toNumber(),
    pricing_unit_details: unit && {
      amount_cents: of.pricingUnitCents?.toNumber() ?? 0,
      short_name: unit.shortName,
      conversion_rate: unit.conversionRate,
    },
  }
}

const breakdown = ({ presentationBy, units }: PresentationBreakdown) => ({
  presentation_by: presentationBy,
  units: formatDecimal(units),
})

/** Told only where the groups take several pages. */
function groupsMeta({ currentPage, nextPage, totalPages, totalCount }: GroupPageMeta) {
  if (totalPages <= 1 && currentPage <= 1) return {}
  return {
    grouped_usage_meta: {
      current_page: currentPage,
      next_page: nextPage,
      total_pages: totalPages,
      total_count: totalCount,
    },
  }
}
