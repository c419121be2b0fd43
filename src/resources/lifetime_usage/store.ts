import { and, asc, count, eq, inArray, isNull, min, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { fees } from '../fees/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
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
  /** Progressive invoices of the life, void ones too, and the most usage that any of them was made for. */
  readonly progressiveInvoices: number
  readonly reachedAmountCents: number
}

export async function lifetimeFigures(
  db: Database,
  organizationId: string,
  lifetime: Lifetime,
): Promise<LifetimeFigures> {
  const lives = livesOf(organizationId, lifetime)
  const [historical, invoiced, started, billed] = await Promise.all([
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
          // What was billed on the way is billed again by the end of its period.
          eq(invoices.invoiceType, 'subscription'),
          inArray(invoices.status, ['draft', 'finalized']),
          inArray(fees.subscriptionId, db.select({ id: subscriptions.id }).from(subscriptions).where(lives)),
        ),
      ),
    db
      .select({ startedAt: min(subscriptions.startedAt) })
      .from(subscriptions)
      .where(lives),
    db
      .select({ n: count(), reachedAmountCents: sql<number>`coalesce(max(${passing.lifetimeUsageAmountCents}), 0)` })
      .from(invoices)
      .where(isProgressiveOf(db, organizationId, lifetime)),
  ])
  return {
    historicalAmountCents: historical[0]?.amountCents ?? 0,
    invoicedAmountCents: invoiced[0]?.amountCents ?? 0,
    firstStartedAt: started[0]?.startedAt ?? null,
    progressiveInvoices: billed[0]?.n ?? 0,
    reachedAmountCents: billed[0]?.reachedAmountCents ?? 0,
  }
}

/** The subscriptions of a life. */
const livesOf = (organizationId: string, lifetime: Lifetime) =>
  and(
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.customerId, lifetime.customerId),
    eq(subscriptions.externalId, lifetime.externalSubscriptionId),
    eq(subscriptions.subscriptionAt, lifetime.subscriptionAt),
  )

const isProgressiveOf = (db: Database, organizationId: string, lifetime: Lifetime) =>
  and(
    eq(invoices.organizationId, organizationId),
    eq(invoices.customerId, lifetime.customerId),
    eq(invoices.invoiceType, 'progressive_billing'),
    inArray(
      invoices.id,
      db
        .select({ id: billingPeriods.invoiceId })
        .from(billingPeriods)
        .where(
          and(
            eq(billingPeriods.invoicingReason, 'progressive_billing'),
            inArray(
              billingPeriods.subscriptionId,
              db.select({ id: subscriptions.id }).from(subscriptions).where(livesOf(organizationId, lifetime)),
            ),
          ),
        ),
    ),
  )

/** Of a progressive invoice, whatever number of thresholds it tells of. */
const passing = {
  lifetimeUsageAmountCents: sql<number>`(${invoices.usageThresholds} ->> '$[0].lifetimeUsageAmountCents')`,
  passedAt: sql<number>`(${invoices.usageThresholds} ->> '$[0].passedAt')`,
}

/** How far a life's usage had come when it was billed on the way, oldest first. Moments are epoch milliseconds. */
export const passingsOf = (db: Database, organizationId: string, lifetime: Lifetime) =>
  db
    .select(passing)
    .from(invoices)
    .where(isProgressiveOf(db, organizationId, lifetime))
    .orderBy(asc(invoices.seq))

export const saveHistoricalUsage = (db: Database, row: Omit<typeof historicalUsages.$inferSelect, 'seq'>): Statement =>
  db
    .insert(historicalUsages)
    .values(row)
    .onConflictDoUpdate({
      target: [historicalUsages.customerId, historicalUsages.externalSubscriptionId],
      set: { amountCents: row.amountCents, updatedAt: row.updatedAt },
    })
