import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { json, rowColumns } from '../../db/columns.js'

/**
 * Events whose subscription is not known (yet). They wait here under the same unique key as in a customer's log, and move
 * there when the subscription starts. Those that name no subscription stay, and are never duplicates of one another
 * (SQLite holds nulls to be distinct).
 */
export const eventInbox = sqliteTable(
  'event_inbox',
  {
    ...rowColumns(),
    externalSubscriptionId: text('external_subscription_id'),
    transactionId: text('transaction_id').notNull(),
    code: text('code').notNull(),
    /** Epoch microseconds. */
    at: integer('at').notNull(),
    properties: json<Record<string, unknown>>('properties').notNull(),
    preciseTotalAmountCents: text('precise_total_amount_cents'),
    /** Epoch milliseconds. A withdrawn event counts no more, but its transaction id stays taken. */
    withdrawnAt: integer('withdrawn_at'),
  },
  (t) => [
    uniqueIndex('event_inbox_once').on(t.organizationId, t.externalSubscriptionId, t.transactionId),
    index('event_inbox_transaction').on(t.organizationId, t.transactionId),
  ],
)
export type EventInboxRow = typeof eventInbox.$inferSelect
