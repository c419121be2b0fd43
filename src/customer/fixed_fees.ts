import type { FixedCharge } from '../core/catalog.js'
import { billedUnits } from '../core/fixed_charges/billed_units.js'
import { type FixedFeeFrame, fixedChargeFee } from '../core/fixed_charges/fixed_charge_fee.js'
import { decidedAt, decisionsFor } from '../core/fixed_charges/units_history.js'
import { roundToCents, sumCents } from '../core/invoicing/cents.js'
import type { FixedChargeFeeDraft } from '../core/invoicing/fee.js'
import { Decimal } from '../core/money/decimal.js'
import { fixedPeriodDays } from '../core/subscription/fixed_charge_windows.js'
import { type TimeWindow, windowDays } from '../core/time/windows.js'
import type { FixedFeeAhead } from '../resources/fixed_charges/load.js'
import { toDecision } from '../resources/fixed_charges/terms.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import { type CustomerState, planOf } from './load_customer.js'

/** The fixed charges of a period: those in arrears for the time that is over, those in advance for the one that begins. */
export function fixedChargeFees(state: CustomerState, period: BilledPeriod): FixedChargeFeeDraft[] {
  const { subscription, windows, zone } = period
  const plan = planOf(state, subscription)
  const decidedOf = (charge: FixedCharge) => unitsDecided(state, subscription, charge)
  const billed = { terms: termsOf(subscription, plan), windows, zone }
  return billedUnits(plan.fixedCharges, decidedOf, holderOf(subscription), billed).map(({ charge, window, held }) => {
    const paid = charge.payInAdvance ? paidBefore(state, period, charge, window) : 0
    return fixedChargeFee(fixedFrame(state, period, charge, window), held, paid)
  })
}

/** What a fee of one fixed charge in a window is made of, but for its units. */
export function fixedFrame(
  state: CustomerState,
  { subscription, zone }: Pick<BilledPeriod, 'subscription' | 'zone'>,
  charge: FixedCharge,
  window: TimeWindow,
): FixedFeeFrame {
  const plan = planOf(state, subscription)
  return {
    ...{ subscriptionId: subscription.id, plan, charge, window },
    periodDays: fixedPeriodDays(termsOf(subscription, plan), window, zone),
    customerTaxes: state.customerTaxes,
    organizationTaxes: entityOfSubscription(state, subscription).taxes,
  }
}

export const unitsDecided = (state: CustomerState, { id }: Pick<SubscriptionRow, 'id'>, charge: FixedCharge) =>
  decisionsFor(charge.decisions, (state.ownUnits.get(id)?.get(charge.id) ?? []).map(toDecision), decidedAt)

/** A backdated subscription has its first units from its start on, though it got them when it was made. */
export const holderOf = ({ createdAt, startedAt }: SubscriptionRow) => ({
  activatedAt: Math.max(createdAt, startedAt ?? createdAt),
})

/**
 * What the plan before has been paid for the same add-on and the days from the change on, the day of the change included (recurring
 * rules, section 10, "Upgrade"): of prorated fixed charges only. Whole minor units.
 */
function paidBefore(
  state: CustomerState,
  { subscription, windows, zone }: BilledPeriod,
  { prorated, addOn }: FixedCharge,
  window: TimeWindow,
): number {
  const { previousSubscriptionId } = subscription
  if (windows.reason === 'subscription_periodic' || previousSubscriptionId === null || !prorated) return 0
  const paid = state.fixedFees.filter(
    (fee) =>
      fee.subscriptionId === previousSubscriptionId &&
      fee.addOnId === addOn.id &&
      fee.fromAt <= window.fromAt &&
      fee.toAt > window.fromAt,
  )
  return sumCents(paid.map((fee) => unusedPart(fee, window, zone)))
}

function unusedPart({ amountCents, basis, toAt }: FixedFeeAhead, window: TimeWindow, zone: string): number {
  if (basis?.kind !== 'fixed' || !basis.prorated) return 0
  const covered = sumCents(basis.held.map(({ days }) => days))
  const left = Math.min(windowDays({ ...window, toAt, toInclusive: false }, zone), covered)
  return covered === 0 ? 0 : roundToCents(new Decimal(amountCents).times(left).div(covered))
}
