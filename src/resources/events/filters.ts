import type { Context } from 'hono'
import { ownerOf } from '../../core/metering/event_owner.js'
import { invalid, ok, type Result } from '../../core/result.js'
import type { EventFilters } from '../../customer/contract.js'
import { Filters } from '../../http/query.js'
import type { Edge } from './edge.js'
import { findOwners } from './store.js'

/**
 * The filters of a listing (metering rules, section 1). `timestamp_from_started_at` means something only beside a subscription
 * id, and then takes the place of `timestamp_from`: from the start of what runs under that id, else of what ran last.
 */
export async function readFilters(edge: Edge, c: Context): Promise<Result<EventFilters>> {
  const query = new Filters(c)
  const externalSubscriptionId = query.text('external_subscription_id')
  const code = query.text('code')
  const fromAt = query.moment('timestamp_from')
  const toAt = query.moment('timestamp_to')
  const fromStart = query.flag('timestamp_from_started_at') === true && externalSubscriptionId !== undefined
  if (query.refused()) return invalid(query.errors)
  const lower = fromStart ? await startOf(edge, externalSubscriptionId) : fromAt
  return ok({
    ...(externalSubscriptionId === undefined ? {} : { externalSubscriptionId }),
    ...(code === undefined ? {} : { code }),
    ...(lower === undefined ? {} : { from: lower * 1000 }),
    // Times are shown to the millisecond: whoever asks for events up to one that was shown gets that one too.
    ...(toAt === undefined ? {} : { to: toAt * 1000 + 999 }),
  })
}

/** Epoch milliseconds. Nothing is found from the start of what has not started. */
async function startOf(edge: Edge, externalId: string): Promise<number> {
  const owners = await findOwners(edge.db, edge.organizationId, [externalId])
  const started = owners.filter((owner) => owner.startedAt !== null)
  return ownerOf(started, edge.now * 1000)?.startedAt ?? Number.MAX_SAFE_INTEGER
}
