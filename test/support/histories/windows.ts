import { Temporal } from '@js-temporal/polyfill'
import { expect } from 'vitest'
import { HOUR_MS } from '../../../src/core/time/instants.js'
import { localDate } from '../../../src/core/time/zones.js'
import type { BillingPeriodRow } from '../../../src/resources/invoices/table.js'
import type { SubscriptionRow } from '../../../src/resources/subscriptions/table.js'
import type { HistoryLife } from './life.js'
import type { HistoryRecord } from './record.js'

/** A stretch of time whose usage was billed, epoch milliseconds. */
export interface UsageWindow {
  readonly fromAt: number
  readonly toAt: number
  readonly toInclusive: boolean
  readonly period: BillingPeriodRow
}

/** The windows of usage that a subscription was billed for, in the order of billing; those that hold no instant are none. */
export function usageWindows(record: HistoryRecord, { id }: SubscriptionRow): UsageWindow[] {
  return record.periods.flatMap((period) => {
    const { subscriptionId, chargesFromAt: fromAt, chargesToAt: toAt, chargesToInclusive: toInclusive } = period
    if (subscriptionId !== id || fromAt === null || toAt === null) return []
    return fromAt < toAt || toInclusive ? [{ fromAt, toAt, toInclusive, period }] : []
  })
}

/** The subscription that took over from this one, if one did. */
export const successorOf = ({ subscriptions }: HistoryRecord, { id }: SubscriptionRow): SubscriptionRow | undefined =>
  subscriptions.find((row) => row.previousSubscriptionId === id && row.startedAt !== null)

/**
 * Whether it was asked to start on a day before that of its creation, by the dates of the zone of then: what lies far back is not
 * billed. Who takes over from another has that one's `subscription_at`, but begins in the present.
 */
export function isBackdated(
  life: HistoryLife,
  { subscriptionAt, createdAt, previousSubscriptionId }: SubscriptionRow,
): boolean {
  const zone = life.zoneAt(createdAt)
  const isBefore = Temporal.PlainDate.compare(localDate(subscriptionAt, zone), localDate(createdAt, zone)) < 0
  return previousSubscriptionId === null && isBefore
}

/**
 * Every instant of a subscription's life up to the last one billed is in exactly one window of usage: the first begins with the
 * subscription, each begins where the one before ended, the last ends with the subscription, and whoever takes over begins there.
 */
export function checkUsageWindows(life: HistoryLife, record: HistoryRecord): void {
  for (const row of record.subscriptions) {
    if (row.startedAt === null) continue
    const windows = usageWindows(record, row)
    checkBegin(life, row, row.startedAt, windows[0])
    checkSuccession(record, row, row.startedAt)
    windows.slice(1).forEach(({ fromAt }, i) => {
      expect(windows[i]).toMatchObject({ toAt: fromAt, toInclusive: false })
    })
    checkEnd(record, row, row.startedAt, windows.at(-1))
  }
}

function checkBegin(life: HistoryLife, row: SubscriptionRow, startedAt: number, first: UsageWindow | undefined): void {
  if (first === undefined) return
  if (!isBackdated(life, row)) {
    expect(first.fromAt).toBe(startedAt)
    return
  }
  // Of a backdated one the last period that was over when it was created, or the one that ran then.
  expect(first.fromAt).toBeGreaterThanOrEqual(startedAt)
  expect(first.toAt).toBeGreaterThanOrEqual(
    Math.min(row.createdAt - DAY_OF_ANY_ZONE, row.terminatedAt ?? row.createdAt),
  )
}

/** Nothing begins before the end of what was billed to its end, however far back it was asked to start. */
function checkSuccession(record: HistoryRecord, row: SubscriptionRow, startedAt: number): void {
  for (const other of record.subscriptions) {
    const isBilled = other.onTerminationInvoice === 'generate' || successorOf(record, other) !== undefined
    if (other.externalId !== row.externalId || other.seq >= row.seq || !isBilled) continue
    // One that was to start later on the day on which it was left for another plan had not begun.
    if (row.previousSubscriptionId !== null && startedAt < (other.startedAt ?? 0)) continue
    expect(startedAt).toBeGreaterThanOrEqual(other.terminatedAt ?? startedAt)
  }
}

/** From the midnight of a date in one zone to the end of the date in any other, at most. */
const DAY_OF_ANY_ZONE = 50 * HOUR_MS

function checkEnd(record: HistoryRecord, row: SubscriptionRow, startedAt: number, last: UsageWindow | undefined): void {
  const { terminatedAt, endingAt, onTerminationInvoice } = row
  // One that was to start later on the very day of its end has no life.
  if (terminatedAt === null || startedAt > terminatedAt) return
  const successor = successorOf(record, row)
  if (successor !== undefined) {
    expect(successor.startedAt).toBe(terminatedAt)
    expect(last ?? { toAt: startedAt, toInclusive: false }).toMatchObject({ toAt: terminatedAt, toInclusive: false })
  } else if (onTerminationInvoice === 'generate' && endingAt !== null && last?.toInclusive !== true) {
    // On a billing day the run leaves it to its end, an hour's run of its own: that settles what lies before the day, and what is
    // used between midnight and that hour is not billed (subscriptions rules, section 7).
    expect(terminatedAt - (last?.toAt ?? startedAt)).toBeLessThan(HOUR_MS)
  } else if (onTerminationInvoice === 'generate') {
    expect(last).toMatchObject({ toAt: terminatedAt, toInclusive: true })
  }
}

/**
 * The plan's periods follow each other. Where the customer has moved the anchor is read in the present zone, which shifts it by up to
 * two days, and by up to five at the end of February (28th against 2nd): the period after the last one billed is the one whose start
 * lies closest.
 */
export function checkPlanPeriods(life: HistoryLife, record: HistoryRecord): void {
  const mostDays = life.zones.length > 1 ? 5 : 0
  for (const { id } of record.subscriptions) {
    const periods = record.periods.filter(
      (period) =>
        period.subscriptionId === id && period.billsPlanFee && period.invoicingReason === 'subscription_periodic',
    )
    periods.slice(1).forEach(({ planPeriodFromOn }, i) => {
      const before = Temporal.PlainDate.from(periods[i]?.planPeriodToOn ?? planPeriodFromOn)
      expect(Math.abs(before.until(planPeriodFromOn, { largestUnit: 'day' }).days)).toBeLessThanOrEqual(mostDays)
    })
  }
}
