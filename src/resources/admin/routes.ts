import type { Context } from 'hono'
import { listParkedCustomers } from '../../agenda/store.js'
import { isNoVat, vatTax } from '../../core/invoicing/vat_rate.js'
import { sha256 } from '../../core/sealing/sha256.js'
import { databaseOf } from '../../db/client.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { limitOf, meta, offsetOf, pageOf } from '../../http/pagination.js'
import { seconds } from '../../http/timestamps.js'
import { validate } from '../../http/validate.js'
import { insertApiKey } from '../api_keys/store.js'
import { insertBillingEntity } from '../billing_entities/store.js'
import { DEFAULT_BILLING_ENTITY, entityChangesOf, newBillingEntity } from '../billing_entities/terms.js'
import { type NewOrganizationRow, newOrganizationRow } from '../organizations/row.js'
import { serializeOrganization } from '../organizations/serialize.js'
import { insertOrganization, readOrganizationWithTaxes } from '../organizations/store.js'
import { insertTax } from '../taxes/store.js'
import { authenticateAdmin } from './authentication.js'
import { provisionOrganization } from './schema.js'
import { serializeParkedCustomer } from './serialize.js'

/** What the operator of the service may do. */
export const adminRoutes = router()
  .use(authenticateAdmin)
  .post('/organizations', async (c) => {
    const envelope = await readEnvelope(c, 'organization')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(provisionOrganization, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const testClockAt = input.value.test_clock ?? null
    // Everything in a sandbox sees its clock, its own creation included.
    const row = newOrganizationRow(input.value, { id: c.var.newId(), now: testClockAt ?? c.var.now, testClockAt })
    const apiKey = await create(c, row, input.value.billing_configuration?.vat_rate ?? '0')
    const { organization, taxes } = await readOrganizationWithTaxes(databaseOf(c.env, row.id), row.id)
    const testClock = testClockAt === null ? null : { now: seconds(testClockAt) }
    return c.json({
      organization: { ...serializeOrganization(organization, taxes), api_key: apiKey, test_clock: testClock },
    })
  })
  .get('/parked_customers', async (c) => {
    const page = pageOf(c)
    const { rows, totalCount } = await listParkedCustomers(c.var.db, { limit: limitOf(page), offset: offsetOf(page) })
    return c.json({ parked_customers: rows.map(serializeParkedCustomer), meta: meta(page, totalCount) })
  })

/** Commits the organization with its first key, which is answered here and never again. `vatRate` is percent. */
async function create(c: Context<AppEnv>, row: NewOrganizationRow, vatRate: string): Promise<string> {
  const db = databaseOf(c.env, row.id)
  const { newId } = c.var
  const now = row.createdAt
  // Two random ids: 244 random bits.
  const apiKey = `${newId()}${newId()}`.replaceAll('-', '')
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const applied = { appliedToOrganization: true, otherBillingEntities: [] }
  const vat = { id: newId(), organizationId: row.id, ...life, ...vatTax(vatRate), ...applied }
  const entity = { id: newId(), organizationId: row.id, code: DEFAULT_BILLING_ENTITY, name: row.name, now }
  const outcome = await commit(db, [
    insertOrganization(db, row),
    insertBillingEntity(db, newBillingEntity(entity, entityChangesOf(row))),
    insertApiKey(db, row.id, { id: newId(), keyHash: await sha256(apiKey), createdAt: now }),
    ...(isNoVat(vatRate) ? [] : [insertTax(db, vat)]),
  ])
  if (!outcome.committed) throw new Error(`new random ids were taken: ${outcome.conflict}`)
  return apiKey
}
