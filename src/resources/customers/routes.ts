import type { Context } from 'hono'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { customSectionsQuery } from '../custom_sections/store.js'
import { assignedTaxes } from '../taxes/store.js'
import { customerFilters } from './filters.js'
import { customerInput } from './input.js'
import { saveCustomer } from './schema.js'
import { serializeCustomer, serializeWholeCustomer } from './serialize.js'
import { findCustomer, listCustomers } from './store.js'
import type { CustomerRow } from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'customer' } as const
const NO_SUCH_ENTITY = { kind: 'not_found', thing: 'billing_entity' } as const
/** Concurrent first calls for one external id meet at a unique key: the losers change what the winner made. */
const TRIES = 3

export const customerRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const filters = new Filters(c)
    const given = customerFilters(filters)
    const { db, organizationId } = c.var
    const zones = await readZones(db, organizationId)
    if (filters.namesUnknownEntity(zones)) return fail(c, NO_SUCH_ENTITY)
    if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
    const { rows, totalCount } = await listCustomers(db, organizationId, given, page)
    return c.json({
      customers: rows.map((row) => serializeCustomer(row, zones)),
      meta: meta(page, totalCount),
    })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'customer')
    if (!envelope.ok) return fail(c, envelope.failure)
    const body = validate(saveCustomer, envelope.value)
    if (!body.ok) return fail(c, body.failure)
    const input = customerInput(body.value)
    const { db, organizationId, now } = c.var
    for (let tries = 1; ; tries++) {
      const known = await findCustomer(db, organizationId, input.externalId)
      const ref = { organizationId, customerId: known?.id ?? c.var.newId() }
      const saved = await customerObject(c.env, ref).saveCustomer(ref, input, now)
      if (saved.ok) return answer(c, input.externalId)
      if (saved.failure.kind !== 'taken' || tries === TRIES) return fail(c, saved.failure)
    }
  })
  .get('/:externalId', (c) => answer(c, c.req.param('externalId')))
  .delete('/:externalId', async (c) => {
    const { db, organizationId, now } = c.var
    const row = await findCustomer(db, organizationId, c.req.param('externalId'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const asItWas = await wholeCustomer(c, row)
    const ref = { organizationId, customerId: row.id }
    const deleted = await customerObject(c.env, ref).deleteCustomer(ref, now)
    return deleted.ok ? c.json({ customer: asItWas }) : fail(c, deleted.failure)
  })

async function answer(c: Context<AppEnv>, externalId: string) {
  const row = await findCustomer(c.var.db, c.var.organizationId, externalId)
  return row === undefined ? fail(c, NOT_FOUND) : c.json({ customer: await wholeCustomer(c, row) })
}

async function wholeCustomer(c: Context<AppEnv>, row: CustomerRow) {
  const { db, organizationId } = c.var
  const [zones, taxes, sections] = await Promise.all([
    readZones(db, organizationId),
    assignedTaxes(db, organizationId, [row.id]),
    customSectionsQuery(db, organizationId),
  ])
  return serializeWholeCustomer(
    row,
    zones,
    taxes.map(({ tax }) => tax),
    sections,
  )
}
