import { repeatedEvents } from '../../core/metering/event_identity.js'
import type { NewEvent } from '../../core/metering/events.js'
import { callCustomer } from '../../customer/contract.js'
import { commit } from '../../db/commit.js'
import type { Edge } from './edge.js'
import { currentOwners } from './owners.js'
import { subscriptionsOf } from './shares.js'
import { findInboxDuplicates, insertIntoInbox } from './store.js'

/** Positions of the events that wait in the inbox already, or are there twice themselves. */
export async function inboxDuplicates(edge: Edge, events: readonly NewEvent[]): Promise<ReadonlySet<number>> {
  const stored = await findInboxDuplicates(edge.db, edge.organizationId, events)
  return new Set([...stored, ...repeatedEvents(events)])
}

/** Puts events where they wait for their subscription. Gives their ids; null if one was a duplicate, and then stores none. */
export async function putIntoInbox(edge: Edge, events: readonly NewEvent[]): Promise<string[] | null> {
  const { db, organizationId, now } = edge
  const rows = events.map((event) => ({
    id: edge.newId(),
    organizationId,
    createdAt: now,
    externalSubscriptionId: event.externalSubscriptionId,
    transactionId: event.transactionId,
    code: event.code,
    at: event.at,
    properties: event.properties,
    preciseTotalAmountCents: event.preciseTotalAmountCents,
    withdrawnAt: null,
  }))
  const written = await commit(
    db,
    rows.map((row) => insertIntoInbox(db, row)),
  )
  if (!written.committed) return null
  await handOver(edge, events)
  return rows.map((row) => row.id)
}

/**
 * A subscription may have started after its owner was looked up and before the event was in the inbox: then nobody else would
 * take the event out again.
 */
async function handOver(edge: Edge, events: readonly NewEvent[]): Promise<void> {
  const owners = await currentOwners(edge, subscriptionsOf(events))
  const started = new Map(events.map((event) => [event.externalSubscriptionId, owners.of(event)]))
  for (const owner of started.values()) {
    if (owner === undefined) continue
    const ref = { organizationId: edge.organizationId, customerId: owner.customerId }
    await callCustomer(edge.env, ref, (object) => object.adoptSubscription(ref, owner.externalId))
  }
}
