import type { NewEvent } from '../../core/metering/events.js'
import { callCustomer } from '../../customer/contract.js'
import { callEach } from './at_once.js'
import { ingestAtCustomer } from './coalescing.js'
import type { Edge } from './edge.js'
import { inboxDuplicates, putIntoInbox } from './inbox.js'
import { currentOwners, type Owners, rememberedOwners } from './owners.js'
import { eventId, type PlacedEvent } from './serialize.js'
import { type DividedEvents, divide, eventsOf, positionsIn, type Share, subscriptionsOf } from './shares.js'

/** Ids of stored events, by their positions in the request. */
type Ids = ReadonlyMap<number, string>

type Outcome<Stored> =
  | { readonly outcome: 'stored'; readonly value: Stored }
  /** Positions of the events that are duplicates; nothing was stored. */
  | { readonly outcome: 'duplicates'; readonly positions: readonly number[] }

/** What was known of the owners is out of date; nothing was stored. */
interface Moved {
  readonly outcome: 'moved'
}

/** The first try relies on what is remembered, the second on what was read; the rest is for changes in between. */
const TRIES = 4

/**
 * Stores all events of a request, or none. Each goes to its owner's object, or waits in the inbox while it has none. In the
 * steady state, where all belong to one customer who is remembered, this is one call and no query.
 */
export async function ingestEvents(edge: Edge, events: readonly NewEvent[]): Promise<Outcome<PlacedEvent[]>> {
  const externalIds = subscriptionsOf(events)
  for (let tries = 1; tries <= TRIES; tries++) {
    const owners = await (tries === 1 ? rememberedOwners : currentOwners)(edge, externalIds)
    const stored = await store(edge, divide(edge, events, owners), owners.confirmed)
    if (stored.outcome === 'duplicates') return stored
    if (stored.outcome === 'moved') continue
    const placed = events.map((event, i) => place(event, stored.value.get(i) ?? null, owners, edge.now))
    return { outcome: 'stored', value: placed }
  }
  throw new Error('the owners of these events change faster than they can be stored')
}

function store(edge: Edge, divided: DividedEvents, confirmed: boolean): Promise<Outcome<Ids> | Moved> {
  const [only, ...others] = divided.shares
  return only !== undefined && others.length === 0 && divided.waiting.length === 0
    ? storeShare(edge, only, confirmed)
    : storeDivided(edge, divided, confirmed)
}

async function storeShare(edge: Edge, share: Share, confirmed: boolean): Promise<Outcome<Ids> | Moved> {
  const request = { events: eventsOf(share.sent), now: edge.now, confirmed }
  const reply = await ingestAtCustomer(edge, share.ref, request)
  switch (reply.outcome) {
    case 'not_mine':
      return { outcome: 'moved' }
    case 'duplicates':
      return { outcome: 'duplicates', positions: positionsIn(share.sent, reply.positions) }
    case 'stored':
      return { outcome: 'stored', value: idsOf(share, reply.seqs) }
  }
}

/**
 * There is no transaction over several objects and the inbox: so all are asked before anything is stored, and then the
 * inbox comes first, which alone may still refuse.
 */
async function storeDivided(edge: Edge, divided: DividedEvents, confirmed: boolean): Promise<Outcome<Ids> | Moved> {
  const refusal = await refusalOf(edge, divided, confirmed)
  if (refusal !== null) return refusal
  const { shares, waiting } = divided
  const inboxIds = waiting.length === 0 ? [] : await putIntoInbox(edge, eventsOf(waiting))
  if (inboxIds === null) return { outcome: 'moved' }
  const stored = await callEach(shares, (share) => storeChecked(edge, share))
  const waitingIds = waiting.flatMap(({ position }, i) =>
    inboxIds[i] === undefined ? [] : [[position, inboxIds[i]] as const],
  )
  return { outcome: 'stored', value: new Map([...waitingIds, ...stored.flatMap((ids) => [...ids])]) }
}

async function refusalOf(edge: Edge, { shares, waiting }: DividedEvents, confirmed: boolean) {
  const { env, now } = edge
  const duplicates = positionsIn(waiting, await inboxDuplicates(edge, eventsOf(waiting)))
  const checks = await callEach(shares, async ({ ref, sent }) => {
    const request = { events: eventsOf(sent), now, confirmed }
    const check = await callCustomer(env, ref, (object) => object.checkIngest(ref, request))
    if (check.outcome === 'duplicates') duplicates.push(...positionsIn(sent, check.positions))
    return check.outcome
  })
  if (checks.includes('not_mine')) return { outcome: 'moved' } as const
  if (duplicates.length === 0) return null
  return { outcome: 'duplicates', positions: duplicates.sort((a, b) => a - b) } as const
}

/**
 * Stores a share that was found storable. What has become a duplicate since then was stored by another request at this very
 * moment: it is there once, as it should be, and does not keep out what was sent with it.
 */
async function storeChecked(edge: Edge, share: Share): Promise<Ids> {
  if (share.sent.length === 0) return new Map()
  const stored = await storeShare(edge, share, true)
  if (stored.outcome === 'stored') return stored.value
  if (stored.outcome === 'moved') throw new Error('an object refused what was confirmed')
  return storeChecked(edge, {
    ...share,
    sent: share.sent.filter(({ position }) => !stored.positions.includes(position)),
  })
}

const idsOf = ({ ref, sent }: Share, seqs: readonly number[]): Ids =>
  new Map(
    sent.flatMap(({ position }, i) => (seqs[i] === undefined ? [] : [[position, eventId(ref.customerId, seqs[i])]])),
  )

function place(event: NewEvent, lagoId: string | null, owners: Owners, createdAt: number): PlacedEvent {
  const owner = owners.of(event)
  return {
    ...event,
    lagoId,
    createdAt,
    customerId: owner?.customerId ?? null,
    subscriptionId: owner?.subscriptionId ?? null,
  }
}
