import { roundToCents } from '../invoicing/cents.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, type DecimalValue } from '../money/decimal.js'
import { formatDecimal } from '../money/format.js'
import type { BillingSteps } from '../rating/billed_amount.js'

/** One step of an arithmetic: what went in and what came out. Decimals are text; a step starts from the result before it. */
export interface Step {
  readonly step: string
  readonly inputs: Readonly<Record<string, string | number | boolean | null>>
  readonly result: string
  /** What the step is made up of, where it has parts. */
  readonly details?: Readonly<Record<string, unknown>>
}

export const shown = (value: DecimalValue): string => formatDecimal(new Decimal(value))

/** From a price to a fee: rounded in the pricing unit and converted, where there is one, then rounded to the currency. */
export function billingStepsShown(amount: Decimal, billing: BillingSteps, currency: string): Step[] {
  const { pricingUnit, conversionRate, currencyAmount, amountCents } = billing
  const converted: Step[] =
    pricingUnit === null || conversionRate === null
      ? []
      : [
          {
            step: 'pricing_unit_rounding',
            inputs: { amount: shown(amount), mode: 'half_up', decimals: 2 },
            result: shown(pricingUnit.amountCents.div(100)),
          },
          {
            step: 'conversion',
            inputs: { amount: shown(pricingUnit.amountCents.div(100)), conversion_rate: shown(conversionRate) },
            result: shown(currencyAmount),
          },
        ]
  const rounding: Step = {
    step: 'currency_rounding',
    inputs: { amount: shown(currencyAmount), mode: 'half_up', decimals: exponentOf(currency), currency },
    result: amountCents.toFixed(0),
  }
  return [...converted, rounding]
}

/** What a fee has been made to bear. Amounts in minor units. */
export interface TaxedFee {
  readonly amountCents: number
  /** The part that coupons take off. */
  readonly couponsCents: Decimal
  readonly taxes: readonly { readonly code: string; readonly rate: string }[]
}

/**
 * Coupons and taxes of a fee (invoicing rules, section 2): every tax is shown rounded by itself, the fee's taxes are rounded once,
 * so the rows may add up to something else.
 */
export function taxSteps({ amountCents, couponsCents, taxes }: TaxedFee): { steps: Step[]; taxesAmountCents: number } {
  const net = new Decimal(amountCents).minus(couponsCents)
  const rate = taxes.reduce((sum, tax) => sum.plus(tax.rate), new Decimal(0))
  const due = (percent: DecimalValue) => net.times(percent).div(100)
  const taxesAmountCents = roundToCents(due(rate))
  const row = (step: string, percent: DecimalValue, code: string | null): Step => ({
    step,
    inputs: {
      ...(code !== null && { tax_code: code }),
      base_amount_cents: shown(net),
      rate: shown(percent),
      unrounded_amount_cents: shown(due(percent)),
      mode: 'half_up',
    },
    result: String(roundToCents(due(percent))),
  })
  return {
    taxesAmountCents,
    steps: [
      {
        step: 'coupons',
        inputs: { amount_cents: String(amountCents), coupons_amount_cents: shown(couponsCents) },
        result: shown(net),
      },
      ...taxes.map((tax) => row('tax', tax.rate, tax.code)),
      row('taxes', rate, null),
    ],
  }
}
