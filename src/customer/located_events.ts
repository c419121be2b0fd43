import type { EventOfCustomer } from './commands/correct_event.js'
import type { LocatedEvent } from './contract.js'
import type { EventCorrections, EventHistory } from './event_contract.js'

/** Where the events of a transaction id stand, one at most under each of these external ids. */
export function locateEvents(
  events: EventCorrections,
  externalSubscriptionIds: readonly string[],
  transactionId: string,
): LocatedEvent[] {
  return externalSubscriptionIds.flatMap((externalSubscriptionId) => {
    const place = events.locate(externalSubscriptionId, transactionId)
    return place === null ? [] : [{ externalSubscriptionId, ...place }]
  })
}

/** Null when there is no such event. */
export function eventHistory(
  events: EventCorrections,
  { externalSubscriptionId, transactionId }: EventOfCustomer,
): EventHistory | null {
  const place = events.locate(externalSubscriptionId, transactionId)
  return place === null ? null : events.history(place.seq)
}
