import { ownerOf, ranAt } from '../../core/metering/event_owner.js'
import type { NewEvent } from '../../core/metering/events.js'
import { ExpiringCache } from '../../http/expiring_cache.js'
import { MAX_CACHE_ENTRIES, SUBSCRIPTION_CACHE_MS } from '../../limits.js'
import type { Edge } from './edge.js'
import { type EventOwner, findOwners, findOwnersOfCustomers } from './store.js'

/** By organization and external id. Ids that nothing has are not remembered: something may get them at any moment. */
const remembered = new ExpiringCache<readonly EventOwner[]>(SUBSCRIPTION_CACHE_MS, MAX_CACHE_ENTRIES)

export class Owners {
  constructor(
    private readonly byExternalId: ReadonlyMap<string, readonly EventOwner[]>,
    /** Whether all of it has been read in D1 just now. */
    readonly confirmed: boolean,
  ) {}

  /** Whose the event is; undefined while nothing has its external id. */
  of({ externalSubscriptionId, at }: Pick<NewEvent, 'externalSubscriptionId' | 'at'>): EventOwner | undefined {
    return ownerOf(this.byExternalId.get(externalSubscriptionId ?? '') ?? [], at)
  }
}

/**
 * What has or had these external ids. From this isolate's memory where it remembers, so possibly out of date: the customers'
 * objects refuse what is not theirs.
 */
export async function rememberedOwners(edge: Edge, externalIds: readonly string[]): Promise<Owners> {
  const found = new Map<string, readonly EventOwner[]>()
  for (const externalId of externalIds) {
    const known = remembered.get(cacheKey(edge, externalId), edge.clock)
    if (known !== undefined) found.set(externalId, known)
  }
  const unknown = externalIds.filter((externalId) => !found.has(externalId))
  const read = await readAndRemember(edge, unknown)
  return new Owners(new Map([...found, ...read]), found.size === 0)
}

export async function currentOwners(edge: Edge, externalIds: readonly string[]): Promise<Owners> {
  return new Owners(await readAndRemember(edge, externalIds), true)
}

async function readAndRemember(edge: Edge, externalIds: readonly string[]) {
  const rows = await findOwners(edge.db, edge.organizationId, externalIds)
  const byExternalId = Map.groupBy(rows, (row) => row.externalId)
  for (const [externalId, owners] of byExternalId) remembered.set(cacheKey(edge, externalId), owners, edge.clock)
  return byExternalId
}

const cacheKey = ({ organizationId }: Edge, externalId: string) => `${organizationId} ${externalId}`

/**
 * Gives events that name only a customer the subscription that was running for that customer at their timestamp, if there is
 * exactly one (metering rules, section 1). The others stay without.
 */
export async function resolveCustomers(edge: Edge, events: readonly NewEvent[]): Promise<NewEvent[]> {
  const named = events.flatMap((event) => customerOf(event) ?? [])
  const rows = await findOwnersOfCustomers(edge.db, edge.organizationId, [...new Set(named)])
  const byCustomer = Map.groupBy(rows, (row) => row.externalCustomerId)
  return events.map((event) => {
    const running = (byCustomer.get(customerOf(event) ?? '') ?? []).filter((owner) => ranAt(owner, event.at))
    const [externalId, ...more] = new Set(running.map((owner) => owner.externalId))
    return externalId === undefined || more.length > 0 ? event : { ...event, externalSubscriptionId: externalId }
  })
}

const customerOf = (event: NewEvent) => (event.externalSubscriptionId === null ? event.externalCustomerId : null)
