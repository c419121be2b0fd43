import type { Context } from 'hono'
import { invalid, ok, type Result } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { type Json, readEnvelope } from '../../http/body.js'
import { asksToCascade, deletionCascades } from '../../http/cascades.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { MAX_FIXED_CHARGES_PER_PLAN } from '../../limits.js'
import { findReferences, type References } from '../charges/references.js'
import { cascadeFixedCharges } from '../fixed_charge_cascades/cascade.js'
import { setOffUnits } from '../plan_subscribers/set_off.js'
import { type FoundPlan, findPlan } from '../plans/store.js'
import { changeFixedCharge, type FixedChargeMaking } from './build_fixed_charge.js'
import { addOnsOf, newDraft, taxIdsOf } from './plan_fixed_charges.js'
import { changedFixedCharge, changedFixedChargeInUse, type FixedChargeInput, newFixedCharge } from './schema.js'
import { serializeFixedCharge } from './serialize.js'
import { type DraftedFixedCharge, fixedChargeStatements, isBilledAtOnce } from './statements.js'
import {
  countFixedCharges,
  deleteFixedCharges,
  findFixedCharge,
  listFixedCharges,
  scheduleUnitsCharges,
} from './store.js'

const NO_PLAN = { kind: 'not_found', thing: 'plan' } as const
const NO_CHARGE = { kind: 'not_found', thing: 'fixed_charge' } as const

/** The fixed charges below a plan. */
export const planFixedChargeRoutes = router()
  .get('/:planCode/fixed_charges', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const page = pageOf(c)
    const { rows, totalCount } = await listFixedCharges(c.var.db, c.var.organizationId, plan.plan.id, page)
    return c.json({ fixed_charges: rows.map((row) => serializeFixedCharge(row)), meta: meta(page, totalCount) })
  })
  .post('/:planCode/fixed_charges', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const envelope = await readEnvelope(c, 'fixed_charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const making = makingOf(c)
    return write(c, plan, await creation(c, plan, envelope.value, making), envelope.value, making)
  })
  .get('/:planCode/fixed_charges/:code', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    return plan === undefined ? fail(c, NO_PLAN) : answer(c, plan, c.req.param('code'))
  })
  .put('/:planCode/fixed_charges/:code', async (c) => {
    const plan = await findPlan(c.var.db, c.var.organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const envelope = await readEnvelope(c, 'fixed_charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const making = makingOf(c)
    const drafted = await change(c, plan, c.req.param('code'), envelope.value, making)
    return write(c, plan, drafted, envelope.value, making)
  })
  .delete('/:planCode/fixed_charges/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const plan = await findPlan(db, organizationId, c.req.param('planCode'))
    if (plan === undefined) return fail(c, NO_PLAN)
    const record = await findFixedCharge(db, organizationId, plan.plan.id, c.req.param('code'))
    if (record === undefined) return fail(c, NO_CHARGE)
    const cascades = await deletionCascades(c, 'fixed_charge')
    if (!cascades.ok) return fail(c, cascades.failure)
    const removedIds = [record.charge.id]
    const scope = { organizationId, planId: plan.plan.id, now }
    await commit(db, [
      deleteFixedCharges(db, organizationId, removedIds, now),
      ...(cascades.value ? await cascadeFixedCharges(db, scope, { drafted: [], removedIds }) : []),
    ])
    return c.json({ fixed_charge: serializeFixedCharge(record) })
  })

const makingOf = (c: Context<AppEnv>): FixedChargeMaking => ({
  now: c.var.now,
  newId: c.var.newId,
  batchId: c.var.newId(),
})

async function creation(
  c: Context<AppEnv>,
  { plan }: FoundPlan,
  body: Json,
  making: FixedChargeMaking,
): Promise<Result<DraftedFixedCharge>> {
  const { db, organizationId } = c.var
  const sent = validate(newFixedCharge, body)
  if (!sent.ok) return sent
  const [addOns, references] = await Promise.all([
    addOnsOf(db, organizationId, [{ existing: undefined, sent: sent.value }]),
    taxesNamed(c, sent.value),
  ])
  if (!addOns.ok) return addOns
  if (!references.ok) return references
  const [addOn] = addOns.value
  if (addOn === undefined) throw new Error('an add-on was found without being there')
  const draft = newDraft({ id: plan.id, organizationId }, sent.value, { code: sent.value.code, addOn }, making)
  if (!draft.ok) return draft
  if ((await countFixedCharges(db, organizationId, plan.id)) >= MAX_FIXED_CHARGES_PER_PLAN) {
    return invalid({ fixed_charges: ['invalid_count'] })
  }
  return ok({ ...draft.value, taxIds: taxIdsOf(sent.value, references.value) })
}

async function change(
  c: Context<AppEnv>,
  { plan, attached }: FoundPlan,
  code: string,
  body: Json,
  making: FixedChargeMaking,
): Promise<Result<DraftedFixedCharge>> {
  const { db, organizationId } = c.var
  const record = await findFixedCharge(db, organizationId, plan.id, code)
  if (record === undefined) return { ok: false, failure: NO_CHARGE }
  const sent = validate<FixedChargeInput>(attached ? changedFixedChargeInUse : changedFixedCharge, body)
  if (!sent.ok) return sent
  const references = await taxesNamed(c, sent.value)
  if (!references.ok) return references
  const draft = changeFixedCharge(record, sent.value, making)
  return draft.ok ? ok({ ...draft.value, taxIds: taxIdsOf(sent.value, references.value) }) : draft
}

const taxesNamed = (c: Context<AppEnv>, sent: FixedChargeInput): Promise<Result<References>> =>
  findReferences(
    c.var.db,
    c.var.organizationId,
    { metricIds: [], taxCodes: sent.tax_codes ?? [], pricingUnitCodes: [] },
    'billable_metric',
  )

/** Commits the one that is added or changed, and answers it. Who pays in advance for what holds at once is billed for it. */
async function write(
  c: Context<AppEnv>,
  plan: FoundPlan,
  drafted: Result<DraftedFixedCharge>,
  body: Json,
  { batchId }: FixedChargeMaking,
) {
  if (!drafted.ok) return fail(c, drafted.failure)
  const { db, organizationId, now } = c.var
  const changes = { drafted: [drafted.value], removedIds: [] }
  const scope = { organizationId, planId: plan.plan.id, now }
  const setsOff = isBilledAtOnce(changes)
  const outcome = await commit(db, [
    ...fixedChargeStatements(db, organizationId, changes, now),
    ...(asksToCascade(body) ? await cascadeFixedCharges(db, scope, changes) : []),
    ...(setsOff ? [scheduleUnitsCharges(db, batchId, now)] : []),
  ])
  if (!outcome.committed) return fail(c, { kind: 'taken', field: 'code' })
  if (setsOff) await setOffUnits(c)
  return answer(c, plan, drafted.value.row.code)
}

async function answer(c: Context<AppEnv>, { plan }: FoundPlan, code: string) {
  const record = await findFixedCharge(c.var.db, c.var.organizationId, plan.id, code)
  return record === undefined ? fail(c, NO_CHARGE) : c.json({ fixed_charge: serializeFixedCharge(record) })
}
