import type { ChargeModelName } from '../../core/catalog.js'
import { aggregationOf } from '../../core/metering/aggregations/registry.js'
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
 * canonical form. What is sound, but would be billed wrongly because nothing here can, is refused last.
 */
export function checkCharge(terms: ChargeTerms): Result<Readonly<Record<string, unknown>>> {
  const parsed = chargeModelOf(terms.chargeModel)?.parseProperties(terms.properties)
  const properties: FieldErrors = parsed?.ok === false ? { properties: [...parsed.codes] } : {}
  const errors = mergeErrors(properties, combinationErrors(terms))
  if (Object.keys(errors).length > 0) return invalid(errors)
  const missing = missingFeatures(terms)
  if (missing.length > 0) return invalid(Object.fromEntries(missing.map((field) => [field, ['feature_unavailable']])))
  if (!parsed?.ok) throw new Error('a charge without a usable model passed its checks')
  return ok(parsed.properties)
}

function combinationErrors(terms: ChargeTerms): FieldErrors {
  const { metric, payInAdvance, invoiceable, prorated, regroupPaidFees, minAmountCents } = terms
  const model = chargeModelOf(terms.chargeModel)
  const aggregation = aggregationOf(metric.aggregationType)
  const refusal = model?.refusesAggregation(metric.aggregationType)
  const errors: FieldErrors = refusal ? { [refusal.field]: [refusal.code] } : {}
  if (payInAdvance && !(aggregation?.supportsPayInAdvance && model?.supportsPayInAdvance !== false)) {
    errors.pay_in_advance = ['invalid_aggregation_type_or_charge_model']
  }
  const canProrate = payInAdvance ? model?.supportsProrationInAdvance : model?.supportsProration
  if (prorated && !(metric.recurring && canProrate)) errors.prorated = ['invalid_billable_metric_or_charge_model']
  if (!invoiceable && !payInAdvance) errors.invoiceable = ['must_be_true_unless_pay_in_advance']
  if (regroupPaidFees !== null && !(payInAdvance && !invoiceable)) {
    errors.regroup_paid_fees = ['only_compatible_with_pay_in_advance_and_non_invoiceable']
  }
  if (minAmountCents > 0 && payInAdvance) errors.min_amount_cents = ['not_compatible_with_pay_in_advance']
  return errors
}

/** The fields that ask for something that cannot be billed here. */
function missingFeatures(terms: ChargeTerms): string[] {
  const asked = {
    charge_model: chargeModelOf(terms.chargeModel) === undefined,
    pay_in_advance: terms.payInAdvance,
    prorated: terms.prorated,
    invoiceable: !terms.invoiceable,
    regroup_paid_fees: terms.regroupPaidFees !== null,
    min_amount_cents: terms.minAmountCents > 0,
    properties: namesGroupKeys(terms.properties),
  }
  return Object.entries(asked).flatMap(([field, missing]) => (missing ? [field] : []))
}

const GROUP_KEYS = ['pricing_group_keys', 'grouped_by', 'presentation_group_keys'] as const

/** Whether usage is to be grouped. Models drop keys that they do not know, these among them. */
function namesGroupKeys(properties: unknown): boolean {
  if (typeof properties !== 'object' || properties === null) return false
  return GROUP_KEYS.some((key) => {
    const sent: unknown = Reflect.get(properties, key)
    return !(sent === undefined || sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0))
  })
}
