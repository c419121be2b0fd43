import { and, asc, count, eq, inArray, isNull, min, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { fees } from '../fees/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { historicalUsages } from './table.js'

/** Whose lifetime it is: all subscriptions of an external id at one customer with the same anchor. */
export interface Lifetime {
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

/** Tells of each of these lifetimes of a customer what it has come to: in one round trip, however many there are. */
export async function lifetimeFigures(
  db: Database,
  organizationId: string,
  customerId: string,
  lifetimes: readonly Lifetime[],
): Promise<(lifetime: Lifetime) => LifetimeFigures> {
  const lives = livesOf(organizationId, customerId, lifetimes)
  const externalIds = valueList(lifetimes.map(({ externalSubscriptionId }) => externalSubscriptionId))
  const [historical, invoiced, started, billed] = await db.batch([
    db
      .select()
      .from(historicalUsages)
      .where(
        and(
          eq(historicalUsages.organizationId, organizationId),
          eq(historicalUsages.customerId, customerId),
          sql`${historicalUsages.externalSubscriptionId} IN ${externalIds}`,
        ),
      ),
    db
      .select({ ...life, amountCents: sql<number>`sum(${fees.amountCents})`.as('amount_cents') })
      .from(subscriptions)
      .innerJoin(fees, eq(fees.subscriptionId, subscriptions.id))
      .innerJoin(invoices, eq(invoices.id, fees.invoiceId))
      .where(
        and(
          lives,
          eq(fees.feeType, 'charge'),
          isNull(fees.deletedAt),
          // What was billed on the way is billed again by the end of its period.
          eq(invoices.invoiceType, 'subscription'),
          inArray(invoices.status, ['draft', 'finalized']),
        ),
      )
      .groupBy(subscriptions.externalId, subscriptions.subscriptionAt),
    db
      .select({ ...life, startedAt: min(subscriptions.startedAt) })
      .from(subscriptions)
      .where(lives)
      .groupBy(subscriptions.externalId, subscriptions.subscriptionAt),
    db
      .select({ ...life, n: count(), reachedAmountCents: sql<number | null>`max(${lifetimeUsage})`.as('reached') })
      .from(subscriptions)
      .innerJoin(billingPeriods, eq(billingPeriods.subscriptionId, subscriptions.id))
      .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
      .where(and(lives, eq(billingPeriods.invoicingReason, 'progressive_billing')))
      .groupBy(subscriptions.externalId, subscriptions.subscriptionAt),
  ])
  return (lifetime) => {
    const passings = billed.find(isOf(lifetime))
    const { externalSubscriptionId } = lifetime
    return {
      historicalAmountCents:
        historical.find((row) => row.externalSubscriptionId === externalSubscriptionId)?.amountCents ?? 0,
      invoicedAmountCents: invoiced.find(isOf(lifetime))?.amountCents ?? 0,
      firstStartedAt: started.find(isOf(lifetime))?.startedAt ?? null,
      progressiveInvoices: passings?.n ?? 0,
      reachedAmountCents: passings?.reachedAmountCents ?? 0,
    }
  }
}

const life = { externalId: subscriptions.externalId, subscriptionAt: subscriptions.subscriptionAt }

const isOf =
  ({ externalSubscriptionId, subscriptionAt }: Lifetime) =>
  (row: { readonly externalId: string; readonly subscriptionAt: number }) =>
    row.externalId === externalSubscriptionId && row.subscriptionAt === subscriptionAt

/** The subscriptions of lives. */
function livesOf(organizationId: string, customerId: string, lifetimes: readonly Lifetime[]) {
  const wanted = JSON.stringify(lifetimes.map((one) => [one.externalSubscriptionId, one.subscriptionAt]))
  return and(
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.customerId, customerId),
    sql`EXISTS (SELECT 1 FROM json_each(${wanted}) AS wanted
      WHERE wanted.value ->> 0 = ${subscriptions.externalId} AND wanted.value ->> 1 = ${subscriptions.subscriptionAt})`,
  )
}

/** What a progressive invoice was made for, whatever number of thresholds it tells of. */
const lifetimeUsage = sql<number>`(${invoices.usageThresholds} ->> '$[0].lifetimeUsageAmountCents')`

/** How far a life's usage had come when it was billed on the way, oldest first. Moments are epoch milliseconds. */
export const passingsOf = (db: Database, organizationId: string, customerId: string, lifetime: Lifetime) =>
  db
    .select({
      lifetimeUsageAmountCents: lifetimeUsage,
      passedAt: sql<number>`(${invoices.usageThresholds} ->> '$[0].passedAt')`,
    })
    .from(subscriptions)
    .innerJoin(billingPeriods, eq(billingPeriods.subscriptionId, subscriptions.id))
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(
      and(
        livesOf(organizationId, customerId, [lifetime]),
        eq(billingPeriods.invoicingReason, 'progressive_billing'),
        sql`json_array_length(${invoices.usageThresholds}) > 0`,
      ),
    )
    .orderBy(asc(billingPeriods.seq))

export const saveHistoricalUsage = (db: Database, row: Omit<typeof historicalUsages.$inferSelect, 'seq'>): Statement =>
  db
    .insert(historicalUsages)
    .values(row)
    .onConflictDoUpdate({
      target: [historicalUsages.customerId, historicalUsages.externalSubscriptionId],
      set: { amountCents: row.amountCents, updatedAt: row.updatedAt },
    })
