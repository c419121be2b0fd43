import type { Context } from 'hono'
import { UNMATCHED_REASONS } from '../../core/metering/event_ledger.js'
import { ownerOf } from '../../core/metering/event_owner.js'
import { callCustomer } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { limitOf, meta, offsetOf, type Page, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { findOwners } from '../events/store.js'
import { findSubscription } from '../subscriptions/store.js'
import type { SubscriptionStatus } from '../subscriptions/table.js'
import { serializeCodeCount, serializeUnmatchedEvent, serializeWaitingCount } from './serialize.js'
import { waitingByCode, waitingBySubscription } from './store.js'

/** Without a status the one that runs is meant, else the one to come, else the one that ended last. */
const BY_NEARNESS: readonly SubscriptionStatus[] = ['active', 'pending', 'terminated', 'canceled']
const NOT_FOUND = { kind: 'not_found', thing: 'subscription' } as const
/** Events of one page: the largest together stay well below the 32 MiB of one answer of an object. */
const MAX_EVENTS_PER_PAGE = 200

/** What became of the events that were sent for a subscription. */
export const subscriptionEventRoutes = router()
  .get('/:externalId/event_counts', async (c) => {
    const found = await find(c)
    if (found === undefined) return fail(c, NOT_FOUND)
    const { db, now, organizationId } = c.var
    const { externalId } = found
    const ref = { organizationId, customerId: found.customerId }
    const page = pageOf(c)
    const waits = await waitingByCode(db, organizationId, externalId)
    const question = {
      externalSubscriptionId: externalId,
      alsoCodes: waits.map(({ code }) => code),
      limit: limitOf(page),
      offset: offsetOf(page),
    }
    const logged = await callCustomer(c.env, ref, (object) => object.eventCounts(ref, question, now))
    const counts = new Map(logged.counts.map((count) => [count.code, count]))
    const waiting = new Map(waits.map((count) => [count.code, count]))
    return c.json({
      event_counts: logged.codes.map((code) => serializeCodeCount(code, counts.get(code), waiting.get(code))),
      meta: meta(page, logged.totalCount),
    })
  })
  .get('/:externalId/unmatched_events', async (c) => {
    const found = await find(c)
    if (found === undefined) return fail(c, NOT_FOUND)
    const filters = new Filters(c)
    const reason = filters.oneOf('reason', UNMATCHED_REASONS)
    if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
    const { db, now, organizationId } = c.var
    const { customerId, externalId: externalSubscriptionId } = found
    const ref = { organizationId, customerId }
    const asked = pageOf(c)
    const page: Page = { ...asked, perPage: Math.min(asked.perPage, MAX_EVENTS_PER_PAGE) }
    const question = { externalSubscriptionId, reason, limit: limitOf(page), offset: offsetOf(page) }
    const [unmatched, owners] = await Promise.all([
      callCustomer(c.env, ref, (object) => object.unmatchedEvents(ref, question, now)),
      findOwners(db, organizationId, [externalSubscriptionId]),
    ])
    const own = owners.filter((owner) => owner.customerId === customerId)
    return c.json({
      unmatched_events: unmatched.events.map((event) =>
        serializeUnmatchedEvent(event, {
          customerId,
          subscriptionId: ownerOf(own, event.at)?.subscriptionId ?? null,
        }),
      ),
      meta: meta(page, unmatched.totalCount),
    })
  })

/** What waits in the organization's inbox, by the external id that it names. */
export const eventCountRoutes = router().get('/', async (c) => {
  const page = pageOf(c)
  const { rows, totalCount } = await waitingBySubscription(c.var.db, c.var.organizationId, page)
  return c.json({ event_counts: rows.map(serializeWaitingCount), meta: meta(page, totalCount) })
})

async function find(c: Context<AppEnv>): Promise<{ customerId: string; externalId: string } | undefined> {
  const asked = BY_NEARNESS.find((status) => status === c.req.query('subscription_status'))
  for (const status of asked === undefined ? BY_NEARNESS : [asked]) {
    const listing = await findSubscription(c.var.db, c.var.organizationId, c.req.param('externalId') ?? '', [status])
    if (listing !== undefined) return listing.subscription
  }
  return undefined
}
