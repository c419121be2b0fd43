import type { ChargeTerms, FeeBasis, FixedBasis, MinimumBasis, PlanBasis } from '../../core/explanation/fee_basis.js'
import { periodShown } from '../../core/explanation/plan_fee.js'
import type { ExplainedEvent } from '../../core/explanation/usage_trace.js'
import { bucketOfKey } from '../../core/metering/divider.js'
import type { Bucket } from '../../core/metering/division.js'
import type { EventWindow } from '../../core/metering/window.js'
import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { shownProperties } from '../../core/rating/charge_properties.js'
import { propertiesOf } from '../../core/usage/rated_buckets.js'
import { milliseconds, seconds } from '../../http/timestamps.js'
import type { FeeAgain, FeeExplanation } from './explanation.js'
import type { FeeToExplain } from './load.js'
import type { FeeRow } from './table.js'

/** @param terms null for a fee that no charge made, or whose terms were not kept */
export function serializeExplanation(
  { fee, externalSubscriptionId, invoiceStatus }: FeeToExplain,
  terms: ChargeTerms | null,
  explanation: FeeExplanation,
) {
  const { basis } = fee
  return {
    lago_fee_id: fee.id,
    lago_invoice_id: fee.invoiceId,
    lago_subscription_id: fee.subscriptionId,
    external_subscription_id: externalSubscriptionId,
    fee_type: fee.feeType,
    currency: fee.currency,
    amount_cents: fee.amountCents,
    taxes_amount_cents: fee.taxesAmountCents,
    units: formatDecimal(new Decimal(fee.units)),
    events_count: fee.eventsCount,
    final: invoiceStatus !== 'draft',
    charge: terms && { lago_id: terms.id, code: terms.code, charge_model: terms.chargeModel },
    billable_metric: terms && serializeMetric(fee, terms),
    filter: serializeFilter(fee, basis),
    grouped_by: fee.groupedBy,
    event_transaction_id: fee.eventTransactionId,
    window: serializeWindow(fee, basis),
    price: serializePrice(basis, terms),
    late_events_count: explanation.lateCount,
    events: explanation.events.map(serializeEvent),
    arithmetic: explanation.steps,
    recomputed: explanation.again && serializeAgain(fee, explanation.again),
    not_recomputed_because: explanation.refusal,
  }
}

function serializeMetric(fee: FeeRow, { metric }: ChargeTerms) {
  return {
    lago_id: metric.id,
    code: metric.code,
    name: fee.itemName,
    aggregation_type: metric.aggregationType,
    field_name: metric.fieldName,
    rounding_function: metric.roundingFunction,
    rounding_precision: metric.roundingPrecision,
  }
}

const bucketOf = (basis: FeeBasis | null): Bucket | null =>
  basis !== null && 'bucket' in basis ? bucketOfKey(basis.bucket) : null

/** Null for what matches no filter. */
function serializeFilter(fee: FeeRow, basis: FeeBasis | null) {
  if (fee.chargeFilterId === null) return null
  return {
    lago_id: fee.chargeFilterId,
    /** Its place among the filters of the charge, from 0. */
    position: bucketOf(basis)?.filter ?? null,
    values: fee.itemFilters,
    invoice_display_name: fee.itemFilterInvoiceDisplayName,
  }
}

/** The events between two bounds; where a bound divides those of one instant, with the place in the log that does. */
function serializeWindow(fee: FeeRow, basis: FeeBasis | null) {
  if (basis === null || !('window' in basis) || basis.kind === 'plan') {
    return bounds(fee.fromAt, { at: fee.toAt, isInclusive: fee.toInclusive })
  }
  const { from, to }: EventWindow = basis.window
  const end =
    to.seq > 0
      ? { at: to.at / 1000, isInclusive: true }
      : fee.toInclusive
        ? { at: fee.toAt, isInclusive: true }
        : { at: to.at / 1000, isInclusive: false }
  return {
    ...bounds(from && from.at / 1000, end),
    from_sequence: from !== null && from.seq > 0 ? from.seq : null,
    to_sequence: to.seq > 0 ? to.seq - 1 : null,
  }
}

const bounds = (fromAt: number | null, to: { readonly at: number | null; readonly isInclusive: boolean }) => ({
  from: milliseconds(fromAt),
  from_inclusive: true,
  to: milliseconds(to.at),
  to_inclusive: to.isInclusive,
  from_sequence: null as number | null,
  to_sequence: null as number | null,
})

function serializePrice(basis: FeeBasis | null, terms: ChargeTerms | null) {
  if (basis?.kind === 'plan') return serializePlanPrice(basis)
  if (basis?.kind === 'minimum') return serializeMinimum(basis)
  if (basis?.kind === 'fixed') return serializeFixed(basis)
  const bucket = bucketOf(basis)
  if (terms === null || bucket === null) return null
  const { pricingUnit } = terms
  return {
    charge_model: terms.chargeModel,
    properties: shownProperties(propertiesOf(terms, bucket)),
    pricing_unit: pricingUnit && {
      lago_id: pricingUnit.pricingUnitId,
      code: pricingUnit.code,
      conversion_rate: formatDecimal(new Decimal(pricingUnit.conversionRate)),
    },
  }
}

function serializePlanPrice(basis: PlanBasis) {
  return {
    plan_amount_cents: basis.amountCents,
    days: basis.days,
    period_days: basis.periodDays,
    ...periodShown(basis),
    timezone: basis.zone,
    trial_ends_at: basis.trial && seconds(basis.trial.endAt),
  }
}

const serializeMinimum = ({ minimum }: MinimumBasis) => ({
  minimum_amount_cents: minimum.amountCents,
  days: minimum.days,
  period_days: minimum.periodDays,
  used_amount_cents: minimum.usedAmountCents,
})

const serializeFixed = ({ chargeModel, properties, prorated, periodDays }: FixedBasis) => ({
  charge_model: chargeModel,
  properties,
  prorated,
  period_days: periodDays,
})

function serializeEvent({ transactionId, at, seq, createdAt, effect }: ExplainedEvent) {
  return {
    transaction_id: transactionId,
    timestamp: milliseconds(Math.floor(at / 1000)),
    created_at: seconds(createdAt),
    sequence: seq,
    late: effect === null,
    counted: effect?.isCounted ?? false,
    note: effect?.note ?? null,
    value: effect?.value ?? null,
    added_units: effect?.added ?? null,
    units: effect?.units ?? null,
    pricing: effect?.pricing ?? null,
  }
}

function serializeAgain(fee: FeeRow, { units, eventsCount, amountCents, taxesAmountCents, matches }: FeeAgain) {
  return {
    units: formatDecimal(units),
    events_count: eventsCount,
    amount_cents: amountCents.toNumber(),
    taxes_amount_cents: taxesAmountCents,
    matches,
    difference_amount_cents: amountCents.minus(fee.amountCents).toNumber(),
    difference_taxes_amount_cents: taxesAmountCents - fee.taxesAmountCents,
  }
}
