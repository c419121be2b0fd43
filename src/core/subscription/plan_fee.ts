import { roundToCents } from '../invoicing/cents.js'
import type { PlanFee } from '../invoicing/subscription_fee.js'
import { Decimal } from '../money/decimal.js'
import { periodDays } from '../time/billing_periods.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { midnight } from '../time/zones.js'
import { paidPart, type Trial } from './trial.js'
import type { BillingWindows } from './windows.js'

export interface ProratedPlanFee extends PlanFee {
  /** Days that are paid for, of the days of the whole period. */
  readonly days: number
  readonly periodDays: number
  /** What is paid for: the plan window without the days of a trial. */
  readonly window: TimeWindow
}

export interface PlanFeeInput {
  /** The plan's price for a whole period, minor units. */
  readonly amountCents: number
  readonly windows: BillingWindows
  /** Whether an earlier invoice holds a plan fee of this subscription. */
  readonly billedBefore: boolean
  /** Null, or absent, for a subscription without a trial. */
  readonly trial?: Trial | null
  readonly zone: string
}

/**
 * The plan's fee for the plan window, price x days / days of the whole period, rounded once, half up; null where none is
 * asked (subscriptions rules, section 5). The whole price is due when the window is the whole period: from the second
 * period on, for the coming period of a backdated subscription, in a first period that starts on the anniversary. It is
 * also due once a plan fee has been asked, but the last fee is always by days. The days of a trial are not paid for (section 6).
 */
export function planFee({ amountCents, windows, billedBefore, trial, zone }: PlanFeeInput): ProratedPlanFee | null {
  if (!windows.billsPlanFee) return null
  const window = paidPart(windows.plan, trial ?? null, zone)
  if (window === null) return null
  const length = periodDays(windows.planPeriod)
  const isLast = windows.reason === 'subscription_terminating'
  const isCut = window.fromAt > windows.plan.fromAt
  const isWhole = !isCut && (coversPeriod(windows, zone) || (billedBefore && !isLast))
  const days = isWhole ? length : Math.min(windowDays(window, zone), length)
  const precise = new Decimal(amountCents).times(days).div(length)
  return { amountCents: roundToCents(precise), preciseAmountCents: precise, days, periodDays: length, window }
}

/** Asked of the bounds rather than of the days, because a zone may have left a date of the period out. */
function coversPeriod({ plan, planPeriod }: BillingWindows, zone: string): boolean {
  return plan.fromAt <= midnight(planPeriod.fromOn, zone) && plan.toAt >= midnight(planPeriod.toOn, zone)
}
