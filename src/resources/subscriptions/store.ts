import { and, asc, count, desc, eq, exists, inArray, isNotNull, min, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type CustomerRow, customers } from '../customers/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { type PlanRow, plans } from '../plans/table.js'
import { type SubscriptionRow, type SubscriptionStatus, subscriptions } from './table.js'

/** A subscription that a change of plan put before or behind another. */
export interface Neighbour {
  readonly subscription: SubscriptionRow
  readonly planCode: string
}

/** By id of a subscription: the one that it follows, and the last one that was to follow it and was not called off. */
export interface Neighbours {
  readonly previous: Neighbour | undefined
  readonly next: Neighbour | undefined
}

/** The neighbours of these subscriptions, in one query. */
export async function findNeighbours(
  db: Database,
  organizationId: string,
  rows: readonly SubscriptionRow[],
): Promise<(row: SubscriptionRow) => Neighbours> {
  const ids = valueList(rows.map((row) => row.id))
  const previousIds = valueList(rows.flatMap((row) => row.previousSubscriptionId ?? []))
  const found =
    rows.length === 0
      ? []
      : await db
          .select({ subscription: subscriptions, planCode: plans.code })
          .from(subscriptions)
          .innerJoin(plans, eq(plans.id, subscriptions.planId))
          .where(
            and(
              of(organizationId),
              sql`(${subscriptions.id} IN ${previousIds} OR ${subscriptions.previousSubscriptionId} IN ${ids})`,
            ),
          )
          .orderBy(asc(subscriptions.seq))
  return (row) => ({
    previous: found.find(({ subscription }) => subscription.id === row.previousSubscriptionId),
    next: found.findLast(
      ({ subscription }) => subscription.previousSubscriptionId === row.id && subscription.status !== 'canceled',
    ),
  })
}

const of = (organizationId: string) => eq(subscriptions.organizationId, organizationId)

/** A subscription with the ids that its answer names. */
export interface SubscriptionListing {
  readonly subscription: SubscriptionRow
  readonly plan: PlanRow
  readonly customer: CustomerRow
}

export interface SubscriptionFilters {
  readonly statuses: readonly SubscriptionStatus[]
  readonly customerId?: string
  readonly externalCustomerId?: string
  readonly externalId?: string
  readonly planCode?: string
  readonly billingEntityCodes?: readonly string[]
  readonly currency?: string
  /** Whether it has terms of its own. */
  readonly overridden?: boolean
}

