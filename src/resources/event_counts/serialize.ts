import type { Charge, ChargeFilter } from '../../core/catalog.js'
import type { UnmatchedReason } from '../../core/metering/event_ledger.js'
import { formatDecimal } from '../../core/money/format.js'
import type { RatedUsage } from '../../core/rating/rate_charge.js'
import type { TimeWindow } from '../../core/time/windows.js'
import type { CodeCount, UnmatchedEvents } from '../../customer/contract.js'
import { lastSecond, milliseconds, seconds } from '../../http/timestamps.js'
import { eventId, serializeEvent } from '../events/serialize.js'
import type { WaitingCount } from './store.js'

/** What waits in the inbox of the events of one code. */
export interface WaitingOfCode {
  readonly waiting: number
  readonly withdrawn: number
  /** Epoch microseconds. */
  readonly firstAt: number | null
  readonly lastAt: number | null
}

const NOTHING_WAITS: WaitingOfCode = { waiting: 0, withdrawn: 0, firstAt: null, lastAt: null }

/** @param logged undefined where all events of the code still wait */
export function serializeCodeCount(code: string, logged: CodeCount | undefined, waits: WaitingOfCode = NOTHING_WAITS) {
  return {
    code,
    accepted_count: logged?.accepted ?? 0,
    waiting_count: waits.waiting,
    duplicates_count: logged?.duplicates ?? 0,
    withdrawn_count: (logged?.withdrawn ?? 0) + waits.withdrawn,
    amended_count: logged?.amended ?? 0,
    unknown_metric_count: logged?.unmatched.unknown_metric ?? 0,
    not_charged_count: logged?.unmatched.not_charged ?? 0,
    outside_period_count: logged?.unmatched.outside_period ?? 0,
    first_timestamp: moment(extreme(Math.min, logged?.firstAt, waits.firstAt)),
    last_timestamp: moment(extreme(Math.max, logged?.lastAt, waits.lastAt)),
  }
}

export const serializeWaitingCount = (row: WaitingCount) => ({
  external_subscription_id: row.externalSubscriptionId,
  waiting_count: row.waiting,
  withdrawn_count: row.withdrawn,
  first_timestamp: moment(row.firstAt),
  last_timestamp: moment(row.lastAt),
})

export function serializeUnmatchedEvent(
  event: UnmatchedEvents['events'][number],
  owner: { customerId: string; subscriptionId: string | null },
) {
  const { reason } = event
  return { ...serializeEvent({ ...event, ...owner, lagoId: eventId(owner.customerId, event.seq) }), reason }
}

/** What an event did, as it is answered: plain JSON, for it crosses processes. */
export interface EventReceipt {
  /** Why nothing counts the event; null when something does. */
  readonly reason: UnmatchedReason | 'unknown_subscription' | 'no_subscription' | null
  readonly charges: readonly ReceiptOfCharge[]
}

export type ReceiptOfCharge = ReturnType<typeof serializeReceiptRow>

/** @param row.usage null where nothing in the event's bucket is counted, the event included */
export function serializeReceiptRow(row: {
  readonly charge: Charge
  readonly stretch: TimeWindow
  readonly currency: string
  readonly filter: ChargeFilter | null
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly usage: RatedUsage | null
}) {
  const { charge, currency, filter, groupedBy, stretch, usage } = row
  return {
    lago_charge_id: charge.id,
    charge_code: charge.code,
    charge_model: charge.chargeModel,
    from_datetime: seconds(stretch.fromAt),
    to_datetime: seconds(lastSecond(stretch.toAt)),
    filter: filter?.values ?? null,
    grouped_by: groupedBy,
    units: usage === null ? '0.0' : formatDecimal(usage.units),
    events_count: usage?.eventsCount ?? 0,
    amount_cents: usage?.amountCents.toNumber() ?? 0,
    amount_currency: currency,
  }
}

function extreme(
  choose: (...values: number[]) => number,
  ...moments: readonly (number | null | undefined)[]
): number | null {
  const known = moments.filter((at) => typeof at === 'number')
  return known.length === 0 ? null : choose(...known)
}

const moment = (at: number | null): string | null => milliseconds(at === null ? null : Math.floor(at / 1000))
