import { amendEvent } from '../../core/metering/event_amendment.js'
import { invalid, notAllowed, ok, type Result } from '../../core/result.js'
import {
  type CustomerApi,
  type CustomerRef,
  callCustomer,
  type EventOfCustomer,
  type StoredEvent,
} from '../../customer/contract.js'
import { commit } from '../../db/commit.js'
import { MAX_EVENT_AMENDMENTS } from '../../limits.js'
import { amendInInbox, inboxVersions, withdrawFromInbox } from '../event_versions/store.js'
import type { Edge } from './edge.js'
import { applyExpressions } from './expressions.js'
import { currentOwners } from './owners.js'
import type { EventInboxRow } from './table.js'

/** Takes a waiting event out of what its subscription will find; gives it as it was. */
export async function withdrawWaiting(edge: Edge, row: EventInboxRow): Promise<Result<StoredEvent>> {
  const { db, organizationId, now } = edge
  await commit(db, [withdrawFromInbox(db, organizationId, row.id, now)])
  const moved = await inItsLog(edge, row, (object, ref, event) => object.withdrawEvent(ref, event, now))
  return moved ?? ok(waitingEvent(row))
}

/** Changes a waiting event. Null: another amendment came first, and the event has to be read again. */
export async function amendWaiting(
  edge: Edge,
  row: EventInboxRow,
  sent: Readonly<Record<string, unknown>>,
): Promise<Result<StoredEvent> | null> {
  const { db, organizationId, now } = edge
  const event = waitingEvent(row)
  const parsed = amendEvent(event, sent, row.createdAt)
  if (!parsed.ok) return invalid(parsed.errors)
  const [computed] = await applyExpressions(edge, [parsed.event])
  if (computed === undefined) throw new Error('an event was lost while it was computed')
  if (!computed.ok) return invalid(computed.error)
  const amended = { ...event, ...computed.event }
  if (JSON.stringify(amended) === JSON.stringify(event)) return ok(event)
  const past = await inboxVersions(db, organizationId, row.id)
  if (past.length >= MAX_EVENT_AMENDMENTS) return notAllowed('too_many_amendments')
  const written = await commit(db, amendInInbox(db, row, amended, { id: edge.newId(), version: past.length, now }))
  if (!written.committed) return null
  const moved = await inItsLog(edge, row, (object, ref, address) => object.amendEvent(ref, address, sent, now))
  return moved ?? ok(amended)
}

export const waitingEvent = (row: EventInboxRow): StoredEvent => ({
  seq: row.seq,
  transactionId: row.transactionId,
  code: row.code,
  externalSubscriptionId: row.externalSubscriptionId,
  externalCustomerId: null,
  at: row.at,
  createdAt: row.createdAt,
  properties: row.properties,
  preciseTotalAmountCents: row.preciseTotalAmountCents,
})

/**
 * The subscription may have started in the meantime, and its object may have read the event before the correction was
 * written: then the object is told as well, and its word counts. Null when it has no such event, for then it has taken over
 * the corrected one or none yet.
 */
async function inItsLog(
  edge: Edge,
  row: EventInboxRow,
  correct: (object: CustomerApi, ref: CustomerRef, event: EventOfCustomer) => Promise<Result<StoredEvent>>,
): Promise<Result<StoredEvent> | null> {
  const { externalSubscriptionId, transactionId } = row
  if (externalSubscriptionId === null) return null
  const owner = (await currentOwners(edge, [externalSubscriptionId])).of(row)
  if (owner === undefined) return null
  const ref = { organizationId: edge.organizationId, customerId: owner.customerId }
  const answer = await callCustomer(edge.env, ref, (object) =>
    correct(object, ref, { externalSubscriptionId, transactionId }),
  )
  return !answer.ok && answer.failure.kind === 'not_found' ? null : answer
}
