import { roundToCents } from '../core/invoicing/cents.js'
import { splitUnused } from '../core/invoicing/credit_note.js'
import { Decimal } from '../core/money/decimal.js'
import { type UnusedDays, unusedDays } from '../core/subscription/unused_days.js'
import { localDate } from '../core/time/zones.js'
import { enqueue } from '../outbox/store.js'
import { insertCreditNote, insertCreditNoteItem } from '../resources/credit_notes/store.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { CommandContext } from './command_context.js'
import { amountColumns, creditedItem } from './invoice_credits.js'
import { type CustomerState, type PlanFeeAsked, planOf } from './load_customer.js'
import { NOTHING, type Prepared, prepared } from './prepared.js'
import { trialOf } from './trials.js'

export type UnusedManner = 'credit' | 'refund' | 'offset'

/**
 * Gives back what was paid in advance for the days behind an end at `context.now`: a credit note on the invoice of the last
 * plan fee (plan change rules, section 4). It is made before the last invoice, which may use it. Nothing where no fee of the
 * running period was asked, or where nothing of it is left.
 */
export function creditUnused(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  { isUpgrade, manner }: { readonly isUpgrade: boolean; readonly manner: UnusedManner },
): Prepared {
  const asked = state.lastPlanFees.get(row.id)
  if (asked === undefined || !isOpenToCredit(asked, context.now)) return NOTHING
  const unused = unusedOf(context, state, row, asked, isUpgrade)
  if (unused.amountCents.isZero()) return NOTHING
  const note = noteOf(context, state, asked, unused, manner)
  if (note.totalAmountCents === 0) return NOTHING
  if (note.status === 'finalized') state.purse.add(note)
  const item = itemOf(context, asked, note.id, unused)
  return prepared({
    creditNotes: [{ row: note, items: [item] }],
    statements: [insertCreditNoteItem(context.db, item), ...statementsOf(context, asked, note)],
  })
}

function isOpenToCredit({ fee, invoice }: PlanFeeAsked, endedAt: number): boolean {
  const standing = invoice.status === 'finalized' || invoice.status === 'draft'
  return standing && fee.payInAdvance && fee.amountCents > 0 && (fee.toAt ?? 0) > endedAt
}

function unusedOf(
  { now }: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  { fee, credited }: PlanFeeAsked,
  isUpgrade: boolean,
): UnusedDays {
  const plan = planOf(state, row)
  const planAmountCents = Number(fee.amountDetails.plan_amount_cents ?? plan.amountCents)
  return unusedDays({
    terms: termsOf(row, plan),
    zone: state.zone,
    endedAt: now,
    isUpgrade,
    trial: trialOf(state, row),
    planAmountCents,
    feeAmountCents: fee.amountCents,
    creditedAmountCents: credited.reduce((sum, item) => sum.plus(item.preciseAmountCents), new Decimal(0)),
  })
}

function noteOf(
  context: CommandContext,
  state: CustomerState,
  { fee, invoice }: PlanFeeAsked,
  unused: UnusedDays,
  manner: UnusedManner,
): Omit<CreditNoteRow, 'seq' | 'sequentialId'> {
  const { ref, now, newId } = context
  const amounts = amountColumns([creditedItem(fee, unused.amountCents)], context)
  const used = amountColumns([creditedItem(fee, unused.usedAmountCents)], context).totalAmountCents
  const net = roundToCents(new Decimal(fee.amountCents).minus(fee.preciseCouponsAmountCents))
  const split = splitUnused(
    amounts.totalAmountCents,
    manner,
    {
      feeTotalAmountCents: net + fee.taxesAmountCents,
      invoiceTotalAmountCents: invoice.subTotalIncludingTaxesAmountCents,
      invoicePaidAmountCents: invoice.totalPaidAmountCents,
    },
    used,
  )
  return {
    id: newId(),
    ...ref,
    createdAt: now,
    updatedAt: now,
    invoiceId: invoice.id,
    status: invoice.status === 'draft' ? 'draft' : 'finalized',
    reason: 'order_cancellation',
    description: null,
    currency: invoice.currency,
    issuingOn: localDate(now, state.zone).toString(),
    creditStatus: split.creditAmountCents > 0 ? 'available' : null,
    refundStatus: split.refundAmountCents > 0 ? 'pending' : null,
    refundedAt: null,
    voidedAt: null,
    ...amounts,
    ...split,
    balanceAmountCents: split.creditAmountCents,
  }
}

function itemOf(
  { newId, now, ref }: CommandContext,
  { fee }: PlanFeeAsked,
  creditNoteId: string,
  { amountCents }: UnusedDays,
): Omit<CreditNoteItemRow, 'seq'> {
  return {
    id: newId(),
    organizationId: ref.organizationId,
    createdAt: now,
    creditNoteId,
    feeId: fee.id,
    amountCents: roundToCents(amountCents),
    preciseAmountCents: amountCents.toFixed(),
  }
}

function statementsOf(
  { db, ref, now, newId }: CommandContext,
  { invoice }: PlanFeeAsked,
  note: Omit<CreditNoteRow, 'seq' | 'sequentialId'>,
) {
  const { organizationId } = ref
  const offsetAmountCents = invoice.offsetAmountCents + note.offsetAmountCents
  const isSettled = invoice.totalAmountCents - invoice.totalPaidAmountCents - offsetAmountCents <= 0
  const paymentStatus = isSettled ? ('succeeded' as const) : invoice.paymentStatus
  return [
    insertCreditNote(db, note),
    ...(note.offsetAmountCents === 0
      ? []
      : [updateInvoiceRow(db, organizationId, invoice.id, { offsetAmountCents, paymentStatus, updatedAt: now })]),
    ...(note.status === 'draft'
      ? []
      : [
          enqueue(db, {
            id: newId(),
            ...ref,
            messageType: 'credit_note.created',
            subjectType: 'credit_note',
            subjectId: note.id,
            createdAt: now,
          }),
        ]),
  ]
}
