import { roundToCents } from '../core/invoicing/cents.js'
import { creditNoteAmounts, splitUnused } from '../core/invoicing/credit_note.js'
import { offsetOf } from '../core/invoicing/credit_request.js'
import { noteAmounts } from '../core/invoicing/credited_invoice.js'
import { dueCents } from '../core/invoicing/settlement.js'
import { Decimal } from '../core/money/decimal.js'
import { type UnusedDays, unusedDays } from '../core/subscription/unused_days.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { CommandContext } from './command_context.js'
import { type NewNote, newNote, noteStatements, offsetStatements } from './credit_note_statements.js'
import { creditedItem } from './invoice_credits.js'
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
  const reckoned = noteOf(state, asked, unused, manner)
  if (reckoned.amounts.totalAmountCents === 0) return NOTHING
  const { invoice } = asked
  const note = newNote(context, invoice, state.zone, reckoned)
  if (note.row.status === 'finalized') state.purse.add(note.row)
  state.accounts.add(note.row, note.items)
  return prepared({
    creditNotes: [note],
    statements: [
      ...noteStatements(context, note),
      ...offsetStatements(context, invoice, offsetOf(state.accounts.of(invoice))),
    ],
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
  state: CustomerState,
  { fee, invoice }: PlanFeeAsked,
  unused: UnusedDays,
  manner: UnusedManner,
): NewNote {
  const items = [creditedItem(fee, unused.amountCents)]
  const account = state.accounts.of(invoice)
  const amounts = noteAmounts(items, account)
  const used = creditNoteAmounts([creditedItem(fee, unused.usedAmountCents)]).totalAmountCents
  const net = roundToCents(new Decimal(fee.amountCents).minus(fee.preciseCouponsAmountCents))
  const split = splitUnused(
    amounts.totalAmountCents,
    manner,
    {
      feeTotalAmountCents: net + fee.taxesAmountCents,
      invoiceTotalAmountCents: invoice.subTotalIncludingTaxesAmountCents,
      invoicePaidAmountCents: invoice.totalPaidAmountCents,
      invoiceDueAmountCents: dueCents({ ...invoice, offsetAmountCents: offsetOf(account) }),
    },
    used,
  )
  return { reason: 'order_cancellation', items, amounts, split }
}
