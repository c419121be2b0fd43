import { and, asc, count, desc, eq, gte, isNull, lte, ne, type SQL, sql } from 'drizzle-orm'
import type { NewEvent } from '../../core/metering/events.js'
import type { FormulaMetric } from '../../core/metering/expression/formula.js'
import type { EventFilters, EventKeys, EventQuery } from '../../customer/contract.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { customers } from '../customers/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { type EventInboxRow, eventInbox } from './table.js'

const inbox = (organizationId: string) => eq(eventInbox.organizationId, organizationId)
/** What is shown of the inbox: the transaction ids of withdrawn events stay taken, but the events are gone. */
const counting = (organizationId: string) => and(inbox(organizationId), isNull(eventInbox.withdrawnAt))
const ofOrganization = (organizationId: string) => eq(subscriptions.organizationId, organizationId)

/** Puts an event that belongs to no customer yet where it waits. Meets the same unique key as a customer's log has. */
export const insertIntoInbox = (db: Database, row: Omit<EventInboxRow, 'seq'>): Statement =>
  db.insert(eventInbox).values(row)

/** Positions of the events whose transaction id waits in the inbox already, for the same subscription. */
export async function findInboxDuplicates(
  db: Database,
  organizationId: string,
  events: readonly NewEvent[],
): Promise<number[]> {
  if (events.length === 0) return []
  const sent = JSON.stringify(events.map((event, i) => [i, event.externalSubscriptionId, event.transactionId]))
  const rows = await db
    .select({ position: sql<number>`sent.value->>0` })
    .from(eventInbox)
    .innerJoin(
      sql`json_each(${sent}) AS sent`,
      sql`${eventInbox.externalSubscriptionId} = sent.value->>1 AND ${eventInbox.transactionId} = sent.value->>2`,
    )
    .where(inbox(organizationId))
  return rows.map((row) => row.position)
}

/** What waits for a subscription, in the order of its reception. */
export const inboxOfSubscription = (db: Database, organizationId: string, externalId: string, limit: number) =>
  db
    .select()
    .from(eventInbox)
    .where(and(inbox(organizationId), eq(eventInbox.externalSubscriptionId, externalId)))
    .orderBy(asc(eventInbox.seq))
    .limit(limit)

/** The customer's running subscriptions for which events still wait. */
export const waitingInInbox = (db: Database, organizationId: string, customerId: string) =>
  db
    .selectDistinct({ externalId: subscriptions.externalId })
    .from(subscriptions)
    .innerJoin(eventInbox, and(inbox(organizationId), eq(eventInbox.externalSubscriptionId, subscriptions.externalId)))
    .where(
      and(ofOrganization(organizationId), eq(subscriptions.customerId, customerId), eq(subscriptions.status, 'active')),
    )

export function deleteFromInbox(db: Database, organizationId: string, rows: readonly { id: string }[]): Statement {
  const ids = valueList(rows.map((row) => row.id))
  return db.delete(eventInbox).where(and(inbox(organizationId), sql`${eventInbox.id} IN ${ids}`))
}

export async function inboxKeys(db: Database, organizationId: string, query: EventQuery): Promise<EventKeys> {
  const where = and(counting(organizationId), ...conditionsOf(query))
  const [keys, counts] = await db.batch([
    db
      .select({ at: eventInbox.at, transactionId: eventInbox.transactionId, seq: eventInbox.seq })
      .from(eventInbox)
      .where(where)
      .orderBy(desc(eventInbox.at), asc(eventInbox.transactionId), desc(eventInbox.seq))
      .limit(query.limit)
      .offset(query.offset),
    db.select({ n: count() }).from(eventInbox).where(where),
  ])
  return { keys, totalCount: counts[0]?.n ?? 0 }
}

