import type { Context } from 'hono'
import type { MetadataChange } from '../../core/metadata.js'
import { notFound } from '../../core/result.js'
import { customerObject } from '../../customer/contract.js'
import type { AppEnv } from '../../http/app_env.js'
import { metadataRoutes } from '../../http/metadata_routes.js'
import { findCustomer } from '../customers/store.js'
import { NO_WALLET } from './answer.js'
import { findWallet, findWalletByCode, type WalletListing } from './store.js'

/** Metadata of a wallet that is named by its id. */
export const walletMetadataRoutes = metadataRoutes({
  unknown: NO_WALLET,
  isKnown: async (c, id) => (await findWallet(c.var.db, c.var.organizationId, id)) !== undefined,
  change: async (c, id, change) => changed(c, await findWallet(c.var.db, c.var.organizationId, id), change),
})

/** The same of one that is named by its code, below its customer. */
export const customerWalletMetadataRoutes = metadataRoutes({
  unknown: NO_WALLET,
  isKnown: async (c, code) => (await ofCustomer(c, code)) !== undefined,
  change: async (c, code, change) => changed(c, await ofCustomer(c, code), change),
})

async function ofCustomer(c: Context<AppEnv>, code: string): Promise<WalletListing | undefined> {
  const { db, organizationId } = c.var
  const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId') ?? '')
  return customer && findWalletByCode(db, organizationId, customer.id, code)
}

function changed(c: Context<AppEnv>, found: WalletListing | undefined, change: MetadataChange) {
  if (found === undefined) return notFound('wallet')
  const ref = { organizationId: c.var.organizationId, customerId: found.wallet.customerId }
  return customerObject(c.env, ref).changeWalletMetadata(ref, found.wallet.id, change, c.var.now)
}
