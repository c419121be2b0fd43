import type { Temporal } from '@js-temporal/polyfill'
import { Decimal, ZERO } from '../money/decimal.js'
import { periodContaining, periodDays } from '../time/billing_periods.js'
import { daysBetween, laterDate } from '../time/dates.js'
import { localDate } from '../time/zones.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'
import { firstPaidDay, type Trial } from './trial.js'

/** Decimals of a minor unit that the amount of unused days is cut to (plan change rules, section 4). */
const UNUSED_DECIMALS = 5

export interface UnusedDaysInput {
  readonly terms: SubscriptionTerms
  readonly zone: string
  readonly endedAt: number
  /** Whether the day of the end is given back, because it belongs to the plan that follows. */
  readonly isUpgrade: boolean
  readonly trial: Trial | null
  /** The plan's price for a whole period when the fee was asked, minor units. */
  readonly planAmountCents: number
  /** The fee of the running period, whole minor units. */
  readonly feeAmountCents: number
  /** What credit notes have given back of that fee already. */
  readonly creditedAmountCents: Decimal
}

export interface UnusedDays {
  readonly unusedDays: number
  readonly usedDays: number
  readonly periodDays: number
  /** What is given back of the fee, before coupons and taxes: minor units, cut to 5 decimals; 0 when nothing is. */
  readonly amountCents: Decimal
  /** What the used days cost, unrounded. */
  readonly usedAmountCents: Decimal
}

/**
 * What a plan paid in advance gives back when it ends (plan change rules, section 4): the day price of then for the days
 * behind the last one, at most the fee, less what was given back before. Days of a trial that still runs are neither used nor
 * unused.
 */
export function unusedDays(input: UnusedDaysInput): UnusedDays {
  const { terms, zone, trial, planAmountCents } = input
  const endedOn = localDate(input.endedAt, zone)
  const period = periodContaining(periodGrids(terms, zone).plan, endedOn)
  const length = periodDays(period)
  const paidFromOn = firstPaid(period.fromOn, terms, trial, zone)
  const firstUnusedOn = firstUnused(endedOn, input)
  const unused = Math.max(0, daysBetween(firstUnusedOn, period.toOn))
  const used = Math.max(0, daysBetween(paidFromOn, firstUnusedOn))
  const price = (days: number) => new Decimal(planAmountCents).times(days).div(length)
  const base = Decimal.min(price(unused), input.feeAmountCents).minus(input.creditedAmountCents)
  return {
    unusedDays: unused,
    usedDays: used,
    periodDays: length,
    amountCents: Decimal.max(ZERO, base).toDecimalPlaces(UNUSED_DECIMALS, Decimal.ROUND_DOWN),
    usedAmountCents: price(used),
  }
}

/** Where a trial ends on the day of the end or later, no day has been used: what was paid begins with the trial's last day. */
function firstUnused(endedOn: Temporal.PlainDate, { isUpgrade, trial, zone }: UnusedDaysInput): Temporal.PlainDate {
  const trialOn = trial === null ? null : firstPaidDay(trial.endAt, zone)
  if (trialOn !== null && daysBetween(endedOn, trialOn) >= 0) return trialOn
  return isUpgrade ? endedOn : endedOn.add({ days: 1 })
}

function firstPaid(
  periodFromOn: Temporal.PlainDate,
  terms: SubscriptionTerms,
  trial: Trial | null,
  zone: string,
): Temporal.PlainDate {
  const fromOn = laterDate(periodFromOn, localDate(terms.startedAt, zone))
  return trial === null ? fromOn : laterDate(fromOn, firstPaidDay(trial.endAt, zone))
}
