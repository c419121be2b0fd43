import type { Charge, Tax } from '../catalog.js'
import type { Decimal } from '../money/decimal.js'
import { invalid, ok, type Result } from '../result.js'
import { adjustFee, pricesUnits } from './adjusted_fee.js'
import { type FeeDraft, isTrueUp } from './fee.js'

/** What is wanted of a fee on the invoice that is made from a void one; null leaves it as it was. */
export interface FeeChange {
  readonly units: Decimal | null
  /** Currency units. */
  readonly unitAmount: Decimal | null
  readonly invoiceDisplayName: string | null
}

export const AS_IT_WAS: FeeChange = { units: null, unitAmount: null, invoiceDisplayName: null }

const NOT_PRICED = invalid({ charge: ['invalid_charge_model'] })

/**
 * A fee of a void invoice as it stands on the one that is made from it (invoicing rules, section 6): units x price, rounded once. Other
 * units of usage without a price are priced by the charge's model, where that can be without the events. A fee of an event that
 * is charged in advance names it no more: an event is charged once.
 * @param charge as it is now; null for what is no charge, and where it is gone
 */
export function regeneratedFee<F extends FeeDraft>(
  fee: F,
  change: FeeChange,
  charge: Charge | null,
  taxes: readonly Tax[],
): Result<F> {
  const { units, invoiceDisplayName } = change
  const isModelPriced = fee.type === 'charge' && !isTrueUp(fee) && change.unitAmount === null && units !== null
  if (isModelPriced && (charge === null || !pricesUnits(charge))) return NOT_PRICED
  const isRepriced = units !== null || change.unitAmount !== null
  const { adjusted: _, ...made } = adjustFee(
    fee,
    {
      id: '',
      adjustment: 'amount',
      units: isRepriced ? (units ?? fee.units) : null,
      unitAmount: isModelPriced ? null : isRepriced ? (change.unitAmount ?? fee.unitAmount) : null,
      invoiceDisplayName,
    },
    charge,
  )
  // The price of then stays known to a later credit for unused days.
  const details = fee.type === 'subscription' ? fee.details : made.details
  return ok({ ...made, details, taxes, eventTransactionId: null } as unknown as F)
}
