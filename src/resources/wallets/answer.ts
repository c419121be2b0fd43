import type { Context } from 'hono'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { customSectionsQuery } from '../custom_sections/store.js'
import { serializeWallet } from './serialize.js'
import { metricsById, type WalletListing } from './store.js'

export const NO_WALLET = { kind: 'not_found', thing: 'wallet' } as const

/** Wallets as answers show them, in their order. */
export async function serializeWallets(c: Context<AppEnv>, rows: readonly WalletListing[]) {
  const { db, organizationId } = c.var
  const metricIds = [...new Set(rows.flatMap(({ wallet }) => wallet.metricIds))]
  const [metrics, sections] = await db.batch([
    metricsById(db, organizationId, metricIds),
    customSectionsQuery(db, organizationId),
  ])
  const surroundings = { metricCodes: new Map(metrics.map(({ id, code }) => [id, code])), sections }
  return rows.map((row) => serializeWallet(row, surroundings))
}

/** The answer that shows one wallet. */
export async function answerWallet(c: Context<AppEnv>, found: WalletListing | undefined) {
  if (found === undefined) return fail(c, NO_WALLET)
  const [wallet] = await serializeWallets(c, [found])
  return c.json({ wallet })
}
