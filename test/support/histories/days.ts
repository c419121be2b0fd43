import type { Temporal } from '@js-temporal/polyfill'
import { expect } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { periodGrids } from '../../../src/core/subscription/terms.js'
import {
  firstStartOnOrAfter,
  isPeriodStart,
  type PeriodTerms,
  periodContaining,
} from '../../../src/core/time/billing_periods.js'
import { daysBetween, laterDate } from '../../../src/core/time/dates.js'
import { ceilToHour } from '../../../src/core/time/instants.js'
import { windowDays } from '../../../src/core/time/windows.js'
import { localDate } from '../../../src/core/time/zones.js'
import type { FeeRow } from '../../../src/resources/fees/table.js'
import type { SubscriptionRow } from '../../../src/resources/subscriptions/table.js'
import { termsOf } from '../../../src/resources/subscriptions/terms.js'
import { DAY, type PlanSpec } from './history.js'
import type { HistoryLife } from './life.js'
import type { HistoryRecord } from './record.js'
import { isBackdated, successorOf } from './windows.js'

type Day = Temporal.PlainDate

/** A subscription of a customer who never moved, day by day. */
interface Tenure {
  readonly row: SubscriptionRow
  readonly plan: PlanSpec
  readonly zone: string
  readonly grids: { readonly plan: PeriodTerms; readonly billing: PeriodTerms }
  readonly startOn: Day
  /** The first day that is not the subscription's any more; null while it runs. */
  readonly endOn: Day | null
  /** Whether another plan took over. */
  readonly isTakenOver: boolean
  /** When a trial ends, and the first day behind it; null without one. */
  readonly trial: { readonly endAt: number; readonly untilOn: Day } | null
  readonly fees: readonly FeeRow[]
}

/**
 * Every day of a subscription is paid once, and no other day is: the plan fees' windows, without the days that credit notes gave
 * back. Each fee and each note has the price of its days, so the parts of a divided period add up to the whole.
 */
export function checkPaidDays(life: HistoryLife, record: HistoryRecord): void {
  if (life.zones.length > 1) return
  for (const row of record.subscriptions) {
    if (row.startedAt === null || startedBefore(record, row)) continue
    const tenure = tenureOf(life, record, row, row.startedAt)
    const paid = new Map<string, number>()
    const count = (from: Day, days: number, times: number) => {
      for (let i = 0; i < days; i++) {
        const day = from.add({ days: i }).toString()
        paid.set(day, (paid.get(day) ?? 0) + times)
      }
    }
    for (const fee of tenure.fees) {
      const window = { fromAt: fee.fromAt ?? 0, toAt: fee.toAt ?? 0, toInclusive: fee.toInclusive }
      const days = windowDays(window, tenure.zone)
      const from = localDate(window.fromAt, tenure.zone)
      count(from, days, 1)
      checkPrice(tenure, fee, from, days)
    }
    const returned = returnedDays(record, tenure)
    if (returned !== null) count(returned.from, returned.days, -1)
    expect({ paid: [...paid].filter(([, times]) => times !== 0).sort(byDay), row }).toEqual({
      paid: expectedDays(life, tenure),
      row,
    })
  }
}

/**
 * Whether a later subscription of the same id was given an earlier start, where the one before had skipped its last invoice: the trial
 * then counts from there, also for what is still to be computed of the one before.
 */
const startedBefore = ({ subscriptions }: HistoryRecord, row: SubscriptionRow): boolean =>
  subscriptions.some(
    (other) =>
      other.externalId === row.externalId &&
      other.seq > row.seq &&
      (other.startedAt ?? row.createdAt) < (row.startedAt ?? 0),
  )

const byDay = ([a]: readonly [string, number], [b]: readonly [string, number]) => (a < b ? -1 : 1)

function tenureOf(life: HistoryLife, record: HistoryRecord, row: SubscriptionRow, startedAt: number): Tenure {
  const plan = life.planOf(row)
  const zone = life.history.zone
  const { plan: grid, billing } = periodGrids(termsOf(row, { ...plan, billFixedChargesMonthly: null }), zone)
  const starts = record.subscriptions.flatMap((other) =>
    other.externalId === row.externalId && other.startedAt !== null ? [other.startedAt] : [],
  )
  const trialEndAt = Math.min(...starts) + plan.trialDays * DAY
  const isTakenOver = successorOf(record, row) !== undefined
  const endedOn = row.terminatedAt === null ? null : localDate(row.terminatedAt, zone)
  return {
    row,
    plan,
    zone,
    grids: { plan: grid, billing },
    startOn: localDate(startedAt, zone),
    endOn: endedOn === null || isTakenOver ? endedOn : endedOn.add({ days: 1 }),
    isTakenOver,
    trial: plan.trialDays === 0 ? null : { endAt: trialEndAt, untilOn: localDate(trialEndAt, zone) },
    fees: record.fees.filter(({ feeType, subscriptionId }) => feeType === 'subscription' && subscriptionId === row.id),
  }
}

