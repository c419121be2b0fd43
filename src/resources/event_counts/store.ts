import { and, asc, count, eq, inArray, isNotNull, isNull, ne, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { charges } from '../charges/table.js'
import { eventInbox } from '../events/table.js'
import { fees } from '../fees/table.js'
import { billingPeriods, type InvoicingReason, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'

/** What an invoice of these bills of a stretch of usage is all of it; one for a charge in advance only shows its period. */
const SETTLING: InvoicingReason[] = ['subscription_periodic', 'subscription_terminating']

/** Whose events are asked about: everything that ran under one external id for one customer. */
export interface EventHolder {
  readonly organizationId: string
  readonly customerId: string
  readonly externalSubscriptionId: string
}

const livesOf = ({ organizationId, customerId, externalSubscriptionId }: EventHolder) =>
  and(
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.customerId, customerId),
    eq(subscriptions.externalId, externalSubscriptionId),
    isNotNull(subscriptions.startedAt),
    ne(subscriptions.status, 'canceled'),
  )

/** What has run under the external id, oldest first. */
export const livesQuery = (db: Database, holder: EventHolder) =>
  db
    .select({
      id: subscriptions.id,
      externalId: subscriptions.externalId,
      planId: subscriptions.planId,
      startedAt: subscriptions.startedAt,
      terminatedAt: subscriptions.terminatedAt,
      startedAfterSeq: subscriptions.startedAfterSeq,
      endedAfterSeq: subscriptions.endedAfterSeq,
    })
    .from(subscriptions)
    .where(livesOf(holder))
    .orderBy(asc(subscriptions.seq))

/** The stretches of usage that were billed for good: by invoices that are no drafts. */
export const billedStretches = (db: Database, holder: EventHolder) =>
  db
    .select({
      subscriptionId: billingPeriods.subscriptionId,
      fromAt: billingPeriods.chargesFromAt,
      toAt: billingPeriods.chargesToAt,
      toInclusive: billingPeriods.chargesToInclusive,
      throughSeq: invoices.usageThroughSeq,
    })
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(
      and(
        eq(billingPeriods.organizationId, holder.organizationId),
        inArray(
          billingPeriods.subscriptionId,
          db.select({ id: subscriptions.id }).from(subscriptions).where(livesOf(holder)),
        ),
        notInArray(invoices.status, ['generating', 'draft', 'deleted']),
        isNotNull(billingPeriods.chargesFromAt),
        inArray(billingPeriods.invoicingReason, SETTLING),
      ),
    )
    .orderBy(asc(billingPeriods.seq))

/** What the plans of these lives charge for. */
export const chargedCodes = (db: Database, holder: EventHolder) =>
  db
    .select({ planId: charges.planId, metricCode: billableMetrics.code, payInAdvance: charges.payInAdvance })
    .from(charges)
    .innerJoin(billableMetrics, eq(billableMetrics.id, charges.billableMetricId))
    .where(
      and(
        eq(charges.organizationId, holder.organizationId),
        isNull(charges.deletedAt),
        inArray(charges.planId, db.select({ id: subscriptions.planId }).from(subscriptions).where(livesOf(holder))),
      ),
    )

/** Those of the codes that a metric has. */
export const metricsOfCodes = (db: Database, organizationId: string, codes: readonly string[]) =>
  db
    .select({ code: billableMetrics.code, recurring: billableMetrics.recurring })
    .from(billableMetrics)
    .where(
      and(
        eq(billableMetrics.organizationId, organizationId),
        isNull(billableMetrics.deletedAt),
        sql`${billableMetrics.code} IN ${valueList(codes)}`,
      ),
    )

/** Fees that charges in advance made for an event, whatever became of them. */
export const feesOfEvent = (db: Database, holder: EventHolder, transactionId: string) =>
  db
    .select({ id: fees.id })
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, holder.organizationId),
        eq(fees.eventTransactionId, transactionId),
        inArray(fees.subscriptionId, db.select({ id: subscriptions.id }).from(subscriptions).where(livesOf(holder))),
      ),
    )
    .limit(1)

const figures = {
  waiting: sql<number>`count(*) FILTER (WHERE ${eventInbox.withdrawnAt} IS NULL)`.as('waiting'),
  withdrawn: sql<number>`count(${eventInbox.withdrawnAt})`.as('withdrawn'),
  firstAt: sql<number | null>`min(${eventInbox.at}) FILTER (WHERE ${eventInbox.withdrawnAt} IS NULL)`.as('first_at'),
  lastAt: sql<number | null>`max(${eventInbox.at}) FILTER (WHERE ${eventInbox.withdrawnAt} IS NULL)`.as('last_at'),
}

/** What waits in the inbox for one external id, by code. */
export const waitingByCode = (db: Database, organizationId: string, externalSubscriptionId: string) =>
  db
    .select({ code: eventInbox.code, ...figures })
    .from(eventInbox)
    .where(
      and(eq(eventInbox.organizationId, organizationId), eq(eventInbox.externalSubscriptionId, externalSubscriptionId)),
    )
    .groupBy(eventInbox.code)
    .orderBy(asc(eventInbox.code))

export interface WaitingCount {
  /** Null: events that name no subscription. */
  readonly externalSubscriptionId: string | null
  readonly waiting: number
  readonly withdrawn: number
  /** Epoch microseconds. */
  readonly firstAt: number | null
  readonly lastAt: number | null
}

/** What waits in the organization's inbox, by external id of the subscription; what names none comes first. */
export async function waitingBySubscription(
  db: Database,
  organizationId: string,
  page: Page,
): Promise<Paged<WaitingCount>> {
  const groups = db
    .select({ externalSubscriptionId: eventInbox.externalSubscriptionId, ...figures })
    .from(eventInbox)
    .where(eq(eventInbox.organizationId, organizationId))
    .groupBy(eventInbox.externalSubscriptionId)
  const [rows, counts] = await db.batch([
    groups.orderBy(asc(eventInbox.externalSubscriptionId)).limit(limitOf(page)).offset(offsetOf(page)),
    db
      .select({ n: count() })
      .from(
        db
          .selectDistinct({ externalSubscriptionId: eventInbox.externalSubscriptionId })
          .from(eventInbox)
          .where(eq(eventInbox.organizationId, organizationId))
          .as('ids'),
      ),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}
