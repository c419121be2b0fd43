import type { FixedCharge, Plan, Tax } from '../catalog.js'
import type { FixedBasis } from '../explanation/fee_basis.js'
import { roundToCents } from '../invoicing/cents.js'
import { type FixedChargeFeeDraft, NO_BUCKET } from '../invoicing/fee.js'
import { taxesOfFee } from '../invoicing/taxes.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { averageUnitAmount } from '../rating/unit_amount.js'
import type { TimeWindow } from '../time/windows.js'
import { type FixedPrice, proratedPrice, proratedUnits, wholePrice } from './price.js'
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
  const { charge, periodDays } = frame
  const units = held.at(-1)?.units ?? ZERO
  const price = charge.prorated
    ? proratedPrice(charge, units, proratedUnits(held, periodDays))
    : wholePrice(charge, units)
  return feeOf(frame, { units, price, paidCents, isChange: false, basis: basisOf(frame, held, { paidCents }) })
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
  const more = Decimal.max(ZERO, units.minus(paid.units))
  const cost = (of: Decimal) => wholePrice(charge, of).amount
  const whole = more.isZero() && paid.hasFee ? ZERO : cost(units).minus(paid.hasFee ? cost(paid.units) : ZERO)
  const isWeighed = charge.prorated && !more.isZero()
  const amount = isWeighed ? whole.times(proratedUnits([{ units: more, days: daysLeft }], periodDays)).div(more) : whole
  const held = [{ units, days: charge.prorated ? daysLeft : periodDays }]
  return feeOf(frame, {
    units: more,
    price: { amount: Decimal.max(ZERO, amount), details: {} },
    ...{ paidCents: 0, isChange: true },
    basis: basisOf(frame, held, { paidUnits: paid.hasFee ? paid.units.toFixed() : null }),
  })
}

interface Made {
  readonly units: Decimal
  readonly price: FixedPrice
  readonly paidCents: number
  readonly isChange: boolean
  readonly basis: FixedBasis
}

function feeOf(frame: FixedFeeFrame, { units, price, paidCents, isChange, basis }: Made): FixedChargeFeeDraft {
  const { charge, plan, window, subscriptionId } = frame
  const { addOn } = charge
  const minorUnits = Decimal.pow(10, exponentOf(plan.currency))
  const gross = price.amount.times(minorUnits)
  const amountCents = Math.max(0, roundToCents(gross) - paidCents)
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
    preciseAmountCents: Decimal.max(ZERO, gross.minus(paidCents)),
    unitAmount: averageUnitAmount(Decimal.max(ZERO, price.amount.minus(new Decimal(paidCents).div(minorUnits))), units),
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

function basisOf(
  { charge, periodDays }: FixedFeeFrame,
  held: readonly UnitsForDays[],
  rest: Partial<Pick<FixedBasis, 'paidCents' | 'paidUnits'>>,
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
