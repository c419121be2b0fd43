import type { FixedCharge, Plan, Tax } from '../catalog.js'
import type { FixedBasis } from '../explanation/fee_basis.js'
import { type FixedChargeFeeDraft, NO_BUCKET } from '../invoicing/fee.js'
import { taxesOfFee } from '../invoicing/taxes.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { averageUnitAmount } from '../rating/unit_amount.js'
import type { TimeWindow } from '../time/windows.js'
import { pricedUnits } from './price.js'
import type { UnitsForDays } from './units_history.js'

/** Whose fixed charge it is, and for which time. */
export interface FixedFeeFrame {
  readonly subscriptionId: string
  readonly plan: Pick<Plan, 'currency' | 'taxes'>
  readonly charge: FixedCharge
  readonly window: TimeWindow
  /** Days of the whole period. */
  readonly periodDays: number
  readonly customerTaxes: readonly Tax[]
  readonly organizationTaxes: readonly Tax[]
}

/**
 * The fee of a fixed charge for a window (recurring rules, section 10): without proration the units that were decided last, in full;
 * with it those of each day.
 * @param held at least one
 * @param paidCents what was paid for the same days already, by another plan: whole minor units
 */
export function fixedChargeFee(
  frame: FixedFeeFrame,
  held: readonly UnitsForDays[],
  paidCents = 0,
): FixedChargeFeeDraft {
  return feeOf(frame, fixedBasis(frame, held, { paidCents }), false)
}

/** What of a period has been billed before its units are changed. */
export interface PaidUnits {
  /** Whether there is any fee for it: flat amounts are due once. */
  readonly hasFee: boolean
  /** Of all its fees. */
  readonly units: Decimal
}

/**
 * The fee of units that are changed within a period that is paid in advance: what all of them cost beyond those that are paid, for the
 * days that are left where the charge is prorated. Nothing comes back for fewer (recurring rules, section 10, "Change now, in advance").
 * @param daysLeft the day of the change included
 */
export function changedUnitsFee(
  frame: FixedFeeFrame,
  units: Decimal,
  paid: PaidUnits,
  daysLeft: number,
): FixedChargeFeeDraft {
  const { charge, periodDays } = frame
  const held = [{ units, days: charge.prorated ? daysLeft : periodDays }]
  return feeOf(frame, fixedBasis(frame, held, { paidUnits: paid.hasFee ? paid.units.toFixed() : null }), true)
}

function feeOf(frame: FixedFeeFrame, basis: FixedBasis, isChange: boolean): FixedChargeFeeDraft {
  const { charge, plan, window, subscriptionId } = frame
  const { addOn } = charge
  const { paidCents } = basis
  const { units, price, grossCents, amountCents } = pricedUnits(basis, plan.currency)
  const paid = new Decimal(paidCents).div(Decimal.pow(10, exponentOf(plan.currency)))
  return {
    type: 'fixed_charge',
    subscriptionId,
    chargeId: null,
    fixedChargeId: charge.id,
    ...NO_BUCKET,
    currency: plan.currency,
    units,
    totalAggregatedUnits: null,
    eventsCount: null,
    isChange,
    amountCents,
    preciseAmountCents: Decimal.max(ZERO, grossCents.minus(paidCents)),
    unitAmount: averageUnitAmount(Decimal.max(ZERO, price.amount.minus(paid)), units),
    preciseCouponsAmountCents: ZERO,
    details: price.details,
    ...window,
    payInAdvance: charge.payInAdvance,
    invoiceable: true,
    item: {
      itemType: 'AddOn',
      id: addOn.id,
      code: addOn.code,
      name: addOn.name,
      description: addOn.description,
      invoiceDisplayName: charge.invoiceDisplayName ?? addOn.invoiceDisplayName ?? addOn.name,
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: taxesOfFee([charge.taxes, plan.taxes, frame.customerTaxes, frame.organizationTaxes]),
    basis,
  }
}

/** What the fee of a fixed charge is made from. */
export function fixedBasis(
  { charge, periodDays }: Pick<FixedFeeFrame, 'charge' | 'periodDays'>,
  held: readonly UnitsForDays[],
  rest: Partial<Pick<FixedBasis, 'paidCents' | 'paidUnits'>> = {},
): FixedBasis {
  const { chargeModel, properties, prorated } = charge
  return {
    kind: 'fixed',
    ...{ chargeModel, properties, prorated, periodDays },
    held: held.map(({ units, days }) => ({ units: units.toFixed(), days })),
    paidCents: rest.paidCents ?? 0,
    paidUnits: rest.paidUnits ?? null,
  }
}
