import type { Charge } from '../../core/catalog.js'
import { seconds } from '../../http/timestamps.js'
import { toMetric } from '../billable_metrics/serialize.js'
import { serializeTax, toTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import type { ChargeWithMetric } from './store.js'

/** A charge with all that its answer and the billing engine need. */
export interface ChargeRecord extends ChargeWithMetric {
  readonly taxes: readonly TaxRow[]
}

export function serializeCharge({ charge, metric, taxes }: ChargeRecord) {
  return {
    lago_id: charge.id,
    lago_billable_metric_id: charge.billableMetricId,
    code: charge.code,
    billable_metric_code: metric.code,
    invoice_display_name: charge.invoiceDisplayName,
    created_at: seconds(charge.createdAt),
    charge_model: charge.chargeModel,
    pay_in_advance: charge.payInAdvance,
    invoiceable: charge.invoiceable,
    regroup_paid_fees: null,
    prorated: charge.prorated,
    min_amount_cents: charge.minAmountCents,
    properties: charge.properties,
    filters: [],
    taxes: taxes.map(serializeTax),
    applied_pricing_unit: null,
    accepts_target_wallet: null,
    lago_parent_id: null,
  }
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
