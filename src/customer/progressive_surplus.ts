import { noteAmounts } from '../core/invoicing/credited_invoice.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import { Decimal } from '../core/money/decimal.js'
import { relieve } from '../core/progressive_billing/relief.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { newNote, noteStatements } from './credit_note_statements.js'
import { creditedItem } from './invoice_credits.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import type { ProgressiveBill } from './progressive_bills.js'

/**
 * Gives back what was billed on the way beyond what the usage of these periods has come to in the end: a credit note on each such
 * progressive invoice, which the very bill may use (invoicing rules, section 9).
 * @param fees of the bill, before anything is taken off
 */
export function creditSurplus(
  context: CommandContext,
  state: CustomerState,
  periods: readonly BilledPeriod[],
  fees: readonly FeeDraft[],
): Prepared {
  return joined(
    periods.map((period) => {
      const bill = state.progressive.of(period)
      return bill === undefined ? NOTHING : surplusNote(context, state, bill, fees)
    }),
  )
}

function surplusNote(
  context: CommandContext,
  state: CustomerState,
  { invoice, fees: billed, source }: ProgressiveBill,
  fees: readonly FeeDraft[],
): Prepared {
  const { surplus } = relieve(fees, source)
  const items = surplus.flatMap(({ feeId, amountCents }) =>
    billed.filter(({ id }) => id === feeId).map((fee) => creditedItem(fee, new Decimal(amountCents))),
  )
  if (items.length === 0) return NOTHING
  const amounts = noteAmounts(items, state.accounts.of(invoice))
  const creditAmountCents = amounts.totalAmountCents
  if (creditAmountCents === 0) return NOTHING
  const split = { creditAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
  const note = newNote(context, invoice, state.zone, { reason: 'other', items, amounts, split })
  state.purse.add(note.row)
  state.accounts.add(note.row, note.items)
  return prepared({ creditNotes: [note], statements: noteStatements(context, note) })
}
