import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { rowColumns } from '../../db/columns.js'

/** What a subscription had used before it came here. It stays with the external id through all changes of plan. */
export const historicalUsages = sqliteTable(
  'historical_usages',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    externalSubscriptionId: text('external_subscription_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
  },
  (t) => [uniqueIndex('historical_usages_once').on(t.customerId, t.externalSubscriptionId)],
)
