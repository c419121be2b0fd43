import type { Context } from 'hono'
import { invalid, ok, type Result } from '../../core/result.js'
import { commit, type Statement } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { createTax, updateTax } from './schema.js'
import { serializeTax } from './serialize.js'
import { deleteAssignmentsOfTax, findTax, insertTax, listTaxes, updateTaxRow } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'tax' } as const

export const taxRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const { rows, totalCount } = await listTaxes(c.var.db, c.var.organizationId, page)
    return c.json({ taxes: rows.map(serializeTax), meta: meta(page, totalCount) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'tax')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createTax, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { organizationId, now } = c.var
    const { applied_to_organization: appliedToOrganization = false, description = null, ...given } = input.value
    const id = c.var.newId()
    const life = { createdAt: now, updatedAt: now, deletedAt: null }
    const written = await write(c, [
      insertTax(c.var.db, {
        id,
        organizationId,
        ...given,
        description,
        appliedToOrganization,
        otherBillingEntities: [],
        ...life,
      }),
    ])
    return written.ok ? answer(c, given.code) : fail(c, written.failure)
  })
  .get('/:code', (c) => answer(c, c.req.param('code')))
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'tax')
    if (!envelope.ok) return fail(c, envelope.failure)
    const row = await findTax(c.var.db, c.var.organizationId, c.req.param('code'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateTax, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { applied_to_organization: appliedToOrganization = row.appliedToOrganization, ...given } = input.value
    const changes = { ...given, appliedToOrganization, updatedAt: c.var.now }
    const written = await write(c, [updateTaxRow(c.var.db, c.var.organizationId, row.id, changes)])
    return written.ok ? answer(c, given.code ?? row.code) : fail(c, written.failure)
  })
  .delete('/:code', async (c) => {
    const row = await findTax(c.var.db, c.var.organizationId, c.req.param('code'))
    if (row === undefined) return fail(c, NOT_FOUND)
    await commit(c.var.db, [
      deleteAssignmentsOfTax(c.var.db, c.var.organizationId, row.id),
      updateTaxRow(c.var.db, c.var.organizationId, row.id, { deletedAt: c.var.now }),
    ])
    return c.json({ tax: serializeTax(row) })
  })

async function answer(c: Context<AppEnv>, code: string) {
  const row = await findTax(c.var.db, c.var.organizationId, code)
  return row === undefined ? fail(c, NOT_FOUND) : c.json({ tax: serializeTax(row) })
}

async function write(c: Context<AppEnv>, statements: Statement[]): Promise<Result<null>> {
  const outcome = await commit(c.var.db, statements)
  return outcome.committed ? ok(null) : invalid({ code: ['value_already_exist'] })
}
