import type { AppliedPricingUnit } from '../catalog.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal } from '../money/decimal.js'
import { roundHalfUp, toCents } from '../money/rounding.js'

/** Decimal places of a pricing unit's amounts, whatever the currency has. */
const PRICING_UNIT_EXPONENT = 2
/** Decimals that the price of one unit is kept with. */
const UNIT_AMOUNT_DECIMALS = 15

/** The money that a charge is priced in and paid in. */
export interface ChargeMoney {
  /** Of the plan. */
  readonly currency: string
  /** Null: prices are in the currency. */
  readonly pricingUnit: AppliedPricingUnit | null
}

/** An amount in the pricing unit of a charge. */
export interface PricingUnitAmount {
  /** Whole hundredths of the unit, rounded once, half up. May exceed 2^53. */
  readonly amountCents: Decimal
  /** In the unit, unrounded. */
  readonly preciseAmount: Decimal
  /** In the unit, for one unit of usage on average, half up to 15 decimals; 0 without units. */
  readonly unitAmount: Decimal
}

/** What a fee comes to. */
export interface BilledAmount {
  /** Whole minor units, rounded once, half up. May exceed 2^53. */
  readonly amountCents: Decimal
  /** Currency units, unrounded: with a pricing unit its unrounded amount, converted. */
  readonly preciseAmount: Decimal
  /** Currency units for one unit on average, half up to 15 decimals; 0 without units. */
  readonly unitAmount: Decimal
  /** Null where the charge is priced in the currency. */
  readonly pricingUnit: PricingUnitAmount | null
}

/** A fee's amount, and what was rounded to it. */
export interface BillingSteps extends BilledAmount {
  /** Currency units for one pricing unit; null where the charge is priced in the currency. */
  readonly conversionRate: Decimal | null
  /** Currency units right before they are rounded to minor units: with a pricing unit its rounded amount, converted. */
  readonly currencyAmount: Decimal
}

/** Decimal places of the money that a charge is priced in: events of such a charge carry amounts in its smallest part. */
export const moneyExponentOf = ({ currency, pricingUnit }: ChargeMoney): number =>
  pricingUnit === null ? exponentOf(currency) : PRICING_UNIT_EXPONENT

/**
 * Rounds a price to a fee (metering rules, "From result to fee" 2 to 4). An amount in a pricing unit is rounded to hundredths of
 * that unit first, because these are what is sold; they are converted, and the result is rounded to the currency: 1.005 credits
 * at 10 are 1.01 credits and 10.10.
 * @param amount in the money of the charge, unrounded, at least 0
 * @param unitAmount the same for one unit of usage
 */
export function billingSteps(
  amount: Decimal,
  unitAmount: Decimal,
  { currency, pricingUnit }: ChargeMoney,
): BillingSteps {
  if (pricingUnit === null) {
    return {
      amountCents: toCents(amount, currency),
      preciseAmount: amount,
      unitAmount: roundHalfUp(unitAmount, UNIT_AMOUNT_DECIMALS),
      pricingUnit: null,
      conversionRate: null,
      currencyAmount: amount,
    }
  }
  const conversionRate = new Decimal(pricingUnit.conversionRate)
  const inUnit = roundHalfUp(amount, PRICING_UNIT_EXPONENT)
  const currencyAmount = inUnit.times(conversionRate)
  return {
    amountCents: toCents(currencyAmount, currency),
    preciseAmount: amount.times(conversionRate),
    unitAmount: roundHalfUp(unitAmount.times(conversionRate), UNIT_AMOUNT_DECIMALS),
    pricingUnit: {
      amountCents: inUnit.times(100),
      preciseAmount: amount,
      unitAmount: roundHalfUp(unitAmount, UNIT_AMOUNT_DECIMALS),
    },
    conversionRate,
    currencyAmount,
  }
}

/** The amount that {@link billingSteps} end with. */
export function billedAmount(amount: Decimal, unitAmount: Decimal, money: ChargeMoney): BilledAmount {
  return amountOf(billingSteps(amount, unitAmount, money))
}

export const amountOf = ({ amountCents, preciseAmount, unitAmount, pricingUnit }: BillingSteps): BilledAmount => ({
  amountCents,
  preciseAmount,
  unitAmount,
  pricingUnit,
})
