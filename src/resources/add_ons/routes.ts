import type { Context } from 'hono'
import { withChanges } from '../../db/changes.js'
import { commit, type Statement } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { assignedTaxes, findTaxes, replaceAssignments } from '../taxes/store.js'
import { createAddOn, updateAddOn } from './schema.js'
import { serializeAddOn } from './serialize.js'
import { findAddOn, insertAddOn, listAddOns, updateAddOnRow } from './store.js'
import type { AddOnRow } from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'add_on' } as const

export const addOnRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const { rows, totalCount } = await listAddOns(c.var.db, c.var.organizationId, page)
    return c.json({ add_ons: await serialized(c, rows), meta: meta(page, totalCount) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'add_on')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createAddOn, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { now, db, organizationId } = c.var
    const { name, code, amount_cents: amountCents, amount_currency: currency } = input.value
    const row = {
      ...{ id: c.var.newId(), organizationId, createdAt: now, updatedAt: now, deletedAt: null },
      ...{ name, code, amountCents, currency },
      invoiceDisplayName: input.value.invoice_display_name ?? null,
      description: input.value.description ?? null,
    }
    return write(c, insertAddOn(db, row), { ...row, taxCodes: input.value.tax_codes })
  })
  .get('/:code', async (c) => answer(c, c.req.param('code')))
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'add_on')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const known = await findAddOn(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateAddOn, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { name, code, description, amount_cents: amountCents, amount_currency: currency } = input.value
    const invoiceDisplayName = input.value.invoice_display_name
    const {
      seq: _,
      id,
      ...row
    } = {
      ...withChanges(known, { name, code, description, invoiceDisplayName, amountCents, currency }),
      updatedAt: now,
    }
    const update = updateAddOnRow(db, organizationId, id, row)
    return write(c, update, { id, code: row.code, taxCodes: input.value.tax_codes })
  })
  .delete('/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const known = await findAddOn(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    const [add_on] = await serialized(c, [known])
    await commit(db, [updateAddOnRow(db, organizationId, known.id, { deletedAt: now, updatedAt: now })])
    return c.json({ add_on })
  })

interface Written {
  readonly id: string
  readonly code: string
  /** Absent leaves the taxes as they are. */
  readonly taxCodes: readonly string[] | null | undefined
}

/** Commits an add-on with the taxes that it names, and answers it as it is then. */
async function write(c: Context<AppEnv>, statement: Statement, { id, code, taxCodes }: Written) {
  const { db, organizationId } = c.var
  const named = taxCodes === undefined ? undefined : await findTaxes(db, organizationId, taxCodes ?? [])
  if (taxCodes !== undefined && named === undefined) return fail(c, { kind: 'not_found', thing: 'tax' })
  const owner = { kind: 'add_on', id } as const
  const taxIds = named?.map((tax) => tax.id)
  const outcome = await commit(db, [
    statement,
    ...(taxIds === undefined ? [] : replaceAssignments(db, organizationId, owner, taxIds)),
  ])
  return outcome.committed ? answer(c, code) : fail(c, { kind: 'taken', field: 'code' })
}

async function answer(c: Context<AppEnv>, code: string) {
  const row = await findAddOn(c.var.db, c.var.organizationId, code)
  if (row === undefined) return fail(c, NOT_FOUND)
  const [add_on] = await serialized(c, [row])
  return c.json({ add_on })
}

async function serialized(c: Context<AppEnv>, rows: readonly AddOnRow[]) {
  const { db, organizationId } = c.var
  const ids = rows.map(({ id }) => id)
  const taxes = Map.groupBy(await assignedTaxes(db, organizationId, ids), ({ ownerId }) => ownerId)
  return rows.map((row) => serializeAddOn(row, taxes.get(row.id)?.map(({ tax }) => tax) ?? []))
}
