import { Temporal } from '@js-temporal/polyfill'
import { Decimal } from '../money/decimal.js'
import { type PlanFeeInput, type ProratedPlanFee, planFee } from '../subscription/plan_fee.js'
import { halfOpen } from '../subscription/windows.js'
import type { PlanBasis } from './fee_basis.js'
import { type Step, shown } from './steps.js'

/** What a plan's fee was made from. */
export function planBasis(
  { amountCents, windows, billedBefore, trial, zone }: PlanFeeInput,
  { days, periodDays }: ProratedPlanFee,
): PlanBasis {
  return {
    kind: 'plan',
    amountCents,
    reason: windows.reason,
    periodFromOn: windows.planPeriod.fromOn.toString(),
    periodToOn: windows.planPeriod.toOn.toString(),
    window: windows.plan,
    billedBefore,
    trial: trial ?? null,
    ...{ zone, days, periodDays },
  }
}

/** The fee made again; null when none would be asked. */
export function planFeeAgain(basis: PlanBasis): ProratedPlanFee | null {
  const { amountCents, reason, billedBefore, trial, zone, window } = basis
  const nothing = halfOpen(window.fromAt, window.fromAt)
  return planFee({
    ...{ amountCents, billedBefore, trial, zone },
    windows: {
      reason,
      planPeriod: {
        fromOn: Temporal.PlainDate.from(basis.periodFromOn),
        toOn: Temporal.PlainDate.from(basis.periodToOn),
      },
      plan: window,
      charges: nothing,
      fixedCharges: nothing,
      billsPlanFee: true,
    },
  })
}

/** The whole period by its first and last day. */
export const periodShown = ({ periodFromOn, periodToOn }: PlanBasis) => ({
  period_from: periodFromOn,
  period_to: Temporal.PlainDate.from(periodToOn).subtract({ days: 1 }).toString(),
})

/** From the plan's price to its fee, step by step. */
export function planSteps({ amountCents, days, periodDays }: PlanBasis): Step[] {
  const precise = new Decimal(amountCents).times(days).div(periodDays)
  return [
    {
      step: 'proration',
      inputs: { plan_amount_cents: String(amountCents), days, period_days: periodDays },
      result: shown(precise),
    },
    {
      step: 'currency_rounding',
      inputs: { amount_cents: shown(precise), mode: 'half_up', decimals: 0 },
      result: precise.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0),
    },
  ]
}