/** By `subscription_at`, the latest first. */
export async function listSubscriptions(
  db: Database,
  organizationId: string,
  filters: SubscriptionFilters,
  page: Page,
): Promise<Paged<SubscriptionListing>> {
  const where = and(
    of(organizationId),
    inArray(subscriptions.status, [...filters.statuses]),
    filters.customerId === undefined ? undefined : eq(subscriptions.customerId, filters.customerId),
    filters.externalCustomerId === undefined ? undefined : eq(customers.externalId, filters.externalCustomerId),
    filters.externalId === undefined ? undefined : eq(subscriptions.externalId, filters.externalId),
    filters.planCode === undefined ? undefined : eq(plans.code, filters.planCode),
    filters.currency === undefined ? undefined : eq(plans.currency, filters.currency),
    filters.overridden === undefined ? undefined : sql`(${plans.parentId} IS NOT NULL) = ${filters.overridden ? 1 : 0}`,
    filters.billingEntityCodes &&
      sql`coalesce(${subscriptions.billingEntityCode}, ${customers.billingEntityCode}) IN ${valueList(filters.billingEntityCodes)}`,
  )
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db)
      .where(where)
      .orderBy(desc(subscriptions.subscriptionAt), desc(subscriptions.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db
      .select({ n: count() })
      .from(subscriptions)
      .innerJoin(customers, eq(customers.id, subscriptions.customerId))
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

/** The subscription with this external id and status; of several ended ones the one that ended last. */
export async function findSubscription(
  db: Database,
  organizationId: string,
  externalId: string,
  statuses: readonly SubscriptionStatus[],
): Promise<SubscriptionListing | undefined> {
  const [row] = await joined(db)
    .where(
      and(of(organizationId), eq(subscriptions.externalId, externalId), inArray(subscriptions.status, [...statuses])),
    )
    .orderBy(desc(subscriptions.terminatedAt), desc(subscriptions.seq))
    .limit(1)
  return row
}

export async function findSubscriptionById(
  db: Database,
  organizationId: string,
  id: string,
): Promise<SubscriptionListing | undefined> {
  const [row] = await joined(db).where(and(of(organizationId), eq(subscriptions.id, id)))
  return row
}

const joined = (db: Database) =>
  db
    .select({ subscription: subscriptions, plan: plans, customer: customers })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .innerJoin(plans, eq(plans.id, subscriptions.planId))

/** What a command may have to act on: the customer's running and coming subscriptions, and those on drafts. */
export const workingSubscriptions = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(subscriptions)
    .where(working(db, organizationId, customerId))
    .orderBy(asc(subscriptions.seq))

/** The plans of {@link workingSubscriptions}, and these others. */
export const workingPlans = (
  db: Database,
  organizationId: string,
  customerId: string,
  others: readonly string[],
): SQL =>
  sql`(SELECT value FROM json_each(${JSON.stringify(others)}) UNION SELECT * FROM ${db
    .select({ id: subscriptions.planId })
    .from(subscriptions)
    .where(working(db, organizationId, customerId))})`

const working = (db: Database, organizationId: string, customerId: string) =>
  and(
    of(organizationId),
    eq(subscriptions.customerId, customerId),
    sql`(${inArray(subscriptions.status, ['pending', 'active'])} OR ${subscriptions.id} IN (${onDrafts(db, customerId)})
      OR ${subscriptions.previousSubscriptionId} IN (${onDrafts(db, customerId)}))`,
  )

function onDrafts(db: Database, customerId: string): SQL {
  return sql`${db
    .select({ id: billingPeriods.subscriptionId })
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(and(eq(invoices.customerId, customerId), eq(invoices.status, 'draft')))}`
}

/** By external id: when the customer's first subscription of that id started, of whatever it became. */
export const firstStarts = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ externalId: subscriptions.externalId, startedAt: min(subscriptions.startedAt) })
    .from(subscriptions)
    .where(and(of(organizationId), eq(subscriptions.customerId, customerId), isNotNull(subscriptions.startedAt)))
    .groupBy(subscriptions.externalId)

/** The customer's subscription of one external id that ended last. */
export const predecessors = (
  db: Database,
  organizationId: string,
  customerId: string,
  externalId: string,
  only?: SQL,
) =>
  db
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        eq(subscriptions.externalId, externalId),
        isNotNull(subscriptions.terminatedAt),
        only,
      ),
    )
    .orderBy(desc(subscriptions.terminatedAt), desc(subscriptions.seq))
    .limit(1)

/** The last one that was billed to its end: one that skipped its last invoice was so only if another took over from it. */
export function billedPredecessors(db: Database, organizationId: string, customerId: string, externalId: string) {
  const successors = alias(subscriptions, 'successors')
  const takesOver = and(eq(successors.previousSubscriptionId, subscriptions.id), isNotNull(successors.startedAt))
  const takenOver = exists(db.select({ id: successors.id }).from(successors).where(takesOver))
  const billed = or(eq(subscriptions.onTerminationInvoice, 'generate'), takenOver)
  return predecessors(db, organizationId, customerId, externalId, billed)
}

/** Whether another customer of the organization has a running subscription with this external id. */
export function activeElsewhere(db: Database, organizationId: string, customerId: string, externalId: string) {
  return db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        of(organizationId),
        eq(subscriptions.externalId, externalId),
        eq(subscriptions.status, 'active'),
        sql`${subscriptions.customerId} <> ${customerId}`,
      ),
    )
    .limit(1)
}

export const insertSubscription = (db: Database, row: Omit<SubscriptionRow, 'seq'>): Statement =>
  db.insert(subscriptions).values(row)

export const updateSubscriptionRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<SubscriptionRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(subscriptions)
    .set(changes)
    .where(and(of(organizationId), eq(subscriptions.id, id)))
