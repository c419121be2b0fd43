import { and, asc, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm'
import type { NewEvent } from '../../core/metering/events.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { type EventInboxRow, eventInbox } from '../events/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { eventInboxVersions } from './table.js'

const inbox = (organizationId: string) => eq(eventInbox.organizationId, organizationId)
const ofOrganization = (organizationId: string) => eq(eventInboxVersions.organizationId, organizationId)

export interface EventAddress {
  readonly transactionId: string
  /** Undefined: of whatever subscription, or of none. */
  readonly externalSubscriptionId?: string | undefined
}

/** Events in the inbox with this transaction id, withdrawn ones too, in the order of reception. */
export const waitingEvents = (
  db: Database,
  organizationId: string,
  { transactionId, externalSubscriptionId }: EventAddress,
  limit: number,
) =>
  db
    .select()
    .from(eventInbox)
    .where(
      and(
        inbox(organizationId),
        eq(eventInbox.transactionId, transactionId),
        externalSubscriptionId === undefined
          ? undefined
          : eq(eventInbox.externalSubscriptionId, externalSubscriptionId),
      ),
    )
    .orderBy(asc(eventInbox.seq))
    .limit(limit)

/** Customers' objects that may hold events, with the external ids that each of them has had subscriptions under. */
export const eventHolders = (
  db: Database,
  organizationId: string,
  externalSubscriptionId: string | undefined,
  limit: number,
) =>
  db
    .selectDistinct({ customerId: subscriptions.customerId, externalId: subscriptions.externalId })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        ne(subscriptions.status, 'canceled'),
        externalSubscriptionId === undefined ? undefined : eq(subscriptions.externalId, externalSubscriptionId),
      ),
    )
    .orderBy(asc(subscriptions.customerId))
    .limit(limit)

/** Past versions of an event, the oldest first. */
export const inboxVersions = (db: Database, organizationId: string, eventId: string) =>
  db
    .select()
    .from(eventInboxVersions)
    .where(and(ofOrganization(organizationId), eq(eventInboxVersions.eventId, eventId)))
    .orderBy(asc(eventInboxVersions.version))

/**
 * Past versions of the events that wait for a subscription, in the order of the events' reception, the oldest first: for the
 * batch that reads these.
 */
export const versionsOfSubscription = (db: Database, organizationId: string, externalId: string, limit: number) =>
  db
    .select(getTableColumns(eventInboxVersions))
    .from(eventInbox)
    .innerJoin(eventInboxVersions, eq(eventInboxVersions.eventId, eventInbox.id))
    .where(and(inbox(organizationId), eq(eventInbox.externalSubscriptionId, externalId)))
    .orderBy(asc(eventInbox.seq), asc(eventInboxVersions.version))
    .limit(limit)

/** For the commit that takes the events out of the inbox. */
export const deleteInboxVersions = (
  db: Database,
  organizationId: string,
  events: readonly { id: string }[],
): Statement =>
  db
    .delete(eventInboxVersions)
    .where(
      and(
        ofOrganization(organizationId),
        sql`${eventInboxVersions.eventId} IN ${valueList(events.map(({ id }) => id))}`,
      ),
    )

/** From now on the event counts no more; its transaction id stays taken. */
export const withdrawFromInbox = (db: Database, organizationId: string, id: string, now: number): Statement =>
  db
    .update(eventInbox)
    .set({ withdrawnAt: now })
    .where(and(inbox(organizationId), eq(eventInbox.id, id), isNull(eventInbox.withdrawnAt)))

/**
 * Puts another version in the place of the one that counts, which is kept. Nothing happens to an event that is withdrawn or has
 * left the inbox; one that has another number of past versions by now meets the unique key.
 */
export function amendInInbox(
  db: Database,
  { organizationId, id }: Pick<EventInboxRow, 'organizationId' | 'id'>,
  { code, at, properties, preciseTotalAmountCents }: NewEvent,
  kept: { id: string; version: number; now: number },
): Statement[] {
  const counting = and(inbox(organizationId), eq(eventInbox.id, id), isNull(eventInbox.withdrawnAt))
  const version = db
    .select({
      // The order of rows is the database's to give.
      seq: sql<number>`NULL`.as('seq'),
      id: sql<string>`${kept.id}`.as('version_id'),
      organizationId: eventInbox.organizationId,
      createdAt: sql<number>`${kept.now}`.as('ended_at'),
      eventId: sql<string>`${eventInbox.id}`.as('event_id'),
      version: sql<number>`${kept.version}`.as('version'),
      code: eventInbox.code,
      at: eventInbox.at,
      properties: eventInbox.properties,
      preciseTotalAmountCents: eventInbox.preciseTotalAmountCents,
    })
    .from(eventInbox)
    .where(counting)
  return [
    db.insert(eventInboxVersions).select(version),
    db.update(eventInbox).set({ code, at, properties, preciseTotalAmountCents }).where(counting),
  ]
}
