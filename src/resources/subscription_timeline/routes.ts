import type { Context } from 'hono'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { Filters } from '../../http/query.js'
import { lastSecond, seconds } from '../../http/timestamps.js'
import { MAX_TIMELINE_EVENTS, TIMELINE_MS } from '../../limits.js'
import { readZones } from '../billing_entities/store.js'
import { applicableZone } from '../billing_entities/terms.js'
import type { CustomerRow } from '../customers/table.js'
import { ownUnits } from '../fixed_charges/load.js'
import { loadPlans } from '../plans/load.js'
import { findSubscription } from '../subscriptions/store.js'
import { futureEvents, pastEvents, type TimelineEvent } from './events.js'
import { billedPeriodsOf, fixedAmountsOf, livesOf, planFeesOf } from './store.js'

const ALL_BUT_CANCELED = ['active', 'pending', 'terminated'] as const

/** The past and the coming events of a subscription's life, up to `until` (a year ahead unless it is given). */
export const subscriptionTimelineRoutes = router().get('/:externalId/timeline', async (c) => {
  const { db, organizationId, now } = c.var
  const externalId = c.req.param('externalId')
  const found =
    (await findSubscription(db, organizationId, externalId, ['active'])) ??
    (await findSubscription(db, organizationId, externalId, ALL_BUT_CANCELED))
  if (found === undefined) return fail(c, { kind: 'not_found', thing: 'subscription' })
  const filters = new Filters(c)
  const until = filters.moment('until') ?? now + TIMELINE_MS
  if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
  return c.json(await timelineOf(c, found.customer, externalId, until))
})

async function timelineOf(c: Context<AppEnv>, customer: CustomerRow, externalId: string, until: number) {
  const { db, organizationId, now } = c.var
  const [lives, zones] = await Promise.all([
    livesOf(db, organizationId, customer.id, externalId),
    readZones(db, organizationId),
  ])
  const ids = lives.map(({ subscription }) => subscription.id)
  const [billed, planFees, fixed, plans, own] = await Promise.all([
    billedPeriodsOf(db, organizationId, ids, MAX_TIMELINE_EVENTS),
    planFeesOf(db, organizationId, ids),
    fixedAmountsOf(db, organizationId, ids),
    loadPlans(
      db,
      organizationId,
      lives.map(({ plan }) => plan.id),
    ),
    ownUnits(db, organizationId, customer.id, now),
  ])
  const outlook = { zone: applicableZone(customer, zones), plans, ownUnits: own }
  const past = pastEvents(lives, billed, planFees, fixed).filter(({ at }) => at <= until)
  const coming: TimelineEvent[] = []
  let isTruncated = false
  for (const event of futureEvents(lives, planFees, outlook)) {
    if (event.at > until) break
    isTruncated = coming.length === MAX_TIMELINE_EVENTS
    if (isTruncated) break
    coming.push(event)
  }
  return {
    timeline: {
      external_subscription_id: externalId,
      now: seconds(now),
      until: seconds(until),
      truncated: isTruncated,
      events: [...past, ...coming].map(serializeEvent),
    },
  }
}

function serializeEvent({ period, invoice, ...event }: TimelineEvent) {
  return {
    kind: event.kind,
    status: event.status,
    at: seconds(event.at),
    lago_subscription_id: event.subscriptionId,
    plan_code: event.planCode,
    amount_cents: event.amountCents,
    fixed_charges_amount_cents: event.fixedChargesAmountCents,
    amount_currency: event.currency,
    from_datetime: seconds(period?.fromAt ?? null),
    to_datetime: period === null ? null : seconds(period.toInclusive ? period.toAt : lastSecond(period.toAt)),
    lago_invoice_id: invoice?.id ?? null,
    invoice_number: invoice?.number ?? null,
    invoicing_reason: invoice?.reason ?? null,
  }
}
