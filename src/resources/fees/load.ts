import { and, asc, eq, inArray, isNotNull, isNull, min, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { charges } from '../charges/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { fees } from './table.js'

/**
 * What the customer's subscriptions, running or ended, charge in advance: by external id and code of the metric, since when
 * there is such a charge (epoch milliseconds).
 */
export const advanceStreams = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      externalSubscriptionId: subscriptions.externalId,
      code: billableMetrics.code,
      since: min(charges.createdAt),
    })
    .from(subscriptions)
    .innerJoin(charges, eq(charges.planId, subscriptions.planId))
    .innerJoin(billableMetrics, eq(billableMetrics.id, charges.billableMetricId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        isNotNull(subscriptions.startedAt),
        eq(charges.payInAdvance, true),
        isNull(charges.deletedAt),
      ),
    )
    .groupBy(subscriptions.externalId, billableMetrics.code)

/** A page of the organization's customers who may have events to charge in advance, by id, from behind `after`. */
export async function customersChargedInAdvance(
  db: Database,
  organizationId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ customerId: subscriptions.customerId })
    .from(charges)
    .innerJoin(subscriptions, eq(subscriptions.planId, charges.planId))
    .where(
      and(
        eq(charges.organizationId, organizationId),
        eq(charges.payInAdvance, true),
        isNull(charges.deletedAt),
        eq(subscriptions.organizationId, organizationId),
        isNotNull(subscriptions.startedAt),
        sql`${subscriptions.customerId} > ${after}`,
      ),
    )
    .orderBy(asc(subscriptions.customerId))
    .limit(limit)
  return rows.map(({ customerId }) => customerId)
}

/** All that ever ran for the customer under these external ids, in the order of their creation. */
export const startedSubscriptions = (
  db: Database,
  organizationId: string,
  customerId: string,
  externalIds: readonly string[],
) =>
  db
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        sql`${subscriptions.externalId} IN ${valueList(externalIds)}`,
        inArray(subscriptions.status, ['active', 'terminated']),
      ),
    )
    .orderBy(asc(subscriptions.seq))

/** What a fee in advance is made for, once. */
export interface ChargedEventKey {
  readonly subscriptionId: string
  readonly chargeId: string
  readonly transactionId: string
}

/** The fees that exist of these; deleted ones too, for an event is charged once, whatever becomes of its fee. */
export async function feesOfEvents(db: Database, organizationId: string, keys: readonly ChargedEventKey[]) {
  const wanted = JSON.stringify(keys.map((key) => [key.subscriptionId, key.chargeId, key.transactionId]))
  const rows = await db
    .select({ fee: fees })
    .from(fees)
    .innerJoin(
      sql`json_each(${wanted}) AS wanted`,
      sql`${fees.subscriptionId} = wanted.value->>0 AND ${fees.chargeId} = wanted.value->>1
        AND ${fees.eventTransactionId} = wanted.value->>2`,
    )
    .where(eq(fees.organizationId, organizationId))
  return rows.map(({ fee }) => fee)
}
