import type { Context } from 'hono'
import type { NewEvent } from '../../core/metering/events.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readBody, readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, type Page, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { answerAmendment, answerHistory, answerWithdrawal } from './correction_answers.js'
import type { Edge } from './edge.js'
import { readFilters } from './filters.js'
import { listEvents, listWaitingEvents } from './listing.js'
import { receiveWithReceipt } from './receipt.js'
import { receiveEvents } from './receive.js'
import { readBatch, readEvent } from './schema.js'
import { serializeEvent, serializeReceivedEvent, serializeWaitingEvent } from './serialize.js'

/** Events of one page: the largest together stay well below the 32 MiB of one answer of an object. */
const MAX_EVENTS_PER_PAGE = 200

export const eventRoutes = router()
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'event')
    if (!envelope.ok) return fail(c, envelope.failure)
    const event = readEvent(envelope.value, c.var.now)
    if (!event.ok) return fail(c, event.failure)
    if (new Filters(c).flag('receipt') === true) return answerReceipt(c, edgeOf(c), event.value)
    const received = await receiveEvents(edgeOf(c), [event.value])
    if (received.ok) return c.json({ event: received.events.map(serializeReceivedEvent)[0] })
    return fail(c, { kind: 'invalid', details: received.errors[0] ?? {} })
  })
  .post('/batch', async (c) => {
    const body = await readBody(c)
    if (!body.ok) return fail(c, body.failure)
    const events = readBatch(body.value.events, c.var.now)
    if (!events.ok) return fail(c, events.failure)
    const received = await receiveEvents(edgeOf(c), events.value)
    if (received.ok) return c.json({ events: received.events.map(serializeReceivedEvent) })
    return fail(c, { kind: 'invalid', details: received.errors })
  })
  .get('/', async (c) => {
    const edge = edgeOf(c)
    const filters = await readFilters(edge, c)
    if (!filters.ok) return fail(c, filters.failure)
    const asked = pageOf(c)
    const page: Page = { ...asked, perPage: Math.min(asked.perPage, MAX_EVENTS_PER_PAGE) }
    const isUnmatched = new Filters(c).flag('unmatched') === true
    const listed = await (isUnmatched ? listWaitingEvents : listEvents)(edge, filters.value, page)
    if (!listed.ok) return fail(c, listed.failure)
    const serialize = isUnmatched ? serializeWaitingEvent : serializeEvent
    return c.json({ events: listed.value.rows.map(serialize), meta: meta(page, listed.value.totalCount) })
  })
  .get('/:transactionId', async (c) => {
    const wanted = { transactionId: c.req.param('transactionId') }
    const listed = await listEvents(edgeOf(c), wanted, { page: 1, perPage: 1 })
    if (!listed.ok) return fail(c, listed.failure)
    const [event] = listed.value.rows
    return event === undefined
      ? fail(c, { kind: 'not_found', thing: 'event' })
      : c.json({ event: serializeEvent(event) })
  })
  .get('/:transactionId/history', (c) => answerHistory(c, edgeOf(c), c.req.param('transactionId')))
  .put('/:transactionId', (c) => answerAmendment(c, edgeOf(c), c.req.param('transactionId')))
  .delete('/:transactionId', (c) => answerWithdrawal(c, edgeOf(c), c.req.param('transactionId')))

async function answerReceipt(c: Context<AppEnv>, edge: Edge, event: NewEvent) {
  const received = await receiveWithReceipt(edge, event)
  if (!received.ok) return fail(c, received.failure)
  return c.json({ event: serializeReceivedEvent(received.value.event), receipt: received.value.receipt })
}

export function edgeOf(c: Context<AppEnv>): Edge {
  const { db, organizationId, now, newId } = c.var
  return { env: c.env, db, organizationId, now, clock: Date.now(), newId }
}
