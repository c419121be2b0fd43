import { type PricedUnits, pricedUnits } from '../fixed_charges/price.js'
import { Decimal } from '../money/decimal.js'
import type { FixedBasis } from './fee_basis.js'
import { type Step, shown } from './steps.js'

/** The fee of a fixed charge made again. */
export interface FixedFeeAgain {
  readonly units: Decimal
  readonly amountCents: Decimal
  readonly steps: readonly Step[]
}

/** From the units to the fee, step by step (recurring rules, section 10). */
export function fixedFeeAgain(basis: FixedBasis, currency: string): FixedFeeAgain {
  const priced = pricedUnits(basis, currency)
  return { units: priced.units, amountCents: new Decimal(priced.amountCents), steps: stepsOf(basis, priced) }
}

function stepsOf({ held, periodDays, paidUnits, paidCents }: FixedBasis, priced: PricedUnits): Step[] {
  const { units, weighed, grossCents, amountCents } = priced
  const days = held.map((one) => ({ units: shown(one.units), days: one.days }))
  return [
    ...(paidUnits === null
      ? []
      : [
          {
            step: 'paid_units',
            inputs: { units: shown(held.at(-1)?.units ?? 0), paid_units: shown(paidUnits) },
            result: shown(units),
          },
        ]),
    ...(weighed === null
      ? []
      : [
          {
            step: 'proration',
            inputs: { period_days: periodDays, mode: 'half_up', decimals: 6 },
            result: shown(weighed),
            details: { held: days },
          },
        ]),
    {
      step: 'pricing',
      inputs: { units: shown(units), priced_units: shown(weighed ?? units) },
      result: shown(grossCents),
    },
    {
      step: 'currency_rounding',
      inputs: { amount_cents: shown(grossCents), mode: 'half_up', decimals: 0 },
      result: grossCents.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0),
    },
    ...(paidCents === 0
      ? []
      : [
          {
            step: 'paid_by_the_plan_before',
            inputs: { paid_amount_cents: String(paidCents) },
            result: shown(amountCents),
          },
        ]),
  ]
}
