import type { AggregationType, ChargeModelName } from '../../core/catalog.js'
import { lastSecond, seconds } from '../../http/timestamps.js'

/** The usage of a subscription's running period. Decimals are text, for the answer crosses processes. */
export interface CurrentUsage {
  readonly fromAt: number
  readonly toAt: number
  /** Local day on which the period ends. */
  readonly issuingOn: string
  readonly currency: string
  readonly amountCents: number
  readonly taxesAmountCents: number
  readonly charges: readonly ChargeUsage[]
}

export interface ChargeUsage {
  readonly units: string
  readonly totalAggregatedUnits: string
  readonly eventsCount: number
  readonly amountCents: number
  readonly charge: {
    readonly id: string
    readonly code: string
    readonly chargeModel: ChargeModelName
    readonly invoiceDisplayName: string | null
  }
  readonly metric: {
    readonly id: string
    readonly name: string
    readonly code: string
    readonly aggregationType: AggregationType
  }
}

export function serializeUsage(usage: CurrentUsage) {
  return {
    from_datetime: seconds(usage.fromAt),
    to_datetime: seconds(lastSecond(usage.toAt)),
    issuing_date: usage.issuingOn,
    lago_invoice_id: null,
    currency: usage.currency,
    amount_cents: usage.amountCents,
    taxes_amount_cents: usage.taxesAmountCents,
    total_amount_cents: usage.amountCents + usage.taxesAmountCents,
    charges_usage: usage.charges.map((row) => serializeCharge(row, usage.currency)),
  }
}

function serializeCharge({ charge, metric, ...figures }: ChargeUsage, currency: string) {
  return {
    units: figures.units,
    total_aggregated_units: figures.totalAggregatedUnits,
    events_count: figures.eventsCount,
    amount_cents: figures.amountCents,
    amount_currency: currency,
    pricing_unit_details: null,
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
    filters: [],
    grouped_usage: [],
    presentation_breakdowns: [],
  }
}
