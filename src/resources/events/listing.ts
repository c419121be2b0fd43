import { ownerOf } from '../../core/metering/event_owner.js'
import { invalid, ok, type Result } from '../../core/result.js'
import type { EventFilters, EventKey } from '../../customer/contract.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { callEach } from './at_once.js'
import type { Edge } from './edge.js'
import type { PlacedEvent } from './serialize.js'
import { customerSource, type EventSource, inboxSource } from './sources.js'
import { customersWithSubscription, findOwners } from './store.js'

/** Objects that one listing asks: half of the calls that a request may make. */
const MAX_SOURCES = 5_000
/** Events up to the end of the page, where several sources have to be merged: each of them sends as many keys. */
const MAX_MERGED_DEPTH = 10_000

interface SourcedKey extends EventKey {
  readonly source: EventSource
}

/**
 * One page of the organization's events, wherever they are: the latest first, then by transaction id. Refused where it would
 * need more than a request can do; naming a subscription always makes it small.
 */
export async function listEvents(edge: Edge, filters: EventFilters, page: Page): Promise<Result<Paged<PlacedEvent>>> {
  const externalId = filters.externalSubscriptionId
  const ids = await customersWithSubscription(edge.db, edge.organizationId, externalId, MAX_SOURCES + 1)
  if (ids.length > MAX_SOURCES) return invalid({ external_subscription_id: ['value_is_mandatory'] })
  return listFrom(edge, [inboxSource(edge), ...ids.map((id) => customerSource(edge, id))], filters, page)
}

/** The same of those that no subscription has: they name none, or one that does not exist. */
export function listWaitingEvents(edge: Edge, filters: EventFilters, page: Page): Promise<Result<Paged<PlacedEvent>>> {
  return listFrom(edge, [inboxSource(edge)], filters, page)
}

async function listFrom(
  edge: Edge,
  sources: readonly EventSource[],
  filters: EventFilters,
  page: Page,
): Promise<Result<Paged<PlacedEvent>>> {
  const depth = offsetOf(page) + limitOf(page)
  const merged =
    depth > MAX_MERGED_DEPTH
      ? await keysOfOnlySource(sources, filters, page)
      : ok(await mergedKeys(sources, filters, page, depth))
  if (!merged.ok) return merged
  const { rows: keys, totalCount } = merged.value
  return ok({ rows: await placed(edge, keys), totalCount })
}

async function mergedKeys(
  sources: readonly EventSource[],
  filters: EventFilters,
  page: Page,
  depth: number,
): Promise<Paged<SourcedKey>> {
  const found = await callEach(sources, async (source) => {
    const { keys, totalCount } = await source.keys({ ...filters, offset: 0, limit: depth })
    return { totalCount, keys: keys.map((key) => ({ ...key, source })) }
  })
  const rows = found
    .flatMap(({ keys }) => keys)
    .sort(compareKeys)
    .slice(offsetOf(page), depth)
  return { rows, totalCount: found.reduce((sum, { totalCount }) => sum + totalCount, 0) }
}

/** A page too deep to be merged can still be read where all that matches is in one place. */
async function keysOfOnlySource(
  sources: readonly EventSource[],
  filters: EventFilters,
  page: Page,
): Promise<Result<Paged<SourcedKey>>> {
  const counts = await callEach(sources, (source) => source.keys({ ...filters, offset: 0, limit: 0 }))
  const total = counts.reduce((sum, { totalCount }) => sum + totalCount, 0)
  const [source, ...others] = sources.filter((_, i) => counts[i]?.totalCount !== 0)
  if (source === undefined || offsetOf(page) >= total) return ok({ rows: [], totalCount: total })
  if (others.length > 0) return invalid({ page: ['value_is_out_of_range'] })
  const { keys, totalCount } = await source.keys({ ...filters, offset: offsetOf(page), limit: limitOf(page) })
  return ok({ rows: keys.map((key) => ({ ...key, source })), totalCount })
}

/** The events at these keys, in their order. One that left its source in the meantime is left out. */
async function placed(edge: Edge, keys: readonly SourcedKey[]): Promise<PlacedEvent[]> {
  const bySource = [...Map.groupBy(keys, (key) => key.source)]
  const read = await callEach(bySource, async ([source, own]) => {
    const events = await source.read(own.map((key) => key.seq))
    return [source, new Map(events.map((event) => [event.seq, event]))] as const
  })
  const events = new Map(read)
  const found = keys.flatMap(({ source, seq }) => {
    const event = events.get(source)?.get(seq)
    return event === undefined ? [] : [{ event, customerId: source.customerId }]
  })
  const externalIds = new Set(found.flatMap(({ event }) => event.externalSubscriptionId ?? []))
  const owners = await findOwners(edge.db, edge.organizationId, [...externalIds])
  return found.map(({ event, customerId }) => {
    const own = owners.filter(
      (owner) => owner.externalId === event.externalSubscriptionId && owner.customerId === customerId,
    )
    return {
      ...event,
      externalCustomerId: null,
      customerId,
      subscriptionId: ownerOf(own, event.at)?.subscriptionId ?? null,
    }
  })
}

function compareKeys(a: SourcedKey, b: SourcedKey): number {
  return b.at - a.at || compareCodePoints(a.transactionId, b.transactionId) || b.seq - a.seq
}

/** The order in which SQLite sorts texts. JavaScript's own differs where characters beyond 16 bits meet those just below. */
function compareCodePoints(a: string, b: string): number {
  let i = 0
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return rank(a, i) - rank(b, i)
}

function rank(text: string, i: number): number {
  if (i >= text.length) return -1
  const unit = text.charCodeAt(i)
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff
  return isSurrogate ? unit + 0x10000 : unit
}
