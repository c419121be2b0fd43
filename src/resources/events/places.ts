import { invalid, notFound, ok, type Result } from '../../core/result.js'
import { type CustomerRef, callCustomer } from '../../customer/contract.js'
import { type EventAddress, eventHolders, waitingEvents } from '../event_versions/store.js'
import { callEach } from './at_once.js'
import type { Edge } from './edge.js'
import { eventId } from './serialize.js'
import type { EventInboxRow } from './table.js'

/** External ids that one search looks under. */
const MAX_HOLDERS = 5_000
/** Events that name no subscription may share a transaction id without end. */
const MAX_WAITING = 100

/** Which event is meant: one transaction id may be that of several. */
export interface SoughtEvent extends EventAddress {
  /** Tells apart even those that share subscription and transaction id: one external id of two customers, or of none. */
  readonly lagoId?: string | undefined
}

export interface LoggedPlace {
  readonly ref: CustomerRef
  readonly externalSubscriptionId: string
  readonly transactionId: string
  readonly lagoId: string
  readonly isWithdrawn: boolean
}

export interface WaitingPlace {
  readonly row: EventInboxRow
  readonly externalSubscriptionId: string | null
  readonly lagoId: string
  readonly isWithdrawn: boolean
}

/** In a customer's log, or in the inbox. */
export type EventPlace = LoggedPlace | WaitingPlace

/** The one event that is meant. Where several could be, what would tell them apart is told to be missing. */
export async function findEvent(
  edge: Edge,
  sought: SoughtEvent,
  isMeant: (place: EventPlace) => boolean,
): Promise<Result<EventPlace>> {
  const places = await placesOf(edge, sought)
  if (places === null) return missing('external_subscription_id')
  const { lagoId } = sought
  const meant = places.filter((place) => isMeant(place) && (lagoId === undefined || place.lagoId === lagoId))
  const [place, ...others] = meant
  if (place === undefined) return notFound('event')
  if (others.length === 0) return ok(place)
  const subscriptions = new Set(meant.map(({ externalSubscriptionId }) => externalSubscriptionId))
  return missing(subscriptions.size > 1 ? 'external_subscription_id' : 'lago_id')
}

/** Null where there are too many customers to ask. */
async function placesOf({ db, env, organizationId }: Edge, sought: SoughtEvent): Promise<EventPlace[] | null> {
  const { externalSubscriptionId, transactionId } = sought
  const [waiting, holders] = await db.batch([
    waitingEvents(db, organizationId, sought, MAX_WAITING),
    eventHolders(db, organizationId, externalSubscriptionId, MAX_HOLDERS + 1),
  ])
  if (holders.length > MAX_HOLDERS) return null
  const byCustomer = [...Map.groupBy(holders, ({ customerId }) => customerId)]
  const logged = await callEach(byCustomer, async ([customerId, own]): Promise<LoggedPlace[]> => {
    const ref = { organizationId, customerId }
    const externalIds = own.map(({ externalId }) => externalId)
    const found = await callCustomer(env, ref, (object) => object.locateEvents(ref, externalIds, transactionId))
    return found.map(({ seq, ...place }) => ({ ref, transactionId, lagoId: eventId(customerId, seq), ...place }))
  })
  return [...waiting.map(placeInInbox), ...logged.flat()]
}

const placeInInbox = (row: EventInboxRow): WaitingPlace => ({
  row,
  externalSubscriptionId: row.externalSubscriptionId,
  lagoId: row.id,
  isWithdrawn: row.withdrawnAt !== null,
})

const missing = (field: string): Result<never> => invalid({ [field]: ['value_is_mandatory'] })
