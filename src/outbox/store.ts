import { bulkInsert } from '../db/bulk_insert.js'
import type { Database } from '../db/client.js'
import type { Statement } from '../db/commit.js'
import { outbox } from './table.js'

export interface OutboxMessage {
  readonly id: string
  readonly organizationId: string
  readonly customerId: string | null
  /** The webhook's name: `invoice.created`, `subscription.started` ... */
  readonly messageType: string
  readonly subjectType: string
  readonly subjectId: string
  readonly createdAt: number
}

/** Belongs into the batch of the change that it tells of. */
export const enqueue = (db: Database, message: OutboxMessage): Statement =>
  db.insert(outbox).values({ ...message, deliveredAt: null })

/** Any number of messages, in their order. */
export const enqueueAll = (db: Database, messages: readonly OutboxMessage[]) =>
  bulkInsert(
    db,
    outbox,
    messages.map((message) => ({ ...message, deliveredAt: null })),
  )
