import type { NewEvent } from '../../core/metering/events.js'
import { milliseconds, seconds } from '../../http/timestamps.js'

/** An event with what is known of its place. */
export interface PlacedEvent extends NewEvent {
  readonly lagoId: string | null
  readonly customerId: string | null
  readonly subscriptionId: string | null
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

export function serializeEvent(event: PlacedEvent) {
  return {
    lago_id: event.lagoId,
    transaction_id: event.transactionId,
    lago_customer_id: event.customerId,
    code: event.code,
    timestamp: milliseconds(Math.floor(event.at / 1000)),
    precise_total_amount_cents: event.preciseTotalAmountCents,
    properties: event.properties,
    lago_subscription_id: event.subscriptionId,
    external_subscription_id: event.externalSubscriptionId,
    created_at: seconds(event.createdAt),
  }
}

/** The answer to an event that has just been sent: the API's document says that it names no customer. */
export const serializeReceivedEvent = (event: PlacedEvent) => ({ ...serializeEvent(event), lago_customer_id: null })

/** An event that no subscription has, with the reason. */
export const serializeWaitingEvent = (event: PlacedEvent) => ({
  ...serializeEvent(event),
  reason: event.externalSubscriptionId === null ? 'no_subscription' : 'unknown_subscription',
})

/**
 * The id of an event in a customer's log. The log keeps none, for every byte of an event counts; this one is made of what it
 * does keep: the customer's id, its last 48 bits mixed with the event's place. Events in the inbox have ids of their own.
 */
export function eventId(customerId: string, seq: number): string {
  const mixed = BigInt(`0x${customerId.slice(-12)}`) ^ BigInt(seq)
  return `${customerId.slice(0, -12)}${mixed.toString(16).padStart(12, '0')}`
}
