import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { json, rowColumns } from '../../db/columns.js'

/** What waiting events were before they were amended: `created_at` is when each version ended. They move along with the event. */
export const eventInboxVersions = sqliteTable(
  'event_inbox_versions',
  {
    ...rowColumns(),
    /** The event's id in the inbox. */
    eventId: text('event_id').notNull(),
    /** From 0. The unique key makes one of two amendments at the same time try again. */
    version: integer('version').notNull(),
    code: text('code').notNull(),
    /** Epoch microseconds. */
    at: integer('at').notNull(),
    properties: json<Record<string, unknown>>('properties').notNull(),
    preciseTotalAmountCents: text('precise_total_amount_cents'),
  },
  (t) => [uniqueIndex('event_inbox_versions_once').on(t.eventId, t.version)],
)
export type EventInboxVersionRow = typeof eventInboxVersions.$inferSelect
