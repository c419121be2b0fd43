import { seconds } from '../../http/timestamps.js'
import { serializeTax } from '../taxes/serialize.js'
import type { ChargeRecord } from './record.js'

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