function checkPrice({ plan, grids }: Tenure, fee: FeeRow, from: Day, days: number): void {
  const period = periodContaining(grids.plan, from)
  const length = daysBetween(period.fromOn, period.toOn)
  const precise = new Decimal(plan.amountCents).times(days).div(length)
  expect(days).toBeLessThanOrEqual(length)
  expect(fee.amountCents).toBe(precise.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber())
}

/** The days that a credit note has given back; null without one. */
function returnedDays(record: HistoryRecord, tenure: Tenure): { from: Day; days: number } | null {
  const { fees, endOn, trial, grids, plan } = tenure
  const items = record.items.filter(({ feeId }) => fees.some(({ id }) => id === feeId))
  const [item] = items
  if (item === undefined || endOn === null) {
    expect(items).toEqual([])
    return null
  }
  expect(items).toHaveLength(1)
  const fee = fees.find(({ id }) => id === item.feeId)
  if (fee === undefined) throw new Error('an item has no fee')
  const period = periodContaining(grids.plan, endOn.subtract({ days: tenure.isTakenOver ? 0 : 1 }))
  const from = isTrialDay(tenure) ? (trial?.untilOn ?? endOn) : endOn
  const days = daysBetween(from, period.toOn)
  const price = new Decimal(plan.amountCents).times(days).div(daysBetween(period.fromOn, period.toOn))
  const expected = Decimal.min(price, fee.amountCents).toDecimalPlaces(5, Decimal.ROUND_DOWN)
  expect(Number(item.preciseAmountCents)).toBe(expected.toNumber())
  return { from, days }
}

/** Whether it ended while its trial ran, or on the trial's last day: then nothing is kept of what was paid for the days behind the trial. */
function isTrialDay({ row, trial, zone }: Tenure): boolean {
  return (
    row.terminatedAt !== null && trial !== null && daysBetween(localDate(row.terminatedAt, zone), trial.untilOn) >= 0
  )
}

/** Each day that is to be paid, once. */
function expectedDays(life: HistoryLife, tenure: Tenure): [string, number][] {
  const days: [string, number][] = []
  if (!isAsked(life, tenure)) return days
  const until = untilOn(life, tenure)
  for (let day = paidFrom(life, tenure); daysBetween(day, until) > 0; day = day.add({ days: 1 }))
    days.push([day.toString(), 1])
  return days
}

/**
 * A plan in advance is asked for nothing before the run that ends its trial, except by the run or the start of the very day; a
 * subscription that ends before the hour at which it was to start has no days.
 */
function isAsked(life: HistoryLife, tenure: Tenure): boolean {
  const { row, plan, grids, startOn, zone, trial } = tenure
  const lastAt = row.terminatedAt ?? life.now
  if (!plan.payInAdvance) return lastAt >= (row.startedAt ?? 0)
  if (trial === null || ceilToHour(trial.endAt) <= lastAt) return true
  const { fromOn } = periodContaining(grids.plan, localDate(lastAt, zone))
  return daysBetween(trial.untilOn, laterDate(fromOn, startOn)) >= 0
}

/** The first day that is to be paid: not within a trial, nor before what a backdated subscription is billed for. */
function paidFrom(life: HistoryLife, { row, plan, grids, startOn, trial, zone }: Tenure): Day {
  let from = startOn
  // The run that ends a trial asks for the rest of the running period, also where nothing was asked before.
  const isAskedAfterTrial = plan.payInAdvance && trial !== null && trial.endAt > row.createdAt
  if (isBackdated(life, row) && !isAskedAfterTrial) {
    const dayAfter = laterDate(startOn.add({ days: 1 }), localDate(row.createdAt, zone))
    const billedOn = firstStartOnOrAfter(grids.billing, dayAfter)
    from = plan.payInAdvance
      ? firstStartOnOrAfter(grids.plan, billedOn)
      : laterDate(startOn, periodContaining(grids.plan, billedOn.subtract({ days: 1 })).fromOn)
  }
  return trial === null ? from : laterDate(from, trial.untilOn)
}

/** The first day that is not to be paid any more. */
function untilOn(life: HistoryLife, tenure: Tenure): Day {
  const { row, plan, startOn, endOn, grids, isTakenOver, zone, trial } = tenure
  if (row.terminatedAt === null || endOn === null) {
    const running = periodContaining(grids.plan, localDate(life.now, zone))
    return plan.payInAdvance ? running.toOn : running.fromOn
  }
  if (isTakenOver) return endOn
  const endedOn = localDate(row.terminatedAt, zone)
  const isLeftByRun = row.endingAt !== null && localDate(row.endingAt, zone).equals(endedOn) && !startOn.equals(endedOn)
  const grid = plan.payInAdvance ? grids.plan : grids.billing
  // The run of its ending date leaves it to its end, which settles what lies before that day.
  const lastOn = isLeftByRun && isPeriodStart(grid, endedOn) ? endedOn.subtract({ days: 1 }) : endedOn
  const last = periodContaining(grids.plan, lastOn)
  if (plan.payInAdvance && row.onTerminationCreditNote === 'skip') return last.toOn
  if (!plan.payInAdvance && row.onTerminationInvoice === 'skip') return last.fromOn
  if (plan.payInAdvance && trial !== null && isTrialDay(tenure)) return trial.untilOn
  return lastOn.add({ days: 1 })
}
