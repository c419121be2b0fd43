import type { ChargeModelName } from '../../core/catalog.js'
import { aggregationOf } from '../../core/metering/aggregations/registry.js'
import { parseChargeProperties } from '../../core/rating/charge_properties.js'
import { chargeModelOf } from '../../core/rating/registry.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { mergeErrors } from '../../http/validate.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'

/** What a charge asks for, with everything that was absent filled in. */
export interface ChargeTerms {
  readonly metric: Pick<BillableMetricRow, 'aggregationType' | 'recurring'>
  readonly chargeModel: ChargeModelName
  readonly payInAdvance: boolean
  readonly invoiceable: boolean
  readonly prorated: boolean
  readonly regroupPaidFees: 'invoice' | null
  readonly minAmountCents: number
  /** As sent. */
  readonly properties: unknown
}

/**
 * Checks what a charge asks for (metering rules, section 3; recurring rules, section 1) and gives its properties in their
 * canonical form.
 */
export function checkCharge(terms: ChargeTerms): Result<Readonly<Record<string, unknown>>> {
  const parsed = parseChargeProperties(chargeModelOf(terms.chargeModel), terms.properties, 'charge')
  const combination = combinationErrors(terms)
  if (!parsed.ok) return invalid(mergeErrors({ properties: [...parsed.codes] }, combination))
  if (Object.keys(combination).length > 0) return invalid(combination)
  return ok(parsed.properties)
}

function combinationErrors(terms: ChargeTerms): FieldErrors {
  const { metric, payInAdvance, invoiceable, prorated, regroupPaidFees, minAmountCents } = terms
  const model = chargeModelOf(terms.chargeModel)
  const aggregation = aggregationOf(metric.aggregationType)
  const refusal = model.refusesAggregation(metric.aggregationType)
  const errors: FieldErrors = refusal ? { [refusal.field]: [refusal.code] } : {}
  if (payInAdvance && !(aggregation.supportsPayInAdvance && model.supportsPayInAdvance)) {
    errors.pay_in_advance = ['invalid_aggregation_type_or_charge_model']
  }
  const canProrate = payInAdvance ? model.supportsProrationInAdvance : model.supportsProration
  if (prorated && !(metric.recurring && canProrate && !aggregation.weighted))
    errors.prorated = ['invalid_billable_metric_or_charge_model']
  if (!invoiceable && !payInAdvance) errors.invoiceable = ['must_be_true_unless_pay_in_advance']
  if (regroupPaidFees !== null && !(payInAdvance && !invoiceable)) {
    errors.regroup_paid_fees = ['only_compatible_with_pay_in_advance_and_non_invoiceable']
  }
  if (minAmountCents > 0 && payInAdvance) errors.min_amount_cents = ['not_compatible_with_pay_in_advance']
  return errors
}
