import type { Context } from 'hono'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { customSectionsQuery } from '../custom_sections/store.js'
import { rulesOfWallets } from '../wallet_rules/store.js'
import { isExpired } from '../wallet_rules/terms.js'
import { serializeWallet } from './serialize.js'
import { metricsById, type WalletListing } from './store.js'

export const NO_WALLET = { kind: 'not_found', thing: 'wallet' } as const

/** Wallets as answers show them, in their order. */
export async function serializeWallets(c: Context<AppEnv>, rows: readonly WalletListing[]) {
  const { db, organizationId } = c.var
  const metricIds = [...new Set(rows.flatMap(({ wallet }) => wallet.metricIds))]
  const ids = rows.map(({ wallet }) => wallet.id)
  const [metrics, sections, rules] = await db.batch([
    metricsById(db, organizationId, metricIds),
    customSectionsQuery(db, organizationId),
    rulesOfWallets(db, organizationId, ids),
  ])
  const living = rules.filter((rule) => !isExpired(rule, c.var.now))
  const metricCodes = new Map(metrics.map(({ id, code }) => [id, code]))
  const surroundings = { metricCodes, sections, rules: living }
  return rows.map((row) => serializeWallet(row, surroundings))
}

/** The answer that shows one wallet. */
export async function answerWallet(c: Context<AppEnv>, found: WalletListing | undefined) {
  if (found === undefined) return fail(c, NO_WALLET)
  const [wallet] = await serializeWallets(c, [found])
  return c.json({ wallet })
}
