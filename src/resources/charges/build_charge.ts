import type { ChargeModelName } from '../../core/catalog.js'
import { ok, type Result } from '../../core/result.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { checkCharge } from './rules.js'
import type { ChargeInput } from './schema.js'
import type { NewChargeRow } from './store.js'

export interface NewCharge {
  readonly id: string
  readonly organizationId: string
  readonly planId: string
  readonly code: string
  readonly chargeModel: ChargeModelName
  readonly now: number
}

/** A charge without wishes: in arrears, invoiced, unprorated and free. */
function plainCharge({ now, ...given }: NewCharge, metric: BillableMetricRow): NewChargeRow {
  return {
    ...given,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    billableMetricId: metric.id,
    invoiceDisplayName: null,
    payInAdvance: false,
    invoiceable: true,
    prorated: false,
    minAmountCents: 0,
    properties: {},
  }
}

/** The charge that a request describes, on a metric of the organization. */
export function buildCharge(given: NewCharge, sent: ChargeInput, metric: BillableMetricRow): Result<NewChargeRow> {
  return changeCharge(plainCharge(given, metric), { ...sent, code: given.code }, metric, given.now)
}

/**
 * The charge as a request changes it: absent fields stay, null takes away. A new model starts without the old one's prices.
 * @param metric the one that the charge has afterwards
 */
export function changeCharge(
  row: NewChargeRow,
  sent: ChargeInput,
  metric: BillableMetricRow,
  now: number,
): Result<NewChargeRow> {
  const chargeModel = sent.charge_model ?? row.chargeModel
  const kept = chargeModel === row.chargeModel ? row.properties : {}
  const terms = {
    chargeModel,
    payInAdvance: sent.pay_in_advance ?? row.payInAdvance,
    invoiceable: sent.invoiceable ?? row.invoiceable,
    prorated: sent.prorated ?? row.prorated,
    minAmountCents: sent.min_amount_cents === null ? 0 : (sent.min_amount_cents ?? row.minAmountCents),
  }
  const properties = checkCharge({
    ...terms,
    metric,
    regroupPaidFees: sent.regroup_paid_fees ?? null,
    properties: sent.properties === undefined ? kept : sent.properties,
  })
  if (!properties.ok) return properties
  const name = sent.invoice_display_name
  return ok({
    ...row,
    ...terms,
    billableMetricId: metric.id,
    code: sent.code ?? row.code,
    invoiceDisplayName: name === undefined ? row.invoiceDisplayName : name,
    properties: properties.value,
    updatedAt: now,
  })
}
