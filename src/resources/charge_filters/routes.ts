import type { Context } from 'hono'
import { parseChargeProperties } from '../../core/rating/charge_properties.js'
import { chargeModelOf } from '../../core/rating/registry.js'
import { failed, invalid, notFound, ok, type Result } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { type Json, readEnvelope } from '../../http/body.js'
import { asksToCascade, deletionCascades } from '../../http/cascades.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { MAX_FILTERS_PER_CHARGE } from '../../limits.js'
import { cascadeCharges } from '../charge_cascades/cascade.js'
import { type FilterEdits, filterEdits } from '../charge_cascades/edits.js'
import { findCharge, findChargeRow } from '../charges/store.js'
import type { ChargeRow } from '../charges/table.js'
import { findPlan } from '../plans/store.js'
import { filtersFit, TOO_LONG } from './bounds.js'
import { filterCheck } from './read_filters.js'
import { changedFilter, newFilter } from './schema.js'
import { serializeFilter } from './serialize.js'
import { deleteFilters, findFilter, listFilters, type NewFilterRow, saveFilters, updateFilterRow } from './store.js'
import type { ChargeFilterRow } from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'charge_filter' } as const

/** The filters of a plan's charge. */
export const planChargeFilterRoutes = router()
  .get('/:planCode/charges/:chargeCode/filters', async (c) => {
    const charge = await chargeOf(c)
    if (!charge.ok) return fail(c, charge.failure)
    const page = pageOf(c)
    const { id, code } = charge.value
    const { rows, totalCount } = await listFilters(c.var.db, c.var.organizationId, id, page)
    return c.json({ filters: rows.map((row) => serializeFilter(row, code)), meta: meta(page, totalCount) })
  })
  .post('/:planCode/charges/:chargeCode/filters', async (c) => {
    const { db } = c.var
    const charge = await chargeOf(c)
    if (!charge.ok) return fail(c, charge.failure)
    const envelope = await readEnvelope(c, 'filter')
    if (!envelope.ok) return fail(c, envelope.failure)
    const row = await creation(c, charge.value, envelope.value)
    if (!row.ok) return fail(c, row.failure)
    await commit(db, [
      ...saveFilters(db, [row.value]),
      ...(await cascade(c, charge.value, { added: [row.value] }, asksToCascade(envelope.value))),
    ])
    return c.json({ filter: serializeFilter(row.value, charge.value.code) })
  })
  .get('/:planCode/charges/:chargeCode/filters/:id', async (c) => {
    const charge = await chargeOf(c)
    if (!charge.ok) return fail(c, charge.failure)
    const row = await findFilter(c.var.db, c.var.organizationId, charge.value.id, c.req.param('id'))
    return row === undefined ? fail(c, NOT_FOUND) : c.json({ filter: serializeFilter(row, charge.value.code) })
  })
  .put('/:planCode/charges/:chargeCode/filters/:id', async (c) => {
    const { db, organizationId } = c.var
    const charge = await chargeOf(c)
    if (!charge.ok) return fail(c, charge.failure)
    const envelope = await readEnvelope(c, 'filter')
    if (!envelope.ok) return fail(c, envelope.failure)
    const row = await findFilter(db, organizationId, charge.value.id, c.req.param('id'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const changed = await change(c, charge.value, row, envelope.value)
    if (!changed.ok) return fail(c, changed.failure)
    const edits = { changed: [{ before: row, after: changed.value }] }
    await commit(db, [
      updateFilterRow(db, organizationId, changed.value),
      ...(await cascade(c, charge.value, edits, asksToCascade(envelope.value))),
    ])
    return c.json({ filter: serializeFilter(changed.value, charge.value.code) })
  })
  .delete('/:planCode/charges/:chargeCode/filters/:id', async (c) => {
    const { db, organizationId, now } = c.var
    const charge = await chargeOf(c)
    if (!charge.ok) return fail(c, charge.failure)
    const row = await findFilter(db, organizationId, charge.value.id, c.req.param('id'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const cascades = await deletionCascades(c, 'filter')
    if (!cascades.ok) return fail(c, cascades.failure)
    await commit(db, [
      deleteFilters(db, organizationId, [row.id], now),
      ...(await cascade(c, charge.value, { removed: [row] }, cascades.value)),
    ])
    return c.json({ filter: serializeFilter(row, charge.value.code) })
  })

/** What lets the copies of the charge follow, if that is asked for. */
async function cascade(c: Context<AppEnv>, charge: ChargeRow, edits: Partial<FilterEdits>, asked: boolean) {
  const { db, organizationId, now } = c.var
  const scope = { organizationId, planId: charge.planId, now }
  return asked ? cascadeCharges(db, scope, filterEdits(charge, edits)) : []
}

/** The charge that the path leads to. */
async function chargeOf(c: Context<AppEnv>): Promise<Result<ChargeRow>> {
  const { db, organizationId } = c.var
  const plan = await findPlan(db, organizationId, c.req.param('planCode') ?? '')
  if (plan === undefined) return notFound('plan')
  const charge = await findChargeRow(db, organizationId, plan.plan.id, c.req.param('chargeCode') ?? '')
  return charge === undefined ? notFound('charge') : ok(charge)
}

/** The filter that a request adds behind the charge's others. */
async function creation(c: Context<AppEnv>, { planId, code }: ChargeRow, sent: Json): Promise<Result<NewFilterRow>> {
  const { db, organizationId, now } = c.var
  const input = validate(newFilter, sent)
  if (!input.ok) return input
  const record = await findCharge(db, organizationId, planId, code)
  if (record === undefined) return notFound('charge')
  const { charge, metric, filters: before } = record
  const { values, invoice_display_name: invoiceDisplayName = null } = input.value
  const properties = filterCheck(chargeModelOf(charge.chargeModel), metric.filters)(values, input.value.properties)
  if (!properties.ok) return properties
  if (before.length >= MAX_FILTERS_PER_CHARGE) return invalid({ filters: ['invalid_count'] })
  const row = {
    id: c.var.newId(),
    organizationId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    chargeId: charge.id,
    position: (before.at(-1)?.position ?? -1) + 1,
    values,
    properties: properties.value,
    invoiceDisplayName,
  }
  return (await filtersFit(db, organizationId, planId, { before: [], after: [row] })) ? ok(row) : failed(TOO_LONG)
}

/** The filter as a request changes it: absent fields stay. Its values are no part of that. */
async function change(
  c: Context<AppEnv>,
  { planId, chargeModel }: ChargeRow,
  row: ChargeFilterRow,
  sent: Json,
): Promise<Result<NewFilterRow>> {
  const { db, organizationId, now } = c.var
  const input = validate(changedFilter, sent)
  if (!input.ok) return input
  const { properties: wanted = row.properties, invoice_display_name: invoiceDisplayName = row.invoiceDisplayName } =
    input.value
  const properties = parseChargeProperties(chargeModelOf(chargeModel), wanted, 'filter')
  if (!properties.ok) return invalid({ properties: [...properties.codes] })
  const changed = { ...row, properties: properties.properties, invoiceDisplayName, updatedAt: now }
  const fits = await filtersFit(db, organizationId, planId, { before: [row], after: [changed] })
  return fits ? ok(changed) : failed(TOO_LONG)
}
