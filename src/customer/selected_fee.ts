import { type FeeSelector, filterOf } from '../core/invoicing/adjusted_fee.js'
import { groupKeysOf } from '../core/rating/charge_properties.js'
import { invalid, notFound, ok, type Result } from '../core/result.js'
import type { AdjustedFeeInput } from '../resources/adjusted_fees/terms.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import { chargeThatIsMeant } from './adjusted_fees.js'
import type { BilledPeriod } from './billed_period.js'
import type { CustomerState } from './load_customer.js'

const NOT_SETTABLE = invalid({ fee: ['not_adjustable'] })

/**
 * Which fee of a draft a request means: one that stands on it, or the one that a charge in arrears would have if it had any
 * usage; its groups have no values then.
 * @param stored the fee that the request names by its id, undefined where there is none such
 */
export function feeMeantBy(
  state: CustomerState,
  periods: readonly BilledPeriod[],
  draft: InvoiceRow,
  input: AdjustedFeeInput,
  stored: FeeRow | undefined,
): Result<FeeSelector> {
  if ((input.fee_id ?? null) !== null) {
    const subscriptionId = stored?.invoiceId === draft.id ? stored.subscriptionId : null
    if (stored === undefined || subscriptionId === null) return notFound('fee')
    // What is missing to a minimum follows from the fees that can be set.
    if (stored.feeType === 'commitment' || stored.trueUpParentFeeId !== null) return NOT_SETTABLE
    return ok({ ...stored, subscriptionId, filterValues: stored.itemFilters })
  }
  const period = periods.find(({ subscription }) => subscription.id === input.subscription_id)
  if (period === undefined) return notFound('subscription')
  const subscriptionId = period.subscription.id
  const chargeId = input.charge_id ?? null
  if (chargeId === null) {
    return ok({ subscriptionId, chargeId, chargeFilterId: null, filterValues: null, groupedBy: {} })
  }
  const charge = chargeThatIsMeant(state, period, { chargeId })
  if (charge === undefined) return notFound('charge')
  const filter = filterOf(charge, { chargeFilterId: input.charge_filter_id ?? null, filterValues: null })
  if (filter === undefined) return notFound('charge_filter')
  const keys = groupKeysOf(filter?.properties ?? charge.properties)
  return ok({
    subscriptionId,
    chargeId: charge.id,
    chargeFilterId: filter?.id ?? null,
    filterValues: filter?.values ?? null,
    groupedBy: Object.fromEntries(keys.map((key) => [key, null])),
  })
}
