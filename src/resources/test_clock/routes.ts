import type { Context } from 'hono'
import { z } from 'zod'
import { advanceTestClock } from '../../agenda/run_due.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { dateTime } from '../../http/fields.js'
import { seconds } from '../../http/timestamps.js'
import { validate } from '../../http/validate.js'

const moveTestClock = z.object({ now: dateTime() })

const NOT_ENABLED = { kind: 'forbidden', code: 'test_clock_not_enabled' } as const

/** The frozen now of a sandbox organization. Moving it does everything that falls due on the way. */
export const testClockRoutes = router()
  .get('/', (c) => (c.var.sandbox ? answer(c, c.var.now) : fail(c, NOT_ENABLED)))
  .put('/', async (c) => {
    if (!c.var.sandbox) return fail(c, NOT_ENABLED)
    const envelope = await readEnvelope(c, 'test_clock')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(moveTestClock, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const target = input.value.now
    if (target < c.var.now) return fail(c, { kind: 'invalid', details: { now: ['value_is_out_of_range'] } })
    await advanceTestClock(c.env, c.var.organizationId, c.var.now, target)
    return answer(c, target)
  })

const answer = (c: Context<AppEnv>, now: number) => c.json({ test_clock: { now: seconds(now) } })
