import type { Context } from 'hono'
import type { Result } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { deleteChargesOfPlan } from '../charges/store.js'
import { deleteFixedChargesOfPlan } from '../fixed_charges/store.js'
import { setOff, setOffUnits } from '../plan_subscribers/set_off.js'
import { scheduleEnds } from '../plan_subscribers/store.js'
import { planAnswer } from './answer.js'
import { loadPlanRecords } from './load.js'
import { type PlanCommit, type PlanContext, readChangedPlan, readNewPlan } from './read_plan.js'
import { serializePlan } from './serialize.js'
import { deletePlans, findPlan, listPlans } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'plan' } as const

export const planRoutes = router()
  .get('/', async (c) => {
    const { db, organizationId } = c.var
    const page = pageOf(c)
    const { rows, totalCount } = await listPlans(db, organizationId, page)
    const ids = rows.map((row) => row.id)
    const records = await loadPlanRecords(db, organizationId, ids)
    return c.json({
      plans: ids.flatMap((id) => records.get(id) ?? []).map((record) => serializePlan(record)),
      meta: meta(page, totalCount),
    })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'plan')
    if (!envelope.ok) return fail(c, envelope.failure)
    return write(c, await readNewPlan(contextOf(c), envelope.value))
  })
  .get('/:code', async (c) => {
    const { db, organizationId } = c.var
    const found = await findPlan(db, organizationId, c.req.param('code'))
    return found === undefined ? fail(c, NOT_FOUND) : c.json({ plan: await planAnswer(db, organizationId, found.plan) })
  })
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'plan')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId } = c.var
    const found = await findPlan(db, organizationId, c.req.param('code'))
    if (found === undefined) return fail(c, NOT_FOUND)
    const records = await loadPlanRecords(db, organizationId, [found.plan.id])
    const existing = {
      plan: found.plan,
      charges: records.get(found.plan.id)?.charges ?? [],
      fixedCharges: records.get(found.plan.id)?.fixedCharges ?? [],
      inUse: found.attached,
    }
    return write(c, await readChangedPlan(contextOf(c), existing, envelope.value))
  })
  .delete('/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const found = await findPlan(db, organizationId, c.req.param('code'))
    if (found === undefined) return fail(c, NOT_FOUND)
    const { id } = found.plan
    const plan = await planAnswer(db, organizationId, found.plan)
    await commit(db, [
      ...(found.attached ? [scheduleEnds(db, organizationId, id, now)] : []),
      deletePlans(db, organizationId, id, now),
      // The last invoices of those who are subscribed need the charges.
      ...(found.attached
        ? []
        : [deleteChargesOfPlan(db, organizationId, id, now), deleteFixedChargesOfPlan(db, organizationId, id, now)]),
    ])
    if (found.attached) await setOff(c)
    return c.json({ plan: { ...plan, pending_deletion: true } })
  })

const contextOf = (c: Context<AppEnv>): PlanContext => ({
  db: c.var.db,
  organizationId: c.var.organizationId,
  now: c.var.now,
  newId: c.var.newId,
})

/** Commits the plan and answers it. */
async function write(c: Context<AppEnv>, plan: Result<PlanCommit>) {
  if (!plan.ok) return fail(c, plan.failure)
  const { db, organizationId } = c.var
  const outcome = await commit(db, plan.value.statements)
  if (!outcome.committed) return fail(c, { kind: 'taken', field: 'code' })
  if (plan.value.chargesUnits) await setOffUnits(c)
  else if (plan.value.setsOff) await setOff(c)
  return c.json({ plan: await planAnswer(db, organizationId, { id: plan.value.planId }) })
}
