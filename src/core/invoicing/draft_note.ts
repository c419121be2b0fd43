import { allocateCents } from '../money/allocation.js'
import { Decimal } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import type { CreditedFee, CreditNoteAmounts, CreditNoteItem, CreditNoteSplit } from './credit_note.js'
import { type CreditedInvoice, noteAmounts } from './credited_invoice.js'

/** Decimals of a minor unit that items are kept to. */
const ITEM_DECIMALS = 5
/** Decimals of a share: an amount that is made of it again is the same at its last decimal, whatever the fee. */
const SHARE_DECIMALS = 40

/** The part of a fee that an item gives back: what stays the same when the fee of a draft is computed anew. 0 of a fee of nothing. */
export function shareOfFee(amountCents: Decimal, feeAmountCents: number): Decimal {
  return feeAmountCents === 0 ? new Decimal(0) : roundHalfUp(amountCents.div(feeAmountCents), SHARE_DECIMALS)
}

/** An item of a note on a draft, with the fee as it is now. */
export interface SharedItem {
  readonly fee: CreditedFee
  readonly share: Decimal
}

export interface RescaledNote {
  readonly items: readonly CreditNoteItem[]
  readonly amounts: CreditNoteAmounts
  readonly split: CreditNoteSplit
}

/**
 * A note on a draft after its invoice was computed anew (invoicing rules, section 5): the same shares of its fees, at their present
 * amounts, coupons and taxes. Its parts keep their proportion; what the invoice has no room for as an offset is credited.
 * @param invoice as it is now, with the notes before this one
 * @param dueCents what is still to be paid of it, for an offset
 */
export function rescaledNote(
  shared: readonly SharedItem[],
  split: CreditNoteSplit,
  invoice: CreditedInvoice,
  dueCents: number,
): RescaledNote {
  const items = shared.map(({ fee, share }) => ({
    fee,
    amountCents: roundHalfUp(share.times(fee.amountCents), ITEM_DECIMALS),
  }))
  const amounts = noteAmounts(items, invoice)
  const { creditAmountCents, refundAmountCents, offsetAmountCents } = split
  const [credit = 0, refund = 0, offset = 0] = allocateCents(amounts.totalAmountCents, [
    creditAmountCents,
    refundAmountCents,
    offsetAmountCents,
  ])
  const settled = Math.min(offset, dueCents)
  return {
    items,
    amounts,
    split: {
      creditAmountCents: credit + offset - settled,
      refundAmountCents: refund,
      offsetAmountCents: settled,
    },
  }
}
