import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export type AgendaKind =
  | 'activate_subscription'
  | 'end_subscription'
  | 'bill_period'
  | 'finalize_invoice'
  | 'end_trial'
  | 'reschedule'
  | 'reconsider_plan_change'
  | 'end_with_plan'
  | 'fall_overdue'
  | 'check_thresholds'
  | 'charge_units'
  | 'expire_wallet'
  | 'top_up_wallet'

/**
 * Work that falls due, of every kind. One indexed question, 'what is due?', serves the cron and the test clock alike. A row is
 * deleted in the batch that holds its effect.
 */
export const agenda = sqliteTable(
  'agenda',
  {
    organizationId: text('organization_id').notNull(),
    customerId: text('customer_id').notNull(),
    kind: text('kind').$type<AgendaKind>().notNull(),
    /** The subscription, invoice, customer, wallet or wallet's rule that the work is about; of `charge_units` the subscription and, behind a space, the batch. */
    subjectId: text('subject_id').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.subjectId, t.dueAt] }),
    index('agenda_due').on(t.dueAt, t.customerId),
    index('agenda_customer').on(t.customerId, t.dueAt),
    index('agenda_organization').on(t.organizationId, t.dueAt),
  ],
)
export type AgendaRow = typeof agenda.$inferSelect

/** Customers whose due work failed. They are tried again by every run; nothing of theirs is billed meanwhile. */
export const parkedCustomers = sqliteTable('parked_customers', {
  customerId: text('customer_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  error: text('error').notNull(),
  parkedAt: integer('parked_at').notNull(),
  failedRuns: integer('failed_runs').notNull(),
})
