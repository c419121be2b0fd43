import { noteAmounts } from '../core/invoicing/credited_invoice.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import { type GivenBack, giveBack } from '../core/progressive_billing/give_back.js'
import { relieve } from '../core/progressive_billing/relief.js'
import type { CommandContext } from './command_context.js'
import { newNote, noteStatements } from './credit_note_statements.js'
import { creditedItem } from './invoice_credits.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import type { PeriodOnTheWay } from './progressive_bills.js'

/**
 * Gives back what was billed on the way beyond what the usage of these periods is worth now: credit notes on the progressive invoices that
 * asked it, which the very invoice may use (invoicing rules, section 9).
 * @param fees of the invoice, before anything is taken off
 */
export function creditSurplus(
  context: CommandContext,
  state: CustomerState,
  periods: readonly PeriodOnTheWay[],
  fees: readonly FeeDraft[],
): Prepared {
  return joined(
    periods.flatMap((period) => {
      const source = state.progressive.sourceOf(period)
      if (source === undefined) return []
      const { surplus } = relieve(fees, source)
      if (surplus.length === 0) return []
      const { parts, restCents } = giveBack(surplus, state.progressive.openOf(period))
      // Fees of more earlier invoices than were read: nothing is billed rather than something not given back.
      if (restCents > parts.length)
        throw new Error(`${restCents} of subscription ${source.subscriptionId} cannot be given back`)
      return parts.map((part) => surplusNote(context, state, part))
    }),
  )
}

function surplusNote(context: CommandContext, state: CustomerState, { invoiceId, items: back }: GivenBack): Prepared {
  const bill = state.progressive.bill(invoiceId)
  if (bill === undefined) throw new Error(`progressive invoice ${invoiceId} was not loaded`)
  const feeById = new Map(bill.fees.map((fee) => [fee.id, fee]))
  const items = back.flatMap(({ feeId, amountCents }) => {
    const fee = feeById.get(feeId)
    return fee === undefined ? [] : [creditedItem(fee, amountCents)]
  })
  const amounts = noteAmounts(items, state.accounts.of(bill.invoice))
  const creditAmountCents = amounts.totalAmountCents
  if (creditAmountCents === 0) return NOTHING
  const split = { creditAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
  const note = newNote(context, bill.invoice, state.zone, { reason: 'other', items, amounts, split })
  state.purse.add(note.row)
  state.accounts.add(note.row, note.items)
  return prepared({ creditNotes: [note], statements: noteStatements(context, note) })
}
