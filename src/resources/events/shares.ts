import type { NewEvent } from '../../core/metering/events.js'
import type { CustomerRef } from '../../customer/contract.js'
import type { Edge } from './edge.js'
import type { Owners } from './owners.js'

interface SentEvent {
  /** In the request. */
  readonly position: number
  readonly event: NewEvent
}

/** The events of a request that are one customer's. */
export interface Share {
  readonly ref: CustomerRef
  readonly sent: readonly SentEvent[]
}

export interface DividedEvents {
  readonly shares: readonly Share[]
  /** What has no owner yet. */
  readonly waiting: readonly SentEvent[]
}

export function divide({ organizationId }: Edge, events: readonly NewEvent[], owners: Owners): DividedEvents {
  const sent = events.map((event, position) => ({ event, position }))
  const byCustomer = Map.groupBy(sent, ({ event }) => owners.of(event)?.customerId)
  const shares: Share[] = []
  for (const [customerId, own] of byCustomer) {
    if (customerId !== undefined) shares.push({ ref: { organizationId, customerId }, sent: own })
  }
  return { shares, waiting: byCustomer.get(undefined) ?? [] }
}

export const eventsOf = (sent: readonly SentEvent[]): NewEvent[] => sent.map(({ event }) => event)

/** Positions in the request, of positions in a part of it. */
export const positionsIn = (sent: readonly SentEvent[], positions: Iterable<number>): number[] =>
  [...positions].flatMap((i) => sent[i]?.position ?? [])

/** The subscriptions that events name, each once. */
export const subscriptionsOf = (events: readonly NewEvent[]): string[] => [
  ...new Set(events.flatMap((event) => event.externalSubscriptionId ?? [])),
]
