import type { Context } from 'hono'
import { invalid, ok, type Result } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { type Json, readEnvelope } from '../../http/body.js'
import { asksToCascade, deletionCascades } from '../../http/cascades.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { MAX_CHARGES_PER_PLAN } from '../../limits.js'
import { cascadeCharges } from '../charge_cascades/cascade.js'
import { editsOf } from '../charge_cascades/edits.js'
import { filtersFit, TOO_LONG } from '../charge_filters/bounds.js'
import { type FoundPlan, findPlan } from '../plans/store.js'
import { buildCharge, changeCharge } from './build_charge.js'
import { changesOf, type DraftedCharge } from './changes.js'
import { chargeStatements } from './charge_statements.js'
import { lastingPart, taxIdsOf } from './plan_charges.js'
import type { ChargeRecord } from './record.js'
import { findReferences, type ReferenceWishes } from './references.js'
import { type ChargeInput, changedCharge, changedChargeInUse, newCharge } from './schema.js'
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
    return write(c, plan, await creation(c, plan, envelope.value), asksToCascade(envelope.value))
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
    return write(c, plan, await change(c, plan, record, envelope.value), asksToCascade(envelope.value))
  })
  .delete('/:planCode/charges/:chargeCode', async (c) => {
    const { db, organizationId, now } = c.var
    const plan = await findPlan(db, organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const record = await findCharge(db, organizationId, plan.plan.id, c.req.param('chargeCode'))
    if (record === undefined) return fail(c, NO_CHARGE)
    const cascades = await deletionCascades(c, 'charge')
    if (!cascades.ok) return fail(c, cascades.failure)
    const removedIds = [record.charge.id]
    const scope = { organizationId, planId: plan.plan.id, now }
    await commit(db, [
      deleteCharges(db, organizationId, removedIds, now),
      ...(cascades.value ? await cascadeCharges(db, scope, editsOf({ drafted: [], removedIds })) : []),
    ])
    return c.json({ charge: serializeCharge(record) })
  })

async function creation(c: Context<AppEnv>, { plan }: FoundPlan, sent: Json): Promise<Result<DraftedCharge>> {
  const { db, organizationId } = c.var
  const input = validate(newCharge, sent)
  if (!input.ok) return input
  const { billable_metric_id: metricId, charge_model: chargeModel, code } = input.value
  const references = await findReferences(db, organizationId, wishes([metricId ?? undefined], input.value), METRIC)
  if (!references.ok) return references
  const metric = references.value.metrics.get(metricId ?? '')
  if (metric === undefined) throw new Error('references were found without the metric')
  const given = { id: c.var.newId(), organizationId, planId: plan.id, code, chargeModel }
  const draft = buildCharge(given, input.value, { ...contextOf(c), metric, references: references.value })
  if (!draft.ok) return draft
  if ((await countCharges(db, organizationId, plan.id)) >= MAX_CHARGES_PER_PLAN) {
    return invalid({ charges: ['invalid_count'] })
  }
  return ok({ draft: draft.value, existing: undefined, taxIds: taxIdsOf(input.value, references.value) })
}

async function change(
  c: Context<AppEnv>,
  plan: FoundPlan,
  record: ChargeRecord,
  body: Json,
): Promise<Result<DraftedCharge>> {
  const { db, organizationId } = c.var
  const input = validate<ChargeInput>(plan.attached ? changedChargeInUse : changedCharge, body)
  if (!input.ok) return input
  const sent = plan.attached ? lastingPart(input.value, record) : input.value
  const metricIds = sent.billable_metric_id == null ? [] : [sent.billable_metric_id]
  const references = await findReferences(db, organizationId, wishes(metricIds, sent), METRIC)
  if (!references.ok) return references
  const metric = references.value.metrics.get(sent.billable_metric_id ?? '') ?? record.metric
  const draft = changeCharge(record, sent, { ...contextOf(c), metric, references: references.value })
  if (!draft.ok) return draft
  return ok({ draft: draft.value, existing: record, taxIds: taxIdsOf(sent, references.value) })
}

const METRIC = 'billable_metric'

const contextOf = (c: Context<AppEnv>) => ({ now: c.var.now, newId: c.var.newId })

const wishes = (metricIds: readonly (string | undefined)[], sent: ChargeInput): ReferenceWishes => ({
  metricIds,
  taxCodes: sent.tax_codes ?? [],
  pricingUnitCodes: sent.applied_pricing_unit?.code == null ? [] : [sent.applied_pricing_unit.code],
})

/** Commits the one charge that is added or changed, and answers it. */
async function write(c: Context<AppEnv>, plan: FoundPlan, drafted: Result<DraftedCharge>, cascades: boolean) {
  if (!drafted.ok) return fail(c, drafted.failure)
  const { db, organizationId, now } = c.var
  const { draft, existing } = drafted.value
  const { row, filters } = draft
  const change = filters && { before: existing?.filters ?? [], after: filters }
  if (change && !(await filtersFit(db, organizationId, row.planId, change))) return fail(c, TOO_LONG)
  const changes = changesOf([drafted.value], [])
  const scope = { organizationId, planId: plan.plan.id, now }
  const outcome = await commit(db, [
    ...chargeStatements(db, organizationId, changes, now),
    ...(cascades ? await cascadeCharges(db, scope, editsOf(changes)) : []),
  ])
  return outcome.committed ? answer(c, plan, row.code) : fail(c, { kind: 'taken', field: 'code' })
}

async function answer(c: Context<AppEnv>, { plan }: FoundPlan, code: string) {
  const record = await findCharge(c.var.db, c.var.organizationId, plan.id, code)
  return record === undefined ? fail(c, NO_CHARGE) : c.json({ charge: serializeCharge(record) })
}
