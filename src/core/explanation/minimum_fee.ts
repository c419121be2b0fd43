import { type MinimumTerms, shortfallOf } from '../invoicing/shortfall.js'
import { Decimal } from '../money/decimal.js'
import { type Step, shown } from './steps.js'

/** From a minimum to the fee of what is missing to it, step by step (recurring rules, sections 8 and 9). */
export function minimumSteps(minimum: MinimumTerms): Step[] {
  const { of, amountCents, days, periodDays, usedAmountCents } = minimum
  const exact = new Decimal(amountCents).times(days).div(periodDays)
  const missing = shortfallOf(minimum)
  const target = missing?.targetCents ?? exact
  const proration: Step = {
    step: 'proration',
    inputs: { minimum_amount_cents: String(amountCents), days, period_days: periodDays },
    result: shown(exact),
  }
  const shortfall: Step = {
    step: 'shortfall',
    inputs: { target_amount_cents: shown(target), used_amount_cents: String(usedAmountCents) },
    result: shown(missing?.preciseAmountCents ?? 0),
  }
  return of === 'plan'
    ? [proration, rounding(exact, target), shortfall]
    : [proration, shortfall, rounding(missing?.preciseAmountCents ?? new Decimal(0), missing?.amountCents ?? 0)]
}

const rounding = (amountCents: Decimal, result: Decimal | number): Step => ({
  step: 'currency_rounding',
  inputs: { amount_cents: shown(amountCents), mode: 'half_up', decimals: 0 },
  result: new Decimal(result).toFixed(0),
})
