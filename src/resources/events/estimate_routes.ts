import type { Context } from 'hono'
import { invalid, ok, type Result } from '../../core/result.js'
import type { EstimateKind } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readBody, readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { MAX_EVENTS_PER_BATCH } from '../../limits.js'
import { estimate } from './estimates.js'
import { edgeOf } from './routes.js'

/** What events would be charged in advance, asked before they are sent. */
export const estimateRoutes = router()
  .post('/estimate_fees', (c) => answerOne(c, 'in_history'))
  .post('/estimate_instant_fees', (c) => answerOne(c, 'alone'))
  .post('/batch_estimate_instant_fees', async (c) => {
    const body = await readBody(c)
    if (!body.ok) return fail(c, body.failure)
    const events = listed(body.value.events)
    return events.ok ? answer(c, events.value, 'alone') : fail(c, events.failure)
  })

async function answerOne(c: Context<AppEnv>, kind: EstimateKind) {
  const envelope = await readEnvelope(c, 'event')
  return envelope.ok ? answer(c, [envelope.value], kind) : fail(c, envelope.failure)
}

async function answer(c: Context<AppEnv>, events: readonly unknown[], kind: EstimateKind) {
  const fees = await estimate(edgeOf(c), events, kind)
  return fees.ok ? c.json({ fees: fees.value }) : fail(c, fees.failure)
}

function listed(sent: unknown): Result<readonly unknown[]> {
  const list = Array.isArray(sent) ? sent : []
  if (list.length === 0) return invalid({ events: ['no_events'] })
  return list.length > MAX_EVENTS_PER_BATCH ? invalid({ events: ['too_many_events'] }) : ok(list)
}
