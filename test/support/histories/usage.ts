import { expect } from 'vitest'
import type { FeeRow } from '../../../src/resources/fees/table.js'
import type { SubscriptionRow } from '../../../src/resources/subscriptions/table.js'
import type { HistoryLife, SentEvent } from './life.js'
import type { HistoryRecord } from './record.js'
import { type UsageWindow, usageWindows } from './windows.js'

interface Sent extends SentEvent {
  /** In the order of sending. */
  readonly place: number
}

/**
 * Every event that came before its period was final is in exactly one fee: the fee of a window has the units of all events of
 * that window, windows without an event have no fee but to carry a minimum, and no event is in two windows.
 */
export function checkUsage(life: HistoryLife, record: HistoryRecord): void {
  const sent = life.sent.map((event, place) => ({ ...event, place }))
  const isDraft = new Map(record.invoices.map(({ id, status }) => [id, status === 'draft']))
  const expected: Billed[] = []
  const held: Sent[] = []
  for (const row of record.subscriptions) {
    for (const window of usageWindows(record, row)) {
      const events = sent.filter(
        (event) => event.externalId === row.externalId && holds(life, record, row, window, event),
      )
      if (!reachesBackOverAnother(record, row)) held.push(...events)
      const { invoiceId } = window.period
      const inTime = life.sentBeforeFinal.get(invoiceId) ?? sent.length
      const billed = events.filter(({ place }) => place < inTime)
      const isBilled = life.planOf(row).unitPrice !== null && isDraft.get(invoiceId) === false
      if (isBilled && billed.length > 0) expected.push(billedOf(window, billed))
    }
  }
  const found = record.fees.filter(
    ({ feeType, invoiceId, trueUpParentFeeId, trueUpFeeId, eventsCount }) =>
      feeType === 'charge' &&
      trueUpParentFeeId === null &&
      !(trueUpFeeId !== null && eventsCount === 0) &&
      isDraft.get(invoiceId ?? '') === false,
  )
  expect(found.map(billedBy).sort(byPlace)).toEqual(expected.sort(byPlace))
  expect(held.length).toBe(new Set(held.map(({ place }) => place)).size)
}

/** Where an event is billed: `subscription from to`, and what is billed there. */
type Billed = readonly [where: string, units: number, eventsCount: number | null]

const billedOf = ({ period, fromAt, toAt }: UsageWindow, events: readonly Sent[]): Billed => [
  `${period.subscriptionId} ${fromAt} ${toAt}`,
  events.reduce((sum, { units }) => sum + units, 0),
  events.length,
]

const billedBy = ({ subscriptionId, fromAt, toAt, units, eventsCount }: FeeRow): Billed => [
  `${subscriptionId} ${fromAt} ${toAt}`,
  Number(units),
  eventsCount,
]

const byPlace = ([a]: Billed, [b]: Billed) => (a < b ? -1 : 1)

/**
 * Whether a subscription was backdated over one that skipped its last invoice. It then starts as far back as was asked, and may bill
 * again what that one was billed for while it ran (subscriptions rules, section 8).
 */
function reachesBackOverAnother({ subscriptions }: HistoryRecord, row: SubscriptionRow): boolean {
  return subscriptions.some(
    (other) =>
      other.externalId === row.externalId &&
      other.seq < row.seq &&
      other.onTerminationInvoice === 'skip' &&
      (other.terminatedAt ?? 0) > (row.startedAt ?? 0),
  )
}

/** The instant at which one subscription ends for good and another begins is that of who was there when the event came. */
function holds(
  life: HistoryLife,
  record: HistoryRecord,
  row: SubscriptionRow,
  window: UsageWindow,
  event: Sent,
): boolean {
  const { fromAt, toAt, toInclusive } = window
  if (event.at < fromAt || event.at > toAt || (event.at === toAt && !toInclusive)) return false
  const others = record.subscriptions.filter(({ externalId, id }) => externalId === row.externalId && id !== row.id)
  const cameBefore = ({ id }: SubscriptionRow) => event.place < (life.sentBeforeStart.get(id) ?? 0)
  if (event.at === toAt) {
    const next = others.find((other) => other.startedAt === toAt && other.seq > row.seq)
    return next === undefined || cameBefore(next)
  }
  if (event.at !== row.startedAt || row.previousSubscriptionId !== null) return true
  const before = others.find(({ terminatedAt, seq }) => terminatedAt === event.at && seq < row.seq)
  return before === undefined || !cameBefore(row)
}
