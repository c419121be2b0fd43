import type { Temporal } from '@js-temporal/polyfill'
import { Decimal } from '../money/decimal.js'
import { periodContaining } from '../time/billing_periods.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import type { SubscriptionTerms } from './terms.js'
import { zonedTerms } from './window_bounds.js'
import { type BillingWindows, halfOpen } from './windows.js'

const DAY_MS = 86_400_000

/** The trial of a subscription, running or over. */
export interface Trial {
  /** Epoch milliseconds. */
  readonly endAt: number
  /** Whether the plan that is free of charge until then is paid in advance. */
  readonly payInAdvance: boolean
}

/**
 * When a trial ends: that many times 24 hours after the first start of any of the customer's subscriptions of the external
 * id, so that none is ever granted twice (subscriptions rules, section 6). Null without a trial. Epoch milliseconds.
 * @param trialPeriod days, decimal text
 */
export function trialEndOf(firstStartedAt: number, trialPeriod: string | null): number | null {
  const days = new Decimal(trialPeriod ?? 0)
  return days.gt(0) ? firstStartedAt + days.times(DAY_MS).round().toNumber() : null
}

/** The first local day that is paid for: the one on which the trial ends, at whatever hour. */
export function firstPaidDay(trialEndAt: number, zone: string): Temporal.PlainDate {
  return localDate(trialEndAt, zone)
}

/**
 * Whether the trial runs at `now`. A start or a change of plan then asks no fee, not even on the day on which the trial ends:
 * the fee follows at its end (subscriptions rules, section 4). A recurring run of that day does ask it, see {@link paidPart}.
 */
export function isTrialRunning(trial: Trial | null, now: number): boolean {
  return trial !== null && now < trial.endAt
}

/**
 * The part of a plan window that is behind the trial, from the local day of its end on; null when the trial takes up the whole
 * of it. A plan in advance is not asked for a window whose first days are still in the trial: its fee follows when the trial ends.
 */
export function paidPart(window: TimeWindow, trial: Trial | null, zone: string): TimeWindow | null {
  if (trial === null) return window
  const fromAt = midnight(firstPaidDay(trial.endAt, zone), zone)
  if (fromAt <= window.fromAt) return window
  if (trial.payInAdvance || fromAt > window.toAt || (fromAt === window.toAt && !window.toInclusive)) return null
  return { ...window, fromAt }
}

/** The windows of the invoice by which a plan in advance asks the rest of the running period when its trial ends. */
export function trialEndWindows(terms: SubscriptionTerms, trialEndAt: number, zone: string): BillingWindows {
  const { grids } = zonedTerms(terms, zone)
  const on = firstPaidDay(trialEndAt, zone)
  const planPeriod = periodContaining(grids.plan, on)
  const nothing = halfOpen(trialEndAt, trialEndAt)
  return {
    reason: 'subscription_starting',
    planPeriod,
    plan: halfOpen(midnight(on, zone), midnight(planPeriod.toOn, zone)),
    charges: nothing,
    fixedCharges: nothing,
    billsPlanFee: true,
  }
}
