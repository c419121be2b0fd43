import { sealLeaves, sealRoot } from '../core/sealing/seal.js'
import { type Database, databaseOf, directoryDatabase } from '../db/client.js'
import { commit } from '../db/commit.js'
import type { Env } from '../env.js'
import { MAX_INVOICES_PER_SEAL, MAX_SEALS_PER_RUN } from '../limits.js'
import { latestSeal, organizationsToSeal, sealLinks, unsealedLinks } from '../resources/invoice_seals/store.js'

/**
 * What the cron does about invoices that have become final: the last hashes of each organization's customers come under one
 * root. Who has waited longest comes first; what a run leaves is sealed by the next one.
 */
export async function sealInvoices(env: Env, now: number): Promise<void> {
  for (let left = MAX_SEALS_PER_RUN; left > 0; ) {
    const waiting = await organizationsToSeal(directoryDatabase(env), left)
    let made = 0
    for (const { organizationId } of waiting) {
      if (await sealOnce(databaseOf(env, organizationId), organizationId, now)) made++
    }
    if (made === 0) return
    left -= made
  }
}

/** Seals all that has become final in one organization. */
export async function sealOrganization(db: Database, organizationId: string, now: number): Promise<void> {
  while (await sealOnce(db, organizationId, now));
}

/** Makes one seal, of as many invoices as it may cover. False when nothing waited for it, or another run was faster. */
async function sealOnce(db: Database, organizationId: string, now: number): Promise<boolean> {
  const [links, seals] = await db.batch([
    unsealedLinks(db, organizationId, MAX_INVOICES_PER_SEAL),
    latestSeal(db, organizationId),
  ])
  if (links.length === 0) return false
  const seal = {
    organizationId,
    createdAt: now,
    sequentialId: (seals[0]?.sequentialId ?? 0) + 1,
    root: await sealRoot(links),
    customersCount: sealLeaves(links).length,
    invoicesCount: links.length,
  }
  const invoiceIds = links.map(({ invoiceId }) => invoiceId)
  return (await commit(db, sealLinks(db, seal, invoiceIds))).committed
}
