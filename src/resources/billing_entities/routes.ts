import type { Context } from 'hono'
import { notFound, ok, type Result } from '../../core/result.js'
import { commit, type Statement } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { MAX_BILLING_ENTITIES } from '../../limits.js'
import { customSectionsQuery } from '../custom_sections/store.js'
import { updateOrganizationRow } from '../organizations/store.js'
import { entityTaxes, findTaxesAnyCase, replaceEntityTaxes, taxesOfEntity } from '../taxes/store.js'
import { changedBillingEntity, euTaxStatements } from './changed.js'
import { billingEntityChanges } from './input.js'
import { createBillingEntity, updateBillingEntity } from './schema.js'
import { serializeBillingEntity, serializeWholeBillingEntity } from './serialize.js'
import { billingEntitiesQuery, countBillingEntities, findBillingEntity, insertBillingEntity } from './store.js'
import { type BillingEntityChanges, DEFAULT_BILLING_ENTITY, newBillingEntity } from './terms.js'

const NOT_FOUND = { kind: 'not_found', thing: 'billing_entity' } as const
const TAKEN = { kind: 'taken', field: 'code' } as const

export const billingEntityRoutes = router()
  .get('/', async (c) => {
    const rows = await billingEntitiesQuery(c.var.db, c.var.organizationId)
    return c.json({ billing_entities: rows.map(serializeBillingEntity) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'billing_entity')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createBillingEntity, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { db, organizationId, now, newId } = c.var
    const { code, name } = input.value
    const row = newBillingEntity({ id: newId(), organizationId, code, name, now }, billingEntityChanges(input.value))
    const taxes = euTaxStatements(c.var, row)
    if (!taxes.ok) return fail(c, taxes.failure)
    if (await findBillingEntity(db, organizationId, code)) return fail(c, TAKEN)
    if ((await countBillingEntities(db, organizationId)) >= MAX_BILLING_ENTITIES) {
      return fail(c, { kind: 'invalid', details: { base: ['value_is_out_of_range'] } })
    }
    const outcome = await commit(db, [insertBillingEntity(db, row), ...taxes.value])
    return outcome.committed ? c.json({ billing_entity: serializeBillingEntity(row) }) : fail(c, TAKEN)
  })
  .get('/:code', (c) => answer(c, c.req.param('code')))
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'billing_entity')
    if (!envelope.ok) return fail(c, envelope.failure)
    const code = c.req.param('code')
    const before = await findBillingEntity(c.var.db, c.var.organizationId, code)
    if (before === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateBillingEntity, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const changes = billingEntityChanges(input.value)
    const entity = changedBillingEntity(c.var, before, changes)
    if (!entity.ok) return fail(c, entity.failure)
    const taxes = await taxStatements(c, code, input.value.tax_codes)
    if (!taxes.ok) return fail(c, taxes.failure)
    await commit(c.var.db, [...entity.value, ...taxes.value, ...readBack(c, code, changes)])
    return answer(c, code)
  })

async function answer(c: Context<AppEnv>, code: string) {
  const { db, organizationId } = c.var
  const [row, taxes, sections] = await Promise.all([
    findBillingEntity(db, organizationId, code),
    entityTaxes(db, organizationId),
    customSectionsQuery(db, organizationId),
  ])
  return row === undefined
    ? fail(c, NOT_FOUND)
    : c.json({ billing_entity: serializeWholeBillingEntity(row, taxesOfEntity(taxes, code), sections) })
}

/** The taxes of the entity, where the request says anything of them. */
async function taxStatements(
  c: Context<AppEnv>,
  code: string,
  codes: readonly string[] | null | undefined,
): Promise<Result<Statement[]>> {
  if (codes === undefined) return ok([])
  const { db, organizationId, now } = c.var
  const named = await findTaxesAnyCase(db, organizationId, codes ?? [])
  if (named === undefined) return notFound('tax')
  const ids = named.map((tax) => tax.id)
  return ok(replaceEntityTaxes(db, organizationId, code, ids, now))
}

/** The organization shows the zone and the currency of its default entity. */
function readBack(c: Context<AppEnv>, code: string, { timezone, defaultCurrency }: BillingEntityChanges): Statement[] {
  const { db, organizationId, now } = c.var
  if (code !== DEFAULT_BILLING_ENTITY || (timezone === undefined && defaultCurrency === undefined)) return []
  return [updateOrganizationRow(db, organizationId, { timezone, defaultCurrency, updatedAt: now })]
}
