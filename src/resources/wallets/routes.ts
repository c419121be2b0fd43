import type { Context } from 'hono'
import type { Result } from '../../core/result.js'
import { type CustomerApi, type CustomerRef, callCustomer, customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { findCustomer } from '../customers/store.js'
import { answerWallet, NO_WALLET, serializeWallets } from './answer.js'
import { readLimits } from './limits.js'
import { createWallet, updateWallet } from './schema.js'
import { findWallet, findWalletByCode, listWallets, type WalletFilters, type WalletListing } from './store.js'

const NO_CUSTOMER = { kind: 'not_found', thing: 'customer' } as const

export const walletRoutes = router()
  .get('/', async (c) => {
    const externalId = new Filters(c).text('external_customer_id')
    if (externalId === undefined) return list(c, {})
    const customer = await findCustomer(c.var.db, c.var.organizationId, externalId)
    return customer === undefined ? fail(c, NO_CUSTOMER) : list(c, { customerId: customer.id })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'wallet')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { external_customer_id: externalId } = envelope.value
    const asked = typeof externalId === 'string' || typeof externalId === 'number' ? String(externalId) : ''
    const customer = await findCustomer(c.var.db, c.var.organizationId, asked.toWellFormed())
    if (customer === undefined) return fail(c, { kind: 'invalid', details: { customer: ['customer_not_found'] } })
    return open(c, customer, envelope.value)
  })
  .get('/:id', async (c) => answerWallet(c, await upToDate(c, await byId(c))))
  .put('/:id', async (c) => update(c, await byId(c)))
  .delete('/:id', async (c) => end(c, await byId(c)))

/** The same wallets below their customer, by their codes. */
export const customerWalletRoutes = router()
  .get('/:externalCustomerId/wallets', async (c) => {
    const customer = await owner(c)
    return customer === undefined ? fail(c, NO_CUSTOMER) : list(c, { customerId: customer.id })
  })
  .post('/:externalCustomerId/wallets', async (c) => {
    const customer = await owner(c)
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const envelope = await readEnvelope(c, 'wallet')
    return envelope.ok ? open(c, customer, envelope.value) : fail(c, envelope.failure)
  })
  .get('/:externalCustomerId/wallets/:code', async (c) => {
    const customer = await owner(c)
    return customer === undefined
      ? fail(c, NO_CUSTOMER)
      : answerWallet(c, await upToDate(c, await byCode(c, customer.id)))
  })
  .put('/:externalCustomerId/wallets/:code', async (c) => {
    const customer = await owner(c)
    return customer === undefined ? fail(c, NO_CUSTOMER) : update(c, await byCode(c, customer.id))
  })
  .delete('/:externalCustomerId/wallets/:code', async (c) => {
    const customer = await owner(c)
    return customer === undefined ? fail(c, NO_CUSTOMER) : end(c, await byCode(c, customer.id))
  })

const owner = (c: Context<AppEnv, '/:externalCustomerId'>) =>
  findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
const byId = (c: Context<AppEnv, '/:id'>) => findWallet(c.var.db, c.var.organizationId, c.req.param('id'))
const byCode = (c: Context<AppEnv, '/:code'>, customerId: string) =>
  findWalletByCode(c.var.db, c.var.organizationId, customerId, c.req.param('code'))

/** An active wallet when all that its customer has used until now is set against it. */
async function upToDate(c: Context<AppEnv>, found: WalletListing | undefined): Promise<WalletListing | undefined> {
  if (found === undefined || found.wallet.status !== 'active') return found
  const { db, organizationId, now } = c.var
  const ref = { organizationId, customerId: found.wallet.customerId }
  await callCustomer(c.env, ref, (object) => object.settleWallets(ref, now))
  return findWallet(db, organizationId, found.wallet.id)
}

type Owner = NonNullable<Awaited<ReturnType<typeof findCustomer>>>

async function list(c: Context<AppEnv>, whose: Pick<WalletFilters, 'customerId'>) {
  const { db, organizationId } = c.var
  const page = pageOf(c)
  const filters = new Filters(c)
  if (filters.namesUnknownEntity(await readZones(db, organizationId))) {
    return fail(c, { kind: 'not_found', thing: 'billing_entity' })
  }
  const currency = filters.text('currency')?.toUpperCase()
  const given = { ...whose, currency, billingEntityCodes: filters.billingEntityCodes() }
  const { rows, totalCount } = await listWallets(db, organizationId, given, page)
  return c.json({ wallets: await serializeWallets(c, rows), meta: meta(page, totalCount) })
}

async function open(c: Context<AppEnv>, { id, externalId, billingEntityCode }: Owner, sent: Record<string, unknown>) {
  const { db, organizationId, now } = c.var
  const input = validate(createWallet, sent)
  if (!input.ok) return fail(c, input.failure)
  const limits = await readLimits(db, organizationId, sent.applies_to, 'create')
  if (!limits.ok) return fail(c, limits.failure)
  const ref = { organizationId, customerId: id }
  const opened = await customerObject(c.env, ref).openWallet(ref, { ...input.value, limits: limits.value }, now)
  if (!opened.ok) return fail(c, opened.failure)
  // As it is before its first credits, for those are the next thing that happens to it.
  return answerWallet(c, {
    wallet: opened.value,
    externalCustomerId: externalId,
    customerEntityCode: billingEntityCode,
  })
}

async function update(c: Context<AppEnv>, found: WalletListing | undefined) {
  if (found === undefined) return fail(c, NO_WALLET)
  const { db, organizationId, now } = c.var
  const envelope = await readEnvelope(c, 'wallet')
  if (!envelope.ok) return fail(c, envelope.failure)
  const input = validate(updateWallet, envelope.value)
  if (!input.ok) return fail(c, input.failure)
  const limits = await readLimits(db, organizationId, envelope.value.applies_to, 'update')
  if (!limits.ok) return fail(c, limits.failure)
  const changes = { ...input.value, limits: limits.value }
  return carriedOut(c, found, (object, ref) => object.updateWallet(ref, found.wallet.id, changes, now))
}

async function end(c: Context<AppEnv>, found: WalletListing | undefined) {
  if (found === undefined) return fail(c, NO_WALLET)
  return carriedOut(c, found, (object, ref) => object.endWallet(ref, found.wallet.id, c.var.now))
}

/** Has the customer's object do something about a wallet, and shows what it is then. */
async function carriedOut(
  c: Context<AppEnv>,
  { wallet: { id, customerId } }: WalletListing,
  command: (object: CustomerApi, ref: CustomerRef) => Promise<Result<null>>,
) {
  const { db, organizationId } = c.var
  const ref = { organizationId, customerId }
  const outcome = await command(customerObject(c.env, ref), ref)
  return outcome.ok ? answerWallet(c, await findWallet(db, organizationId, id)) : fail(c, outcome.failure)
}
