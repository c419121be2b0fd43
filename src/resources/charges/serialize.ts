import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { shownProperties } from '../../core/rating/charge_properties.js'
import { seconds } from '../../http/timestamps.js'
import { serializeFilter } from '../charge_filters/serialize.js'
import { serializeTax } from '../taxes/serialize.js'
import type { ChargeRecord } from './record.js'

export function serializeCharge({ charge, metric, taxes, filters, pricingUnit }: ChargeRecord) {
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
    regroup_paid_fees: charge.regroupPaidFees,
    prorated: charge.prorated,
    min_amount_cents: charge.minAmountCents,
    properties: shownProperties(charge.properties),
    filters: filters.map((filter) => serializeFilter(filter, charge.code)),
    taxes: taxes.map(serializeTax),
    applied_pricing_unit: pricingUnit && {
      code: pricingUnit.code,
      conversion_rate: formatDecimal(new Decimal(charge.conversionRate ?? 0)),
    },
    accepts_target_wallet: charge.acceptsTargetWallet,
    lago_parent_id: charge.parentId,
  }
}
