import { allocateCents } from '../money/allocation.js'
import { Decimal } from '../money/decimal.js'
import { sumCents } from './cents.js'
import type { CreditedFee, CreditNoteAmounts, CreditNoteItem, CreditNoteSplit } from './credit_note.js'
import { creditNoteAmounts } from './credit_note.js'
import { creditLimits } from './credit_request.js'
import {
  type CreditableRest,
  type CreditedInvoice,
  creditableFees,
  creditableRest,
  givenNote,
  noteAmounts,
  withParts,
} from './credited_invoice.js'
import type { InvoiceCredit } from './invoice_totals.js'

/** What is given back of an invoice as it is voided. Whole minor units. */
export type VoidRequest = Pick<CreditNoteSplit, 'creditAmountCents' | 'refundAmountCents'>

/** A note that a voided invoice leaves behind. */
export interface VoidNote {
  readonly items: readonly CreditNoteItem[]
  readonly amounts: CreditNoteAmounts
  readonly split: CreditNoteSplit
}

/** Decimals of a minor unit that the items of such a note are cut to. */
const ITEM_DECIMALS = 5

/** Whether more is asked for than the invoice may give back, or than was paid of it (invoicing rules, section 6). */
export function exceedsInvoice(
  { creditAmountCents, refundAmountCents }: VoidRequest,
  invoice: CreditedInvoice,
): boolean {
  const { totalAmountCents, refundAmountCents: refundable } = creditLimits(invoice)
  return refundAmountCents > refundable || creditAmountCents + refundAmountCents > totalAmountCents
}

/**
 * The notes that a voided invoice leaves behind: one for what is asked for, its items in proportion over all that is left of
 * the fees, and one for the rest, which is void at once. Together they give back exactly what was left of the invoice.
 * @param asked nothing that exceeds the invoice
 */
export function voidNotes(
  fees: readonly CreditedFee[],
  invoice: CreditedInvoice,
  asked: VoidRequest,
): { readonly given: VoidNote | null; readonly rest: VoidNote | null } {
  const rest = creditableRest(invoice)
  const total = asked.creditAmountCents + asked.refundAmountCents
  const split = { ...asked, offsetAmountCents: 0 }
  const leftOf = creditableFees(invoice)
  const all = fees.map((fee) => ({ fee, amountCents: leftOf(fee) })).filter(({ amountCents }) => amountCents.gt(0))
  if (rest.totalAmountCents === 0) return { given: null, rest: null }
  if (total === 0) return { given: null, rest: wholeNote(all, invoice) }
  if (total === rest.totalAmountCents) return { given: { ...wholeNote(all, invoice), split }, rest: null }
  const items = all.map(({ fee, amountCents }) => ({
    fee,
    amountCents: amountCents.times(total).div(rest.totalAmountCents).toDecimalPlaces(ITEM_DECIMALS, Decimal.ROUND_DOWN),
  }))
  const given = { items, amounts: amountsFor(total, items, rest), split }
  const after = { ...invoice, notes: [...invoice.notes, givenNote(items, given.amounts, split)] }
  const leftAfter = creditableFees(after)
  return {
    given,
    rest: wholeNote(
      all.map(({ fee }) => ({ fee, amountCents: leftAfter(fee) })),
      after,
    ),
  }
}

function wholeNote(items: readonly CreditNoteItem[], invoice: CreditedInvoice): VoidNote {
  const amounts = noteAmounts(items, invoice)
  return {
    items,
    amounts,
    split: { creditAmountCents: amounts.totalAmountCents, refundAmountCents: 0, offsetAmountCents: 0 },
  }
}

/** Parts in proportion to what is left of them: so they add up to the total, and none is above what is left of it. */
function amountsFor(totalCents: number, items: readonly CreditNoteItem[], rest: CreditableRest): CreditNoteAmounts {
  const own = creditNoteAmounts(items)
  const bases = new Map(own.taxes.appliedTaxes.map((tax) => [tax.taxId, tax.feesAmountCents]))
  const weights = [rest.subTotalExcludingTaxesAmountCents, ...rest.taxes.map((tax) => tax.amountCents)]
  const [subTotal = 0, ...taxes] = allocateCents(totalCents, weights)
  const applied = rest.taxes.map((tax, i) => ({
    ...tax,
    amountCents: taxes[i] ?? 0,
    feesAmountCents: bases.get(tax.taxId) ?? 0,
  }))
  return withParts(own, subTotal, applied)
}

/**
 * What consumed credit notes get back of a voided invoice: all that it took of them, but together with the notes that were given on
 * it never more than it was worth. In the order in which they were used.
 */
export function restoredCredits(credits: readonly InvoiceCredit[], invoice: CreditedInvoice): readonly InvoiceCredit[] {
  let room = creditableRest(invoice).totalAmountCents
  return credits.flatMap((credit) => {
    const amountCents = credit.sourceType === 'credit_note' ? Math.min(room, credit.amountCents) : 0
    room -= amountCents
    return amountCents > 0 ? [{ ...credit, amountCents }] : []
  })
}

/** What an invoice took of a wallet, in whole minor units. */
export interface PrepaidUse {
  readonly amountCents: number
}

/**
 * The same for wallets, beside what consumed notes get back: all that the invoice took of them, as far as that leaves anything.
 * @param restored what notes get back
 */
export function restoredDraws<U extends PrepaidUse>(
  draws: readonly U[],
  restored: readonly InvoiceCredit[],
  invoice: CreditedInvoice,
): readonly U[] {
  let room = creditableRest(invoice).totalAmountCents - sumCents(restored.map(({ amountCents }) => amountCents))
  return draws.flatMap((draw) => {
    const amountCents = Math.min(room, draw.amountCents)
    room -= amountCents
    return amountCents > 0 ? [{ ...draw, amountCents }] : []
  })
}
