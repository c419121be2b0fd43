import type { Context } from 'hono'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readBody, readEnvelope, readParameters } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { applicableZone } from '../billing_entities/terms.js'
import { sectionsFor } from '../custom_sections/store.js'
import { findCustomer } from '../customers/store.js'
import { planAnswer } from '../plans/answer.js'
import { applicableThresholds } from '../usage_thresholds/store.js'
import { createSubscription, terminateSubscription, updateSubscription } from './schema.js'
import { serializeSubscription } from './serialize.js'
import {
  findNeighbours,
  findSubscription,
  findSubscriptionById,
  listSubscriptions,
  type Neighbours,
  type SubscriptionListing,
} from './store.js'
import type { SubscriptionRow, SubscriptionStatus } from './table.js'

const STATUSES = ['pending', 'active', 'terminated', 'canceled'] as const
const NOT_FOUND = { kind: 'not_found', thing: 'subscription' } as const
/** Concurrent first calls for one unknown customer meet at a unique key: the losers look again. */
const CREATION_TRIES = 3

export const subscriptionRoutes = router()
  .get('/', (c) => list(c, {}))
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'subscription')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createSubscription, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { organizationId, now, db } = c.var
    for (let tries = 1; ; tries++) {
      const known = await findCustomer(db, organizationId, input.value.external_customer_id)
      const ref = { organizationId, customerId: known?.id ?? c.var.newId() }
      const started = await customerObject(c.env, ref).startSubscription(ref, input.value, now)
      if (started.ok) return answerById(c, started.value)
      const taken = started.failure.kind === 'taken'
      if (!taken || tries === CREATION_TRIES) return fail(c, started.failure)
    }
  })
  .get('/:externalId', async (c) => {
    const status = STATUSES.find((word) => word === c.req.query('status')) ?? 'active'
    return answer(c, await find(c, [status]))
  })
  .put('/:externalId', async (c) => {
    const body = await readBody(c)
    if (!body.ok) return fail(c, body.failure)
    const envelope = await readEnvelope(c, 'subscription')
    if (!envelope.ok) return fail(c, envelope.failure)
    const asked = body.value.status ?? c.req.query('status')
    const living =
      asked === 'pending' ? await find(c, ['pending']) : ((await find(c, ['active'])) ?? (await find(c, ['pending'])))
    const ended = living === undefined ? await find(c, ['terminated', 'canceled']) : undefined
    if (ended !== undefined && 'purchase_order_number' in envelope.value) {
      return fail(c, { kind: 'not_allowed', code: 'purchase_order_number_not_editable' })
    }
    const found = living ?? (asked === 'pending' || ended?.subscription.status !== 'terminated' ? undefined : ended)
    if (found === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateSubscription, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = refOf(c, found)
    const updated = await customerObject(c.env, ref).updateSubscription(
      ref,
      found.subscription.id,
      input.value,
      c.var.now,
    )
    return updated.ok ? answerById(c, found.subscription.id) : fail(c, updated.failure)
  })
  .delete('/:externalId', async (c) => {
    const parameters = await readParameters(c)
    if (!parameters.ok) return fail(c, parameters.failure)
    const pending = parameters.value.status === 'pending'
    const found = await find(c, [pending ? 'pending' : 'active'])
    if (found === undefined) return fail(c, NOT_FOUND)
    const { on_termination_credit_note: manner, ...rest } = parameters.value
    // Only what was paid in advance can be given back: of other plans the manner is not looked at.
    const looked = found.plan.payInAdvance ? { ...rest, on_termination_credit_note: manner } : rest
    const input = validate(terminateSubscription, looked)
    if (!input.ok) return fail(c, input.failure)
    const ref = refOf(c, found)
    const object = customerObject(c.env, ref)
    const { id } = found.subscription
    const ended = pending
      ? await object.cancelSubscription(ref, id, c.var.now)
      : await object.terminateSubscription(ref, id, input.value, c.var.now)
    return ended.ok ? answerById(c, id) : fail(c, ended.failure)
  })

/** The same listing, narrowed to one customer. */
export const customerSubscriptionRoutes = router().get('/:externalCustomerId/subscriptions', async (c) => {
  const customer = await findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
  return customer === undefined
    ? fail(c, { kind: 'not_found', thing: 'customer' })
    : list(c, { customerId: customer.id })
})

async function list(c: Context<AppEnv>, narrowed: { customerId?: string }) {
  const page = pageOf(c)
  const filters = new Filters(c)
  const zones = await readZones(c.var.db, c.var.organizationId)
  if (filters.namesUnknownEntity(zones)) return fail(c, { kind: 'not_found', thing: 'billing_entity' })
  const { rows, totalCount } = await listSubscriptions(
    c.var.db,
    c.var.organizationId,
    {
      ...narrowed,
      statuses: statusesOf(filters),
      externalCustomerId: filters.text('external_customer_id'),
      externalId: filters.text('external_id'),
      planCode: filters.text('plan_code'),
      billingEntityCodes: filters.billingEntityCodes(),
      currency: filters.text('currency')?.toUpperCase(),
      overridden: filters.flag('overridden'),
    },
    page,
  )
  const around = await surroundings(c, rows)
  return c.json({
    subscriptions: rows.map((row) => serialize(c, row, zones, around)),
    meta: meta(page, totalCount),
  })
}

/** Only active ones unless the filter says otherwise; with a word that is no status, all are listed. */
function statusesOf(filters: Filters): readonly SubscriptionStatus[] {
  const asked = filters.list('status')
  if (asked === undefined) return ['active']
  const known = STATUSES.filter((status) => asked.includes(status))
  return asked.every((word) => STATUSES.some((status) => status === word)) ? known : STATUSES
}

const find = (c: Context<AppEnv>, statuses: readonly SubscriptionStatus[]) =>
  findSubscription(c.var.db, c.var.organizationId, c.req.param('externalId') ?? '', statuses)

const refOf = (c: Context<AppEnv>, { subscription }: SubscriptionListing) => ({
  organizationId: c.var.organizationId,
  customerId: subscription.customerId,
})

async function answerById(c: Context<AppEnv>, id: string) {
  return answer(c, await findSubscriptionById(c.var.db, c.var.organizationId, id))
}

async function answer(c: Context<AppEnv>, found: SubscriptionListing | undefined) {
  if (found === undefined) return fail(c, NOT_FOUND)
  const { db, organizationId } = c.var
  const [zones, plan, around] = await Promise.all([
    readZones(db, organizationId),
    planAnswer(db, organizationId, found.plan),
    surroundings(c, [found]),
  ])
  const subscription = serialize(c, found, zones, around)
  return c.json({ subscription: { ...subscription, plan, entitlements: [] } })
}

/** What answers show of subscriptions beside themselves. */
interface Surroundings {
  readonly neighboursOf: (row: SubscriptionRow) => Neighbours
  readonly thresholds: Awaited<ReturnType<typeof applicableThresholds>>
  readonly sections: Awaited<ReturnType<typeof sectionsFor>>
}

async function surroundings(c: Context<AppEnv>, listed: readonly SubscriptionListing[]): Promise<Surroundings> {
  const { db, organizationId } = c.var
  const rows = listed.map(({ subscription }) => subscription)
  const ids = rows.map(({ id }) => id)
  const [neighboursOf, thresholds, sections] = await Promise.all([
    findNeighbours(db, organizationId, rows),
    applicableThresholds(db, organizationId, ids),
    sectionsFor(db, organizationId, rows),
  ])
  return { neighboursOf, thresholds, sections }
}

function serialize(
  c: Context<AppEnv>,
  { subscription, plan, customer }: SubscriptionListing,
  zones: ReadonlyMap<string, string>,
  { neighboursOf, thresholds, sections }: Surroundings,
) {
  return serializeSubscription(
    {
      subscription,
      plan,
      externalCustomerId: customer.externalId,
      neighbours: neighboursOf(subscription),
      thresholds: thresholds.get(subscription.id) ?? [],
      sections,
    },
    { now: c.var.now, zone: applicableZone(customer, zones) },
  )
}
