import { and, eq, inArray, isNull, min, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { fees } from '../fees/table.js'
import { invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { historicalUsages } from './table.js'

/** Whose lifetime it is: all subscriptions of an external id at one customer with the same anchor. */
export interface Lifetime {
  readonly customerId: string
  readonly externalSubscriptionId: string
  /** Epoch milliseconds. */
  readonly subscriptionAt: number
}

export interface LifetimeFigures {
  readonly historicalAmountCents: number
  /** Usage on final invoices and on drafts, without taxes. */
  readonly invoicedAmountCents: number
  /** When the first of the subscriptions started; null if none has. */
  readonly firstStartedAt: number | null
}

export async function lifetimeFigures(
  db: Database,
  organizationId: string,
  lifetime: Lifetime,
): Promise<LifetimeFigures> {
  const lives = and(
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.customerId, lifetime.customerId),
    eq(subscriptions.externalId, lifetime.externalSubscriptionId),
    eq(subscriptions.subscriptionAt, lifetime.subscriptionAt),
  )
  const [historical, invoiced, started] = await Promise.all([
    db
      .select({ amountCents: historicalUsages.amountCents })
      .from(historicalUsages)
      .where(
        and(
          eq(historicalUsages.organizationId, organizationId),
          eq(historicalUsages.customerId, lifetime.customerId),
          eq(historicalUsages.externalSubscriptionId, lifetime.externalSubscriptionId),
        ),
      ),
    db
      .select({ amountCents: sql<number>`coalesce(sum(${fees.amountCents}), 0)` })
      .from(fees)
      .innerJoin(invoices, eq(invoices.id, fees.invoiceId))
      .where(
        and(
          eq(fees.organizationId, organizationId),
          eq(fees.feeType, 'charge'),
          isNull(fees.deletedAt),
          inArray(invoices.status, ['draft', 'finalized']),
          inArray(fees.subscriptionId, db.select({ id: subscriptions.id }).from(subscriptions).where(lives)),
        ),
      ),
    db
      .select({ startedAt: min(subscriptions.startedAt) })
      .from(subscriptions)
      .where(lives),
  ])
  return {
    historicalAmountCents: historical[0]?.amountCents ?? 0,
    invoicedAmountCents: invoiced[0]?.amountCents ?? 0,
    firstStartedAt: started[0]?.startedAt ?? null,
  }
}

export const saveHistoricalUsage = (db: Database, row: Omit<typeof historicalUsages.$inferSelect, 'seq'>): Statement =>
  db
    .insert(historicalUsages)
    .values(row)
    .onConflictDoUpdate({
      target: [historicalUsages.customerId, historicalUsages.externalSubscriptionId],
      set: { amountCents: row.amountCents, updatedAt: row.updatedAt },
    })
