import type { NewEvent } from '../../core/metering/events.js'
import { invalid, ok, type Result } from '../../core/result.js'
import { callCustomer } from '../../customer/contract.js'
import type { EventReceipt } from '../event_counts/serialize.js'
import type { Edge } from './edge.js'
import { applyExpressions } from './expressions.js'
import { putIntoInbox } from './inbox.js'
import { currentOwners, resolveCustomers } from './owners.js'
import { eventId, type PlacedEvent } from './serialize.js'

/** An event that was stored, with what it did. */
export interface ReceiptedEvent {
  readonly event: PlacedEvent
  readonly receipt: EventReceipt
}

/**
 * Receives one event like any other, and tells what it did: stored and read in one turn of the customer's object, so that no
 * other event comes in between. Slower than plain ingestion, which reads no catalog.
 */
export async function receiveWithReceipt(edge: Edge, sent: NewEvent): Promise<Result<ReceiptedEvent>> {
  const [computed] = await applyExpressions(edge, await resolveCustomers(edge, [sent]))
  if (computed === undefined) throw new Error('an event was lost while it was computed')
  if (!computed.ok) return invalid(computed.error)
  const stored = await ingest(edge, computed.event)
  return stored === null ? invalid({ transaction_id: ['value_already_exist'] }) : ok(stored)
}

/** Null: it is a duplicate. */
async function ingest(edge: Edge, event: NewEvent): Promise<ReceiptedEvent | null> {
  const { env, now, organizationId } = edge
  const { externalSubscriptionId } = event
  const owners = await currentOwners(edge, externalSubscriptionId === null ? [] : [externalSubscriptionId])
  const owner = owners.of(event)
  if (owner === undefined) return wait(edge, event)
  const { customerId, subscriptionId } = owner
  const ref = { organizationId, customerId }
  const request = { events: [event], now, confirmed: true }
  const reply = await callCustomer(env, ref, (object) => object.ingestWithReceipt(ref, request))
  if (reply.outcome === 'duplicates') return null
  if (reply.outcome === 'not_mine') throw new Error('an object refused what was confirmed')
  const lagoId = eventId(customerId, reply.seqs[0] ?? 0)
  return { event: { ...event, lagoId, customerId, subscriptionId, createdAt: now }, receipt: reply.receipt }
}

/** In the inbox it does nothing yet. */
async function wait(edge: Edge, event: NewEvent): Promise<ReceiptedEvent | null> {
  const ids = await putIntoInbox(edge, [event])
  if (ids === null) return null
  const reason = event.externalSubscriptionId === null ? 'no_subscription' : 'unknown_subscription'
  return {
    event: { ...event, lagoId: ids[0] ?? null, customerId: null, subscriptionId: null, createdAt: edge.now },
    receipt: { reason, charges: [] },
  }
}