function conditionsOf({ externalSubscriptionId, transactionId, code, from, to }: EventFilters): (SQL | undefined)[] {
  return [
    externalSubscriptionId === undefined ? undefined : eq(eventInbox.externalSubscriptionId, externalSubscriptionId),
    transactionId === undefined ? undefined : eq(eventInbox.transactionId, transactionId),
    code === undefined ? undefined : eq(eventInbox.code, code),
    from === undefined ? undefined : gte(eventInbox.at, from),
    to === undefined ? undefined : lte(eventInbox.at, to),
  ]
}

export const inboxRows = (db: Database, organizationId: string, seqs: readonly number[]) =>
  db
    .select()
    .from(eventInbox)
    .where(
      and(counting(organizationId), sql`${eventInbox.seq} IN (SELECT value FROM json_each(${JSON.stringify(seqs)}))`),
    )

/** A subscription as events see it. */
const ownerColumns = {
  subscriptionId: subscriptions.id,
  customerId: subscriptions.customerId,
  externalId: subscriptions.externalId,
  startedAt: subscriptions.startedAt,
  terminatedAt: subscriptions.terminatedAt,
}

export interface EventOwner {
  readonly subscriptionId: string
  readonly customerId: string
  readonly externalId: string
  /** Epoch milliseconds. */
  readonly startedAt: number | null
  readonly terminatedAt: number | null
}

/** All that ever ran or will run under these external ids, in the order of their creation. */
export async function findOwners(
  db: Database,
  organizationId: string,
  externalIds: readonly string[],
): Promise<EventOwner[]> {
  if (externalIds.length === 0) return []
  return await db
    .select(ownerColumns)
    .from(subscriptions)
    .where(
      and(
        ofOrganization(organizationId),
        sql`${subscriptions.externalId} IN ${valueList(externalIds)}`,
        ne(subscriptions.status, 'canceled'),
      ),
    )
    .orderBy(asc(subscriptions.seq))
}

/** The same for everything that these customers have had, each with the customer's external id. */
export async function findOwnersOfCustomers(
  db: Database,
  organizationId: string,
  externalCustomerIds: readonly string[],
): Promise<(EventOwner & { externalCustomerId: string })[]> {
  if (externalCustomerIds.length === 0) return []
  return await db
    .select({ ...ownerColumns, externalCustomerId: customers.externalId })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(
      and(
        ofOrganization(organizationId),
        eq(customers.organizationId, organizationId),
        isNull(customers.deletedAt),
        sql`${customers.externalId} IN ${valueList(externalCustomerIds)}`,
        ne(subscriptions.status, 'canceled'),
      ),
    )
    .orderBy(asc(subscriptions.seq))
}

/** The customer's running subscription with this external id: a query, so that a caller can put it into its batch. */
export const runningSubscription = (db: Database, organizationId: string, customerId: string, externalId: string) =>
  db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        ofOrganization(organizationId),
        eq(subscriptions.customerId, customerId),
        eq(subscriptions.externalId, externalId),
        eq(subscriptions.status, 'active'),
      ),
    )

/** Customers that have had a subscription, of this external id if one is given: where events may be. */
export async function customersWithSubscription(
  db: Database,
  organizationId: string,
  externalId: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .where(
      and(
        ofOrganization(organizationId),
        externalId === undefined ? undefined : eq(subscriptions.externalId, externalId),
      ),
    )
    .limit(limit)
  return rows.map((row) => row.customerId)
}

/** What the living metrics of these codes compute when an event arrives. Unknown codes are missing. */
export async function findFormulas(
  db: Database,
  organizationId: string,
  codes: readonly string[],
): Promise<FormulaMetric[]> {
  if (codes.length === 0) return []
  return await db
    .select({
      code: billableMetrics.code,
      fieldName: billableMetrics.fieldName,
      expression: billableMetrics.expression,
    })
    .from(billableMetrics)
    .where(
      and(
        eq(billableMetrics.organizationId, organizationId),
        isNull(billableMetrics.deletedAt),
        sql`${billableMetrics.code} IN ${valueList(codes)}`,
      ),
    )
}
