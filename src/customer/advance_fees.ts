import type { Charge } from '../core/catalog.js'
import { chargeFee } from '../core/invoicing/charge_fee.js'
import type { ChargeFeeDraft } from '../core/invoicing/fee.js'
import { bucketOfKey } from '../core/metering/divider.js'
import { contains } from '../core/metering/window.js'
import { exponentOf } from '../core/money/currencies.js'
import type { RatedUsage } from '../core/rating/rate_charge.js'
import { type EventWindows, eventWindows } from '../core/subscription/event_windows.js'
import type { TimeWindow } from '../core/time/windows.js'
import { localDate, midnight } from '../core/time/zones.js'
import type { ReceivedEvent } from '../core/usage/advance_bucket.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import { entityOfSubscription } from './billing_entity.js'
import { type CustomerState, planOf } from './load_customer.js'
import { eventWindow, type UsageFrame, usageFrame } from './rated_usage.js'

/** An event that lies in a subscription's life, and the period that holds it. */
export interface PlacedEvent {
  readonly subscription: SubscriptionRow
  readonly windows: EventWindows
  readonly frame: UsageFrame
  readonly transactionId: string
}

/** After every instant that an event can have, epoch milliseconds. */
const FOR_EVER = 8_640_000_000_000_000

/**
 * The subscription that was active at the event's moment, undefined when none was. At the very instant of a change of plan it is
 * the new one (metering rules, section 1).
 * @param subscriptions the customer's, of the event's external id
 */
export function activeAt(
  subscriptions: readonly SubscriptionRow[],
  event: Pick<ReceivedEvent, 'at' | 'seq'>,
): SubscriptionRow | undefined {
  return subscriptions
    .filter((row) => row.startedAt !== null && contains(eventWindow(row, lifeOf(row)), event))
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    .at(-1)
}

const lifeOf = ({ startedAt, terminatedAt }: SubscriptionRow): TimeWindow => ({
  fromAt: startedAt ?? FOR_EVER,
  toAt: terminatedAt ?? FOR_EVER,
  toInclusive: terminatedAt !== null,
})

/** The period of an active subscription that holds an event. */
export function placeEvent(
  state: CustomerState,
  subscription: SubscriptionRow,
  event: Pick<ReceivedEvent, 'at'> & { readonly transactionId: string },
): PlacedEvent {
  const terms = termsOf(subscription, planOf(state, subscription))
  const windows = eventWindows(terms, Math.floor(event.at / 1000), state.zone)
  const { terminatedAt } = subscription
  const ends = terminatedAt !== null && terminatedAt < windows.charges.toAt
  const stretch = ends ? { ...windows.charges, toAt: terminatedAt, toInclusive: true } : windows.charges
  const frame = usageFrame(state, subscription, stretch, state.zone)
  return { subscription, windows, frame, transactionId: event.transactionId }
}

/** The charges of the subscription's plan, as it is now, that events of this code are charged by in advance. */
export function chargesInAdvance(state: CustomerState, subscription: SubscriptionRow, code: string): Charge[] {
  return planOf(state, subscription).charges.filter((charge) => charge.payInAdvance && charge.metric.code === code)
}

/** The price of an event, and the bucket that it fell into. */
export interface PricedEvent {
  readonly bucket: string
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly usage: RatedUsage
}

/** The fee of an event that fell into a bucket of a charge in advance. */
export function advanceFee(
  state: CustomerState,
  { subscription, windows, transactionId }: PlacedEvent,
  charge: Charge,
  { bucket: key, groupedBy, usage }: PricedEvent,
): ChargeFeeDraft {
  const plan = planOf(state, subscription)
  const bucket = bucketOfKey(key)
  return chargeFee({
    subscriptionId: subscription.id,
    plan,
    charge,
    filter: bucket.filter === null ? null : (charge.filters[bucket.filter] ?? null),
    groupedBy,
    usage,
    eventTransactionId: transactionId,
    presentationBreakdowns: [],
    currencyExponent: exponentOf(plan.currency),
    ...shownWindow(state, charge, subscription, windows),
    payInAdvance: true,
    customerTaxes: state.customerTaxes,
    organizationTaxes: entityOfSubscription(state, subscription).taxes,
  })
}

/** Fees without an invoice are of whole days: the first ones from the first instant of the day of the start on. */
function shownWindow(
  { zone }: CustomerState,
  charge: Charge,
  { startedAt }: SubscriptionRow,
  { charges }: EventWindows,
) {
  const isFirst = !charge.invoiceable && charges.fromAt === startedAt
  return isFirst ? { ...charges, fromAt: midnight(localDate(startedAt, zone), zone) } : charges
}
