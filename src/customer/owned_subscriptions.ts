import type { Database } from '../db/client.js'
import { commit } from '../db/commit.js'
import { deleteInboxVersions, versionsOfSubscription } from '../resources/event_versions/store.js'
import { deleteFromInbox, inboxOfSubscription, runningSubscription } from '../resources/events/store.js'
import type { SubscriptionMarks } from './command_context.js'
import type { CustomerRef } from './contract.js'
import { ADOPTED_AT_ONCE } from './limits.js'
import type { ObjectSql } from './object_schema.js'
import { takeOver, withAllVersions } from './take_over.js'
import type { UsageStore } from './usage_store.js'

/**
 * The external ids of subscriptions that are this customer's and running now. Events for these need no look into D1; for all
 * others the caller has to have looked, because an id that is not running here may be running at another customer.
 */
export class OwnedSubscriptions {
  readonly #own: Set<string>

  constructor(
    private readonly sql: ObjectSql,
    private readonly usage: UsageStore,
  ) {
    const rows = sql.exec<{ external_id: string }>('SELECT external_id FROM own_subscriptions')
    this.#own = new Set([...rows].map((row) => row.external_id))
  }

  /** Those of the ids that are not marked as own, each once. */
  foreign(externalIds: readonly string[]): string[] {
    return [...new Set(externalIds)].filter((externalId) => !this.#own.has(externalId))
  }

  /**
   * Takes into the log what waits for a subscription in D1's inbox, and marks it as own if D1 says that it is running here.
   * Rows leave the inbox once they are in the log: a run that is cut short is repeated, and meets its own events as duplicates.
   * For tasks of the serial queue, so that the mark cannot come after that of an end.
   */
  async adopt(db: Database, { organizationId, customerId }: CustomerRef, externalId: string): Promise<void> {
    for (;;) {
      const [first, versions, running] = await db.batch([
        inboxOfSubscription(db, organizationId, externalId, ADOPTED_AT_ONCE),
        versionsOfSubscription(db, organizationId, externalId, ADOPTED_AT_ONCE),
        runningSubscription(db, organizationId, customerId, externalId),
      ])
      const waiting = withAllVersions(first, versions, ADOPTED_AT_ONCE)
      if (waiting.length > 0) {
        takeOver(this.usage, waiting, versions)
        await commit(db, [
          deleteInboxVersions(db, organizationId, waiting),
          deleteFromInbox(db, organizationId, waiting),
        ])
      }
      if (waiting.length === first.length && first.length < ADOPTED_AT_ONCE) {
        if (running.length > 0) this.#mark(externalId)
        return
      }
    }
  }

  /** For a subscription that ended and has no running successor of its id at this customer. */
  markEnded(externalId: string): void {
    this.#own.delete(externalId)
    this.sql.exec('DELETE FROM own_subscriptions WHERE external_id = ?', externalId)
  }

  /** The marks as commands use them. */
  marksFor(db: Database, ref: CustomerRef): SubscriptionMarks {
    return {
      adopt: (externalId) => this.adopt(db, ref, externalId),
      markEnded: (externalId) => this.markEnded(externalId),
      refresh: (subscriptions) => this.#refresh(db, ref, subscriptions),
    }
  }

  /**
   * Makes up for what a crash left undone between a commit and the marks that belong to it: an id is running if any of its
   * subscriptions is, and one that was not marked may still have events in the inbox.
   */
  async #refresh(
    db: Database,
    ref: CustomerRef,
    subscriptions: Parameters<SubscriptionMarks['refresh']>[0],
  ): Promise<void> {
    const running = new Set(subscriptions.filter(({ status }) => status === 'active').map((one) => one.externalId))
    for (const { externalId } of subscriptions) {
      if (!running.has(externalId) && this.#own.has(externalId)) this.markEnded(externalId)
    }
    for (const externalId of this.foreign([...running])) await this.adopt(db, ref, externalId)
  }

  #mark(externalId: string): void {
    if (this.#own.has(externalId)) return
    this.sql.exec('INSERT INTO own_subscriptions (external_id) VALUES (?)', externalId)
    this.#own.add(externalId)
  }
}
