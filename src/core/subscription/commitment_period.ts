import { periodContaining, periodDays } from '../time/billing_periods.js'
import type { DateRange } from '../time/dates.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import type { SubscriptionTerms } from './terms.js'
import { planFromAt, type ZonedTerms, zonedTerms } from './window_bounds.js'
import { type BillingWindows, wholePlanWindow } from './windows.js'

/** A plan period whose commitment is settled. */
export interface CommitmentPeriod {
  /** From the first day used to the end of the period, or of the subscription in it. */
  readonly window: TimeWindow
  /** The days of the window, of those of the whole period. */
  readonly days: number
  readonly periodDays: number
  /** The instants of the whole period, the second exclusive. */
  readonly fromAt: number
  readonly toAt: number
}

/**
 * The plan period whose minimum commitment an invoice settles (recurring rules, section 9), null where it settles none: in arrears the
 * one that it closes, in advance the one before the one that it asks for, and the running one when the subscription ends.
 * @param askedBefore whether an earlier invoice asked the plan's fee: without one nothing is settled in advance
 */
export function commitmentPeriod(
  terms: SubscriptionTerms,
  windows: BillingWindows,
  { askedBefore, zone }: { readonly askedBefore: boolean; readonly zone: string },
): CommitmentPeriod | null {
  const isEnd = windows.reason === 'subscription_terminating'
  if (!isEnd && !(windows.reason === 'subscription_periodic' && windows.billsPlanFee)) return null
  if (!terms.payInAdvance) return settled(windows.planPeriod, windows.plan, zone)
  if (!askedBefore) return null
  const zoned = zonedTerms(terms, zone)
  return isEnd ? endedPeriod(zoned, windows) : periodBefore(zoned, windows)
}

function periodBefore(zoned: ZonedTerms, { planPeriod }: BillingWindows): CommitmentPeriod {
  const before = periodContaining(zoned.grids.plan, planPeriod.fromOn.subtract({ days: 1 }))
  return settled(before, wholePlanWindow(zoned, before), zoned.zone)
}

/** A subscription that ends before the run of a billing day ends with the day before: with that one's period, whatever was asked ahead. */
function endedPeriod(zoned: ZonedTerms, { planPeriod, plan, charges }: BillingWindows): CommitmentPeriod {
  const { zone } = zoned
  if (charges === null || plan.toAt === charges.toAt) return settled(planPeriod, plan, zone)
  const last = periodContaining(zoned.grids.plan, localDate(charges.toAt, zone).subtract({ days: 1 }))
  return settled(last, { ...charges, fromAt: planFromAt(zoned, last) }, zone)
}

function settled(period: DateRange, window: TimeWindow, zone: string): CommitmentPeriod {
  const [fromAt, toAt] = [midnight(period.fromOn, zone), midnight(period.toOn, zone)]
  const length = periodDays(period)
  // Asked of the bounds rather than of the days, because a zone may have left a date of the period out.
  const isWhole = window.fromAt <= fromAt && window.toAt >= toAt
  return {
    window,
    days: isWhole ? length : Math.min(windowDays(window, zone), length),
    periodDays: length,
    fromAt,
    toAt,
  }
}

/**
 * Whether something that was billed for a window belongs to the period. Asked of its middle: bounds that were reckoned in another zone lie
 * a few hours beside the period's.
 */
export function belongsTo({ fromAt, toAt }: Pick<TimeWindow, 'fromAt' | 'toAt'>, period: CommitmentPeriod): boolean {
  const middle = fromAt + (toAt - fromAt) / 2
  return middle >= period.fromAt && middle < period.toAt
}
