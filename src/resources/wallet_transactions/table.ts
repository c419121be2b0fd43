import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, rowColumns } from '../../db/columns.js'

export const TRANSACTION_TYPES = ['inbound', 'outbound'] as const
export type TransactionType = (typeof TRANSACTION_TYPES)[number]
/** The first two come in, the others go out. */
export const TRANSACTION_STATUSES = ['purchased', 'granted', 'voided', 'invoiced'] as const
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number]
/** Whether it has happened. Only what is bought can be anything but settled. */
export const SETTLEMENT_STATUSES = ['pending', 'settled', 'failed'] as const
export type SettlementStatus = (typeof SETTLEMENT_STATUSES)[number]

/** One of the pairs that a request says of a transaction. */
export interface MetadataPair {
  readonly key: string
  readonly value: string
}

/** Everything that comes into wallets and leaves them. Credits are decimal text, money is whole minor units. */
export const walletTransactions = sqliteTable(
  'wallet_transactions',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    walletId: text('wallet_id').notNull(),
    transactionType: text('transaction_type').$type<TransactionType>().notNull(),
    transactionStatus: text('transaction_status').$type<TransactionStatus>().notNull(),
    status: text('status').$type<SettlementStatus>().notNull(),
    source: text('source').$type<'manual' | 'interval' | 'threshold'>().notNull(),
    amountCents: integer('amount_cents').notNull(),
    creditAmount: text('credit_amount').notNull(),
    /** What is left of what came in; null of what went out, and of what is not settled. */
    remainingAmountCents: integer('remaining_amount_cents'),
    /** 1 is used first. */
    priority: integer('priority').notNull(),
    name: text('name'),
    metadata: json<MetadataPair[]>('metadata').notNull(),
    /** The invoice that sells it, or that took it. */
    invoiceId: text('invoice_id'),
    /** The note that gave the money of it back. */
    creditNoteId: text('credit_note_id'),
    /** The void invoice that had taken what is given back. */
    voidedInvoiceId: text('voided_invoice_id'),
    invoiceRequiresSuccessfulPayment: flag('invoice_requires_successful_payment').notNull(),
    purchaseOrderNumber: text('purchase_order_number'),
    skipsCustomSections: flag('skips_custom_sections').notNull(),
    customSectionCodes: json<string[]>('custom_section_codes').notNull(),
    settledAt: integer('settled_at'),
    failedAt: integer('failed_at'),
  },
  (t) => [
    index('wallet_transactions_wallet').on(t.walletId, t.seq),
    index('wallet_transactions_invoice').on(t.invoiceId),
    // Few of all that ever came in have anything left.
    index('wallet_transactions_left').on(t.customerId).where(sql`remaining_amount_cents > 0`),
    index('wallet_transactions_bought').on(t.customerId, t.updatedAt).where(sql`transaction_status = 'purchased'`),
    // An invoice takes of a wallet once.
    uniqueIndex('wallet_transactions_draw').on(t.walletId, t.invoiceId).where(sql`transaction_status = 'invoiced'`),
    // A purchase is invoiced once.
    uniqueIndex('wallet_transactions_purchase').on(t.invoiceId).where(sql`transaction_status = 'purchased'`),
    // What a void invoice took of a wallet comes back once.
    uniqueIndex('wallet_transactions_restored')
      .on(t.walletId, t.voidedInvoiceId)
      .where(sql`voided_invoice_id IS NOT NULL`),
    check('wallet_transactions_remaining', sql`remaining_amount_cents >= 0`),
  ],
)
export type WalletTransactionRow = typeof walletTransactions.$inferSelect

/** Of which inbound transactions an outbound one consists. */
export const walletFundings = sqliteTable(
  'wallet_fundings',
  {
    ...rowColumns(),
    inboundId: text('inbound_id').notNull(),
    outboundId: text('outbound_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
  },
  (t) => [
    uniqueIndex('wallet_fundings_once').on(t.outboundId, t.inboundId),
    index('wallet_fundings_inbound').on(t.inboundId),
  ],
)
export type WalletFundingRow = typeof walletFundings.$inferSelect
