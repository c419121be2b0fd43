import { notFound, ok, type Result } from '../../core/result.js'
import {
  type CustomerApi,
  callCustomer,
  type EventHistory,
  type EventOfCustomer,
  type StoredEvent,
} from '../../customer/contract.js'
import { inboxVersions } from '../event_versions/store.js'
import type { Edge } from './edge.js'
import { type EventPlace, findEvent, type LoggedPlace, type SoughtEvent } from './places.js'
import type { EventInboxRow } from './table.js'
import { amendWaiting, waitingEvent, withdrawWaiting } from './waiting_corrections.js'

/** An event with where it was found. */
export interface FoundEvent<E> {
  readonly place: EventPlace
  readonly event: E
}

/** An event that moves from the inbox into a log, or is amended twice at once, is looked for again. */
const TRIES = 4

const isCounting = ({ isWithdrawn }: EventPlace): boolean => !isWithdrawn

/** Takes an event out of usage; gives it as it was. */
export function withdrawEvent(edge: Edge, sought: SoughtEvent): Promise<Result<FoundEvent<StoredEvent>>> {
  return correctEvent(edge, sought, (place) =>
    'row' in place
      ? withdrawWaiting(edge, place.row)
      : inLog(edge, place, (object, event) => object.withdrawEvent(place.ref, event, edge.now)),
  )
}

/** Changes an event; gives it as it is then. */
export function amendEvent(
  edge: Edge,
  sought: SoughtEvent,
  sent: Readonly<Record<string, unknown>>,
): Promise<Result<FoundEvent<StoredEvent>>> {
  return correctEvent(edge, sought, (place) =>
    'row' in place
      ? amendWaiting(edge, place.row, sent)
      : inLog(edge, place, (object, event) => object.amendEvent(place.ref, event, sent, edge.now)),
  )
}

/** What an event has been, withdrawn ones too. */
export async function historyOf(edge: Edge, sought: SoughtEvent): Promise<Result<FoundEvent<EventHistory>>> {
  const found = await findEvent(edge, sought, () => true)
  if (!found.ok) return found
  const place = found.value
  const history =
    'row' in place
      ? await waitingHistory(edge, place.row)
      : await inLog(edge, place, (object, event) => object.eventHistory(place.ref, event))
  return history === null ? notFound('event') : ok({ place, event: history })
}

async function correctEvent(
  edge: Edge,
  sought: SoughtEvent,
  correct: (place: EventPlace) => Promise<Result<StoredEvent> | null>,
): Promise<Result<FoundEvent<StoredEvent>>> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const found = await findEvent(edge, sought, isCounting)
    if (!found.ok) return found
    const corrected = await correct(found.value)
    if (corrected !== null) return corrected.ok ? ok({ place: found.value, event: corrected.value }) : corrected
  }
  throw new Error('this event changes faster than it can be corrected')
}

function inLog<T>(
  { env }: Edge,
  { externalSubscriptionId, ref, transactionId }: LoggedPlace,
  call: (object: CustomerApi, event: EventOfCustomer) => Promise<T>,
): Promise<T> {
  return callCustomer(env, ref, (object) => call(object, { externalSubscriptionId, transactionId }))
}

async function waitingHistory({ db, organizationId }: Edge, row: EventInboxRow): Promise<EventHistory> {
  const versions = await inboxVersions(db, organizationId, row.id)
  const event = waitingEvent(row)
  const past = versions.map(({ code, at, properties, preciseTotalAmountCents, createdAt: endedAt }) => ({
    ...event,
    ...{ code, at, properties, preciseTotalAmountCents, endedAt },
    endedBy: 'amendment' as const,
  }))
  if (row.withdrawnAt === null) return { current: event, past }
  return { current: null, past: [...past, { ...event, endedAt: row.withdrawnAt, endedBy: 'deletion' }] }
}
