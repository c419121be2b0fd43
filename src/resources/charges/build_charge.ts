import type { ChargeModelName } from '../../core/catalog.js'
import { chargeModelOf } from '../../core/rating/registry.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { mergeErrors } from '../../http/validate.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { filterCheck, readFilters } from '../charge_filters/read_filters.js'
import type { FilterInput } from '../charge_filters/schema.js'
import type { NewFilterRow } from '../charge_filters/store.js'
import { changedUnit } from './pricing_unit.js'
import type { References } from './references.js'
import { checkCharge } from './rules.js'
import type { ChargeInput } from './schema.js'
import type { NewChargeRow } from './store.js'

export interface NewCharge {
  readonly id: string
  readonly organizationId: string
  readonly planId: string
  readonly code: string
  readonly chargeModel: ChargeModelName
}

/** A charge as it is before a change. */
export interface ChargeBefore {
  readonly charge: NewChargeRow
  readonly filters: readonly NewFilterRow[]
}

/** A charge as it is to be stored. */
export interface ChargeDraft {
  readonly row: NewChargeRow
  /** The whole list, in its order; undefined when the filters stay as they are. */
  readonly filters: readonly NewFilterRow[] | undefined
}

/** What a request is read with. */
export interface ChargeContext {
  /** The metric that the charge has afterwards. */
  readonly metric: BillableMetricRow
  readonly references: Pick<References, 'pricingUnits'>
  readonly now: number
  readonly newId: () => string
}

/** A charge without wishes: in arrears, invoiced, unprorated and free. */
function plainCharge(given: NewCharge, { metric, now }: ChargeContext): NewChargeRow {
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
    acceptsTargetWallet: false,
    minAmountCents: 0,
    regroupPaidFees: null,
    pricingUnitId: null,
    conversionRate: null,
    parentId: null,
    properties: {},
  }
}

/** The charge that a request describes, on a metric of the organization. */
export function buildCharge(given: NewCharge, sent: ChargeInput, context: ChargeContext): Result<ChargeDraft> {
  return changeCharge({ charge: plainCharge(given, context), filters: [] }, { ...sent, code: given.code }, context)
}

/**
 * The charge as a request changes it: absent fields stay, null takes away. A new model starts without the old one's prices; filters
 * that the request leaves as they are have to suit the new model or metric.
 */
export function changeCharge(before: ChargeBefore, sent: ChargeInput, context: ChargeContext): Result<ChargeDraft> {
  const { charge } = before
  const { metric, now } = context
  const chargeModel = sent.charge_model ?? charge.chargeModel
  const kept = chargeModel === charge.chargeModel ? charge.properties : {}
  const terms = {
    chargeModel,
    payInAdvance: sent.pay_in_advance ?? charge.payInAdvance,
    invoiceable: sent.invoiceable ?? charge.invoiceable,
    prorated: sent.prorated ?? charge.prorated,
    minAmountCents: sent.min_amount_cents === null ? 0 : (sent.min_amount_cents ?? charge.minAmountCents),
    regroupPaidFees: sent.regroup_paid_fees === undefined ? charge.regroupPaidFees : sent.regroup_paid_fees,
  }
  const properties = checkCharge({
    ...terms,
    metric,
    properties: sent.properties === undefined ? kept : sent.properties,
  })
  const filters = changedFilters(before, sent.filters, chargeModel, context)
  const unit = changedUnit(charge, sent.applied_pricing_unit, context.references.pricingUnits)
  if (!properties.ok || !filters.ok || !unit.ok)
    return invalid(mergeErrors(...[properties, filters, unit].map(errorsOf)))
  const name = sent.invoice_display_name
  const row = {
    ...charge,
    ...terms,
    ...unit.value,
    billableMetricId: metric.id,
    code: sent.code ?? charge.code,
    invoiceDisplayName: name === undefined ? charge.invoiceDisplayName : name,
    acceptsTargetWallet: sent.accepts_target_wallet ?? charge.acceptsTargetWallet,
    properties: properties.value,
    updatedAt: now,
  }
  return ok({ row, filters: filters.value })
}

function changedFilters(
  { charge, filters: before }: ChargeBefore,
  sent: readonly FilterInput[] | null | undefined,
  chargeModel: ChargeModelName,
  { metric, now, newId }: ChargeContext,
): Result<NewFilterRow[] | undefined> {
  const suits = chargeModel === charge.chargeModel && metric.id === charge.billableMetricId
  if (sent === undefined && (suits || before.length === 0)) return ok(undefined)
  const owner = { organizationId: charge.organizationId, chargeId: charge.id }
  const list = { sent: sent === undefined ? before.map(({ values }) => ({ values })) : (sent ?? []), before }
  return readFilters(owner, list, filterCheck(chargeModelOf(chargeModel), metric.filters), { now, newId })
}

const errorsOf = (result: Result<unknown>): FieldErrors =>
  !result.ok && result.failure.kind === 'invalid' ? (result.failure.details as FieldErrors) : {}
