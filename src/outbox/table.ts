import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { rowColumns } from '../db/columns.js'

/**
 * What has to leave the system, written in the batch of the change that caused it: a message exists if and only if the
 * change committed. The row's id is the idempotency key of its delivery.
 */
export const outbox = sqliteTable(
  'outbox',
  {
    ...rowColumns(),
    customerId: text('customer_id'),
    /** The webhook's name: `invoice.created`, `subscription.started` ... */
    messageType: text('message_type').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: text('subject_id').notNull(),
    deliveredAt: integer('delivered_at'),
  },
  (t) => [index('outbox_undelivered').on(t.deliveredAt, t.seq)],
)
