import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Metadata } from '../../core/metadata.js'
import { json, rowColumns } from '../../db/columns.js'
import type { AppliedTax } from '../invoices/table.js'

export const CREDIT_NOTE_REASONS = [
  'duplicated_charge',
  'product_unsatisfactory',
  'order_change',
  'order_cancellation',
  'fraudulent_charge',
  'other',
] as const
export type CreditNoteReason = (typeof CREDIT_NOTE_REASONS)[number]
export const CREDIT_STATUSES = ['available', 'consumed', 'voided'] as const
export type CreditStatus = (typeof CREDIT_STATUSES)[number]
export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** What is given back of an invoice: as a balance for later ones, as money, or off what is still due. */
export const creditNotes = sqliteTable(
  'credit_notes',
  {
    ...rowColumns(),
    updatedAt: integer('updated_at').notNull(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    /** Its place among the notes of its invoice, from 1. */
    sequentialId: integer('sequential_id').notNull(),
    /** A draft while its invoice is one: invisible, and of no use yet. */
    status: text('status').$type<'draft' | 'finalized'>().notNull(),
    reason: text('reason').$type<CreditNoteReason>().notNull(),
    description: text('description'),
    currency: text('currency').notNull(),
    issuingOn: text('issuing_on').notNull(),
    /** Null when nothing is credited. */
    creditStatus: text('credit_status').$type<CreditStatus>(),
    /** Null when nothing is refunded. */
    refundStatus: text('refund_status').$type<RefundStatus>(),
    refundedAt: integer('refunded_at'),
    voidedAt: integer('voided_at'),
    totalAmountCents: integer('total_amount_cents').notNull(),
    creditAmountCents: integer('credit_amount_cents').notNull(),
    refundAmountCents: integer('refund_amount_cents').notNull(),
    offsetAmountCents: integer('offset_amount_cents').notNull(),
    /** What is left of the credit. */
    balanceAmountCents: integer('balance_amount_cents').notNull(),
    subTotalExcludingTaxesAmountCents: integer('sub_total_excluding_taxes_amount_cents').notNull(),
    couponsAdjustmentAmountCents: integer('coupons_adjustment_amount_cents').notNull(),
    /** Before rounding, in minor units, decimal text. */
    preciseCouponsAdjustmentAmountCents: text('precise_coupons_adjustment_amount_cents').notNull(),
    taxesAmountCents: integer('taxes_amount_cents').notNull(),
    preciseTaxesAmountCents: text('precise_taxes_amount_cents').notNull(),
    /** Percent, decimal text. */
    taxesRate: text('taxes_rate').notNull(),
    appliedTaxes: json<AppliedTax[]>('applied_taxes').notNull(),
    /** Null where there are none. */
    metadata: json<Metadata>('metadata'),
  },
  (t) => [
    uniqueIndex('credit_notes_sequence').on(t.invoiceId, t.sequentialId),
    index('credit_notes_customer').on(t.customerId, t.creditStatus),
    index('credit_notes_listing').on(t.organizationId, t.seq),
    check('credit_notes_balance', sql`balance_amount_cents >= 0`),
  ],
)
export type CreditNoteRow = typeof creditNotes.$inferSelect

export const creditNoteItems = sqliteTable(
  'credit_note_items',
  {
    ...rowColumns(),
    creditNoteId: text('credit_note_id').notNull(),
    feeId: text('fee_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
    /** Fractions of a minor unit, decimal text. */
    preciseAmountCents: text('precise_amount_cents').notNull(),
    /** The part of the fee, decimal text, that stays the same when the fee of a draft is computed anew; null of a final note. */
    feeShare: text('fee_share'),
  },
  (t) => [index('credit_note_items_note').on(t.creditNoteId), index('credit_note_items_fee').on(t.feeId)],
)
export type CreditNoteItemRow = typeof creditNoteItems.$inferSelect
