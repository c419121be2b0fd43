import type { Bucket } from '../metering/division.js'
import { Decimal } from '../money/decimal.js'
import type { AdvanceLedger } from '../rating/advance_ledger.js'
import { billingSteps } from '../rating/billed_amount.js'
import { type DayShare, proratedUnits } from '../rating/prorated_units.js'
import { averageUnitAmount } from '../rating/unit_amount.js'
import { propertiesOf } from '../usage/rated_buckets.js'
import type { ChargeTerms, EventBasis } from './fee_basis.js'
import { billingStepsShown, type Step, shown } from './steps.js'

/**
 * How a fee in advance came about: the price of all that was charged with the event, less that of all that had been charged
 * before it.
 * @param details `amount_details` of the fee
 */
export function eventSteps(
  { before, after, prorated }: Pick<EventBasis, 'before' | 'after' | 'prorated'>,
  terms: ChargeTerms,
  bucket: Bucket,
  { currency, details }: { readonly currency: string; readonly details: Readonly<Record<string, unknown>> },
): Step[] {
  const amount = new Decimal(after.amount).minus(before.amount)
  const units = new Decimal(after.units).minus(before.units)
  const billing = billingSteps(amount, averageUnitAmount(amount, units), { currency, pricingUnit: terms.pricingUnit })
  const ledger = (step: string, { units, eventsCount, amount }: AdvanceLedger): Step => ({
    step,
    inputs: { units: shown(units), events_count: eventsCount },
    result: shown(amount),
  })
  return [
    ledger('charged_before', before),
    ...(prorated === undefined ? [] : [proratedStep(units, prorated.share)]),
    {
      ...ledger('charged_with_event', after),
      details: { charge_model: terms.chargeModel, properties: propertiesOf(terms, bucket), amount_details: details },
    },
    {
      step: 'difference',
      inputs: { before: shown(before.amount), after: shown(after.amount), money: terms.pricingUnit?.code ?? currency },
      result: shown(amount),
    },
    ...billingStepsShown(amount, billing, currency),
  ]
}

/** The units that the event pays for, as far as days are left: that many are priced. */
function proratedStep(units: Decimal, share: DayShare): Step {
  const { days, periodDays } = share
  return {
    step: 'prorated_units',
    inputs: { units: shown(units), days, period_days: periodDays },
    result: shown(proratedUnits(units, share)),
  }
}
