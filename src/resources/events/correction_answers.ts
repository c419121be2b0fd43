import type { Context } from 'hono'
import { z } from 'zod'
import { ownerOf } from '../../core/metering/event_owner.js'
import { ok, type Result } from '../../core/result.js'
import type { EventHistory, StoredEvent } from '../../customer/contract.js'
import { type Json, readBody, readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { anyText } from '../../http/fields.js'
import { milliseconds } from '../../http/timestamps.js'
import { validate } from '../../http/validate.js'
import { amendEvent, type FoundEvent, historyOf, withdrawEvent } from './corrections.js'
import type { Edge } from './edge.js'
import type { SoughtEvent } from './places.js'
import { type PlacedEvent, serializeEvent } from './serialize.js'
import { findOwners } from './store.js'

const whichEvent = z.object({
  external_subscription_id: anyText().nullish(),
  lago_id: anyText().nullish(),
})

/** Answers the event as it was. */
export async function answerWithdrawal(c: Context, edge: Edge, transactionId: string) {
  const body = await readBody(c)
  if (!body.ok) return fail(c, body.failure)
  const sought = soughtIn(c, transactionId, [body.value])
  if (!sought.ok) return fail(c, sought.failure)
  return answer(c, edge, await withdrawEvent(edge, sought.value))
}

/** Answers the event as it is then. */
export async function answerAmendment(c: Context, edge: Edge, transactionId: string) {
  const envelope = await readEnvelope(c, 'event')
  if (!envelope.ok) return fail(c, envelope.failure)
  const body = await readBody(c)
  const sought = soughtIn(c, transactionId, [envelope.value, body.ok ? body.value : {}])
  if (!sought.ok) return fail(c, sought.failure)
  return answer(c, edge, await amendEvent(edge, sought.value, envelope.value))
}

/** Answers the versions of an event, the newest first, each with when and why it ended. */
export async function answerHistory(c: Context, edge: Edge, transactionId: string) {
  const sought = soughtIn(c, transactionId, [])
  if (!sought.ok) return fail(c, sought.failure)
  const found = await historyOf(edge, sought.value)
  if (!found.ok) return fail(c, found.failure)
  const { place, event: history } = found.value
  const versions = await placed(edge, place, versionsOf(history))
  return c.json({
    event_history: versions.map(({ endedAt, endedBy, ...version }) => ({
      ...serializeEvent(version),
      ended_at: milliseconds(endedAt),
      ended_by: endedBy,
    })),
  })
}

/** Which of the events with this transaction id is meant: in the query or the body, which are one set, the body first. */
function soughtIn(c: Context, transactionId: string, bodies: readonly Json[]): Result<SoughtEvent> {
  const given = validate(whichEvent, Object.assign({ ...c.req.query() }, ...bodies.toReversed()))
  if (!given.ok) return given
  return ok({
    transactionId,
    externalSubscriptionId: given.value.external_subscription_id || undefined,
    lagoId: given.value.lago_id || undefined,
  })
}

async function answer(c: Context, edge: Edge, corrected: Result<FoundEvent<StoredEvent>>) {
  if (!corrected.ok) return fail(c, corrected.failure)
  const { place, event } = corrected.value
  const [only] = await placed(edge, place, [event])
  return c.json({ event: only === undefined ? null : serializeEvent(only) })
}

type Version = StoredEvent & { readonly endedAt: number | null; readonly endedBy: string | null }

function versionsOf({ current, past }: EventHistory): Version[] {
  const living = current === null ? [] : [{ ...current, endedAt: null, endedBy: null }]
  return [...past, ...living].reverse()
}

/** The events with whose they are. One that has just left the inbox is still told as its caller knew it. */
async function placed<E extends StoredEvent>(
  { db, organizationId }: Edge,
  place: FoundEvent<unknown>['place'],
  events: readonly E[],
): Promise<(E & PlacedEvent)[]> {
  const { lagoId } = place
  if ('row' in place) return events.map((event) => ({ ...event, lagoId, customerId: null, subscriptionId: null }))
  const { customerId } = place.ref
  const owners = await findOwners(db, organizationId, [place.externalSubscriptionId])
  const own = owners.filter((owner) => owner.customerId === customerId)
  return events.map((event) => ({
    ...event,
    ...{ lagoId, customerId, subscriptionId: ownerOf(own, event.at)?.subscriptionId ?? null },
  }))
}
