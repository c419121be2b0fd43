import type { Context } from 'hono'
import { invalid, ok, type Result } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { type Json, readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { MAX_CHARGES_PER_PLAN } from '../../limits.js'
import { type FoundPlan, findPlan } from '../plans/store.js'
import { buildCharge, changeCharge } from './build_charge.js'
import { chargeStatements } from './charge_statements.js'
import type { ChargeChanges } from './plan_charges.js'
import type { ChargeRecord } from './record.js'
import { findReferences, idsOf } from './references.js'
import { changedCharge, changedChargeInUse, newCharge } from './schema.js'
import { serializeCharge } from './serialize.js'
import { countCharges, deleteCharges, findCharge, listCharges } from './store.js'

const NO_PLAN = { kind: 'not_found', thing: 'plan' } as const
const NO_CHARGE = { kind: 'not_found', thing: 'charge' } as const

/** The charges below a plan. */
export const planChargeRoutes = router()
  .get('/:planCode/charges', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const page = pageOf(c)
    const { rows, totalCount } = await listCharges(c.var.db, c.var.organizationId, plan.plan.id, page)
    return c.json({ charges: rows.map(serializeCharge), meta: meta(page, totalCount) })
  })
  .post('/:planCode/charges', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const envelope = await readEnvelope(c, 'charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const changes = await creation(c, plan, envelope.value)
    return changes.ok ? write(c, plan, changes.value) : fail(c, changes.failure)
  })
  .get('/:planCode/charges/:chargeCode', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    return plan === undefined ? fail(c, NO_PLAN) : answer(c, plan, c.req.param('chargeCode'))
  })
  .put('/:planCode/charges/:chargeCode', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const envelope = await readEnvelope(c, 'charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const record = await findCharge(c.var.db, c.var.organizationId, plan.plan.id, c.req.param('chargeCode'))
    if (record === undefined) return fail(c, NO_CHARGE)
    const changes = await change(c, plan, record, envelope.value)
    return changes.ok ? write(c, plan, changes.value) : fail(c, changes.failure)
  })
  .delete('/:planCode/charges/:chargeCode', async (c) => {
    const { db, organizationId, now } = c.var
    const plan = await findPlan(db, organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const record = await findCharge(db, organizationId, plan.plan.id, c.req.param('chargeCode'))
    if (record === undefined) return fail(c, NO_CHARGE)
    await commit(db, [deleteCharges(db, organizationId, [record.charge.id], now)])
    return c.json({ charge: serializeCharge(record) })
  })

const NOTHING: ChargeChanges = { added: [], changed: [], recodedIds: [], removedIds: [], taxIds: new Map() }

async function creation(c: Context<AppEnv>, { plan }: FoundPlan, sent: Json): Promise<Result<ChargeChanges>> {
  const { db, organizationId, now } = c.var
  const input = validate(newCharge, sent)
  if (!input.ok) return input
  const { billable_metric_id: metricId, charge_model: chargeModel, code, tax_codes: taxCodes } = input.value
  const wishes = { metricIds: [metricId ?? undefined], taxCodes: taxCodes ?? [] }
  const references = await findReferences(db, organizationId, wishes, 'billable_metric')
  if (!references.ok) return references
  const metric = references.value.metrics.get(metricId ?? '')
  if (metric === undefined) throw new Error('references were found without the metric')
  const id = c.var.newId()
  const given = { id, organizationId, planId: plan.id, code, chargeModel, now }
  const row = buildCharge(given, input.value, metric)
  if (!row.ok) return row
  if ((await countCharges(db, organizationId, plan.id)) >= MAX_CHARGES_PER_PLAN) {
    return invalid({ charges: ['invalid_count'] })
  }
  return ok({ ...NOTHING, added: [row.value], taxIds: new Map([[id, idsOf(references.value, taxCodes ?? [])]]) })
}

async function change(
  c: Context<AppEnv>,
  plan: FoundPlan,
  record: ChargeRecord,
  sent: Json,
): Promise<Result<ChargeChanges>> {
  const { db, organizationId, now } = c.var
  const input = validate(plan.attached ? changedChargeInUse : changedCharge, sent)
  if (!input.ok) return input
  const { billable_metric_id: metricId, tax_codes: taxCodes } = { billable_metric_id: undefined, ...input.value }
  const wishes = { metricIds: metricId == null ? [] : [metricId], taxCodes: taxCodes ?? [] }
  const references = await findReferences(db, organizationId, wishes, 'billable_metric')
  if (!references.ok) return references
  const metric = references.value.metrics.get(metricId ?? '') ?? record.metric
  const row = changeCharge(record.charge, input.value, metric, now)
  if (!row.ok) return row
  const taxIds = taxCodes === undefined ? [] : ([[record.charge.id, idsOf(references.value, taxCodes ?? [])]] as const)
  return ok({ ...NOTHING, changed: [row.value], taxIds: new Map(taxIds) })
}

/** Commits the one charge that was added or changed, and answers it. */
async function write(c: Context<AppEnv>, plan: FoundPlan, changes: ChargeChanges) {
  const { db, organizationId, now } = c.var
  const outcome = await commit(db, chargeStatements(db, organizationId, changes, now))
  if (!outcome.committed) return fail(c, { kind: 'taken', field: 'code' })
  const [row] = [...changes.added, ...changes.changed]
  return answer(c, plan, row?.code ?? '')
}

async function answer(c: Context<AppEnv>, { plan }: FoundPlan, code: string) {
  const record = await findCharge(c.var.db, c.var.organizationId, plan.id, code)
  return record === undefined ? fail(c, NO_CHARGE) : c.json({ charge: serializeCharge(record) })
}
