import type { Context } from 'hono'
import { existingVatTax, isNoVat, vatTax, vatTaxCode } from '../../core/invoicing/vat_rate.js'
import { ok, type Result } from '../../core/result.js'
import { commit, type Statement } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { changedBillingEntity } from '../billing_entities/changed.js'
import { findBillingEntity } from '../billing_entities/store.js'
import { DEFAULT_BILLING_ENTITY, entityChangesOf } from '../billing_entities/terms.js'
import { findTax, insertTax, updateTaxRow } from '../taxes/store.js'
import { organizationChanges } from './row.js'
import { type OrganizationInput, updateOrganization } from './schema.js'
import { serializeOrganization } from './serialize.js'
import { readOrganizationWithTaxes, updateOrganizationRow, withdrawVatTaxes } from './store.js'

/** A tax that another request makes at the same moment is met once, and is there the next time. */
const ATTEMPTS = 3

/** The organization of the key. */
export const organizationRoutes = router()
  .get('/', answer)
  .put('/', async (c) => {
    const envelope = await readEnvelope(c, 'organization')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(updateOrganization, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const saved = await save(c, input.value)
    return saved.ok ? answer(c) : fail(c, saved.failure)
  })

async function answer(c: Context<AppEnv>) {
  const { organization, taxes } = await readOrganizationWithTaxes(c.var.db, c.var.organizationId)
  return c.json({ organization: serializeOrganization(organization, taxes) })
}

async function save(c: Context<AppEnv>, input: OrganizationInput): Promise<Result<null>> {
  const { db, organizationId, now } = c.var
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entity = await defaultEntity(c)
    const vat = await vatStatements(c, input.billing_configuration?.vat_rate)
    if (!vat.ok) return vat
    const { timezone, ...changes } = organizationChanges(input)
    const shared = changedBillingEntity(c.var, entity, entityChangesOf({ ...changes, timezone }))
    if (!shared.ok) return shared
    // A zone that stays is written to neither: it would undo one that another request sets now.
    const zone = timezone === entity.timezone ? {} : { timezone }
    const outcome = await commit(db, [
      updateOrganizationRow(db, organizationId, { ...changes, ...zone, updatedAt: now }),
      ...shared.value,
      ...vat.value,
    ])
    if (outcome.committed) return ok(null)
  }
  throw new Error(`organization ${organizationId} met a conflict at every attempt`)
}

async function defaultEntity(c: Context<AppEnv>) {
  const { db, organizationId } = c.var
  const entity = await findBillingEntity(db, organizationId, DEFAULT_BILLING_ENTITY)
  if (entity === undefined) throw new Error(`organization ${organizationId} has no billing entity`)
  return entity
}

/** Puts the tax that `rate` (percent) stands for in the place of the one before it; none for 0, no change for null. */
async function vatStatements(c: Context<AppEnv>, rate: string | null | undefined): Promise<Result<Statement[]>> {
  const { db, organizationId, now } = c.var
  if (rate === undefined || rate === null) return ok([])
  const code = vatTaxCode(rate)
  if (isNoVat(rate)) return ok([withdrawVatTaxes(db, organizationId, { except: '', now })])
  const existing = existingVatTax(rate, await findTax(db, organizationId, code))
  if (!existing.ok) return existing
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const made = {
    id: c.var.newId(),
    organizationId,
    ...life,
    ...vatTax(rate),
    appliedToOrganization: true,
    otherBillingEntities: [],
  }
  const apply =
    existing.value === undefined
      ? insertTax(db, made)
      : updateTaxRow(db, organizationId, existing.value.id, { appliedToOrganization: true, updatedAt: now })
  return ok([withdrawVatTaxes(db, organizationId, { except: code, now }), apply])
}
