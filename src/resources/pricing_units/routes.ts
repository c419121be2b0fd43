import { commit } from '../../db/commit.js'
import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { createPricingUnit, updatePricingUnit } from './schema.js'
import { serializePricingUnit } from './serialize.js'
import {
  findPricingUnit,
  insertPricingUnit,
  listPricingUnits,
  type NewPricingUnitRow,
  updatePricingUnitRow,
} from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'pricing_unit' } as const

export const pricingUnitRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const { rows, totalCount } = await listPricingUnits(c.var.db, c.var.organizationId, page)
    return c.json({ pricing_units: rows.map(serializePricingUnit), meta: meta(page, totalCount) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'pricing_unit')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createPricingUnit, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { db, organizationId, now } = c.var
    const { short_name: shortName, description = null, ...given } = input.value
    const id = c.var.newId()
    const life = { createdAt: now, updatedAt: now, deletedAt: null }
    const row: NewPricingUnitRow = { id, organizationId, ...given, shortName, description, ...life }
    const outcome = await commit(db, [insertPricingUnit(db, row)])
    if (!outcome.committed) return fail(c, { kind: 'taken', field: 'code' })
    return c.json({ pricing_unit: serializePricingUnit(row) })
  })
  .get('/:code', async (c) => {
    const row = await findPricingUnit(c.var.db, c.var.organizationId, c.req.param('code'))
    return row === undefined ? fail(c, NOT_FOUND) : c.json({ pricing_unit: serializePricingUnit(row) })
  })
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'pricing_unit')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const row = await findPricingUnit(db, organizationId, c.req.param('code'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const input = validate(updatePricingUnit, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { seq: _, ...before } = row
    const { name = row.name, short_name: shortName = row.shortName, description = row.description } = input.value
    const changed: NewPricingUnitRow = { ...before, name, shortName, description, updatedAt: now }
    await commit(db, [updatePricingUnitRow(db, organizationId, changed)])
    return c.json({ pricing_unit: serializePricingUnit(changed) })
  })
