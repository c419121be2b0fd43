import type { Context } from 'hono'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { changedFilter, newFilter } from '../charge_filters/schema.js'
import { serializeFilter } from '../charge_filters/serialize.js'
import { findFilter, listFilters } from '../charge_filters/store.js'
import { findChargeRow } from '../charges/store.js'
import type { PlanEdit } from '../plan_overrides/terms.js'
import { chargeOf, edited, type FoundCharge } from './found.js'

const NOT_FOUND = { kind: 'not_found', thing: 'charge_filter' } as const

/** The filters of a subscription's charge. Ids are those that are listed for the subscription. */
export const subscriptionChargeFilterRoutes = router()
  .get('/:externalId/charges/:chargeCode/filters', async (c) => {
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const { id, code } = found.value.charge
    const page = pageOf(c)
    const { rows, totalCount } = await listFilters(c.var.db, c.var.organizationId, id, page)
    return c.json({ filters: rows.map((row) => serializeFilter(row, code)), meta: meta(page, totalCount) })
  })
  .post('/:externalId/charges/:chargeCode/filters', async (c) => {
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const envelope = await readEnvelope(c, 'filter')
    if (!envelope.ok) return fail(c, envelope.failure)
    const sent = validate(newFilter, envelope.value)
    if (!sent.ok) return fail(c, sent.failure)
    const { code: chargeCode } = found.value.charge
    return write(c, found.value, { kind: 'new_filter', chargeCode, sent: sent.value })
  })
  .get('/:externalId/charges/:chargeCode/filters/:id', async (c) => {
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const { charge } = found.value
    const row = await findFilter(c.var.db, c.var.organizationId, charge.id, c.req.param('id'))
    return row === undefined ? fail(c, NOT_FOUND) : c.json({ filter: serializeFilter(row, charge.code) })
  })
  .put('/:externalId/charges/:chargeCode/filters/:id', async (c) => {
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const envelope = await readEnvelope(c, 'filter')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { charge } = found.value
    const row = await findFilter(c.var.db, c.var.organizationId, charge.id, c.req.param('id'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const sent = validate(changedFilter, envelope.value)
    if (!sent.ok) return fail(c, sent.failure)
    return write(c, found.value, { kind: 'filter', chargeCode: charge.code, filterId: row.id, sent: sent.value })
  })
  .delete('/:externalId/charges/:chargeCode/filters/:id', async (c) => {
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const { charge } = found.value
    const row = await findFilter(c.var.db, c.var.organizationId, charge.id, c.req.param('id'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const done = await edited(c, found.value, { kind: 'no_filter', chargeCode: charge.code, filterId: row.id })
    return done.ok ? c.json({ filter: serializeFilter(row, charge.code) }) : fail(c, done.failure)
  })

/** Has the filter added or changed, and answers it as it is listed then. */
async function write(c: Context<AppEnv>, found: FoundCharge, edit: PlanEdit & { readonly chargeCode: string }) {
  const { db, organizationId } = c.var
  const done = await edited(c, found, edit)
  if (!done.ok) return fail(c, done.failure)
  const { planId, filterId } = done.value
  const charge = await findChargeRow(db, organizationId, planId, edit.chargeCode)
  const row = charge && (await findFilter(db, organizationId, charge.id, filterId ?? ''))
  return row === undefined ? fail(c, NOT_FOUND) : c.json({ filter: serializeFilter(row, edit.chargeCode) })
}
