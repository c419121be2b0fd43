import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { PlanInterval } from '../../core/catalog.js'
import type { RecurringRule } from '../../core/wallets/recurring_rules.js'
import { flag, json, rowColumns } from '../../db/columns.js'
import type { MetadataPair } from '../wallet_transactions/table.js'

/** How wallets are filled by themselves. Credits are decimal text. */
export const walletRules = sqliteTable(
  'wallet_rules',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    walletId: text('wallet_id').notNull(),
    status: text('status').$type<'active' | 'terminated'>().notNull(),
    trigger: text('trigger').$type<RecurringRule['trigger']>().notNull(),
    interval: text('interval').$type<PlanInterval>(),
    method: text('method').$type<RecurringRule['method']>().notNull(),
    thresholdCredits: text('threshold_credits').notNull(),
    paidCredits: text('paid_credits').notNull(),
    grantedCredits: text('granted_credits').notNull(),
    targetOngoingBalance: text('target_ongoing_balance'),
    /** Null of a rule without a target. */
    grantsTargetTopUp: flag('grants_target_top_up'),
    startedAt: integer('started_at'),
    expirationAt: integer('expiration_at'),
    invoiceRequiresSuccessfulPayment: flag('invoice_requires_successful_payment').notNull(),
    ignorePaidTopUpLimits: flag('ignore_paid_top_up_limits').notNull(),
    transactionName: text('transaction_name'),
    transactionMetadata: json<MetadataPair[]>('transaction_metadata').notNull(),
  },
  (t) => [
    index('wallet_rules_customer').on(t.customerId, t.status),
    uniqueIndex('wallet_rules_one').on(t.walletId).where(sql`status = 'active'`),
  ],
)
export type WalletRuleRow = typeof walletRules.$inferSelect
