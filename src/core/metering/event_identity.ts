import type { NewEvent } from './events.js'

/**
 * Positions of the events that have the transaction id and the subscription of one further up in the list: every occurrence
 * but the first is a duplicate, whatever else it says. Events without subscription never are (metering rules, section 1).
 */
export function repeatedEvents(
  events: readonly Pick<NewEvent, 'externalSubscriptionId' | 'transactionId'>[],
): ReadonlySet<number> {
  const seen = new Set<string>()
  const repeated = new Set<number>()
  events.forEach(({ externalSubscriptionId, transactionId }, i) => {
    if (externalSubscriptionId === null) return
    const identity = JSON.stringify([externalSubscriptionId, transactionId])
    if (seen.has(identity)) repeated.add(i)
    seen.add(identity)
  })
  return repeated
}
