import type { FieldErrors } from '../result.js'
import { roundToCents, sumCents } from './cents.js'
import type { CreditNoteAmounts, CreditNoteSplit } from './credit_note.js'
import { type CreditedInvoice, creditableFees, creditableRest } from './credited_invoice.js'
import { dueCents } from './settlement.js'

/** The most that a note may still give back of an invoice, in each way and in all. Whole minor units, never negative. */
export interface CreditLimits extends CreditNoteSplit {
  readonly totalAmountCents: number
}

/** What is still to be paid of an invoice that is not void. */
const due = (invoice: CreditedInvoice): number => dueCents({ ...invoice, offsetAmountCents: offsetOf(invoice) })

/** What notes take off what is due. */
export const offsetOf = ({ notes }: Pick<CreditedInvoice, 'notes'>): number =>
  sumCents(notes.map((note) => note.offsetAmountCents))

/** The limits of invoicing rules, section 5. */
export function creditLimits(invoice: CreditedInvoice): CreditLimits {
  const given = (part: keyof CreditNoteSplit) => sumCents(invoice.notes.map((note) => note[part]))
  const gross = invoice.subTotalIncludingTaxesAmountCents
  const totalAmountCents = creditableRest(invoice).totalAmountCents
  return {
    totalAmountCents,
    creditAmountCents: Math.max(0, gross - given('creditAmountCents') - given('offsetAmountCents')),
    refundAmountCents: Math.max(0, invoice.totalPaidAmountCents - given('refundAmountCents')),
    offsetAmountCents: Math.min(due(invoice), totalAmountCents),
  }
}

/** What is asked for may be so much off what the items come to, for who reckons with other roundings. */
const TOLERANCE_CENTS = 1

const TOO_MUCH = 'higher_than_remaining_invoice_amount'

/** What is wrong with the asked parts of a note whose items come to `amounts`; nothing when all is well. */
export function creditErrors(
  asked: CreditNoteSplit,
  amounts: CreditNoteAmounts,
  invoice: CreditedInvoice,
): FieldErrors {
  const limits = creditLimits(invoice)
  const errors = {
    base: baseErrors(asked, amounts, limits),
    credit_amount_cents: asked.creditAmountCents > limits.creditAmountCents + TOLERANCE_CENTS ? [TOO_MUCH] : [],
    refund_amount_cents: refundErrors(asked, limits, invoice),
    offset_amount_cents: offsetErrors(asked, limits, invoice),
  }
  return Object.fromEntries(Object.entries(errors).filter(([, codes]) => codes.length > 0))
}

function baseErrors(asked: CreditNoteSplit, amounts: CreditNoteAmounts, limits: CreditLimits): string[] {
  const total = totalOf(asked)
  if (total <= 0) return ['total_amount_must_be_positive']
  const off = Math.abs(total - roundToCents(amounts.preciseTotalAmountCents))
  const matches = off <= TOLERANCE_CENTS || total === amounts.totalAmountCents
  const isTooMuch = total > limits.totalAmountCents + TOLERANCE_CENTS
  // A cent may be asked for where nothing is left.
  if (matches && !isTooMuch && amounts.totalAmountCents === 0) return ['total_amount_must_be_positive']
  return [...(matches ? [] : ['does_not_match_item_amounts']), ...(isTooMuch ? [TOO_MUCH] : [])]
}

function refundErrors(
  { refundAmountCents }: CreditNoteSplit,
  limits: CreditLimits,
  invoice: CreditedInvoice,
): string[] {
  if (refundAmountCents <= limits.refundAmountCents) return []
  return [invoice.totalPaidAmountCents === 0 ? 'cannot_refund_unpaid_invoice' : TOO_MUCH]
}

function offsetErrors(
  { offsetAmountCents }: CreditNoteSplit,
  limits: CreditLimits,
  invoice: CreditedInvoice,
): string[] {
  if (offsetAmountCents <= limits.offsetAmountCents) return []
  return [due(invoice) === 0 ? 'cannot_apply_to_paid_invoice' : TOO_MUCH]
}

/**
 * The parts of a note, which add up to its total: the cent that they are off is put onto the credit, or taken off it; without
 * a credit it is the refund's, and without that the offset's. Where refund and offset are as high as they may be, a cent that is missing is
 * credited.
 * @param asked parts without errors
 */
export function forcedSplit(asked: CreditNoteSplit, totalAmountCents: number, limits: CreditLimits): CreditNoteSplit {
  const parts = { ...asked }
  const order = ['creditAmountCents', 'refundAmountCents', 'offsetAmountCents'] as const
  let missing = totalAmountCents - totalOf(asked)
  for (const part of order) {
    const taken = Math.min(Math.max(0, -missing), parts[part])
    parts[part] -= taken
    missing += taken
  }
  if (missing === 0) return parts
  const taker = order.find(
    (part) => parts[part] > 0 && (part === 'creditAmountCents' || parts[part] + missing <= limits[part]),
  )
  parts[taker ?? 'creditAmountCents'] += missing
  return parts
}

export const totalOf = (split: CreditNoteSplit): number =>
  sumCents([split.creditAmountCents, split.refundAmountCents, split.offsetAmountCents])

/** A fee that is asked to be given back in part. Whole minor units. */
export interface AskedItem {
  readonly fee: { readonly id: string; readonly amountCents: number }
  readonly amountCents: number
}

/** What is wrong with asked items: of each fee no more than is left of it, in however many items. */
export function itemErrors(items: readonly AskedItem[], invoice: CreditedInvoice): FieldErrors {
  const leftOf = creditableFees(invoice)
  const asked = Map.groupBy(items, ({ fee }) => fee.id)
  const isTooMuch = [...asked.values()].some((together) => {
    const [first] = together
    return first !== undefined && leftOf(first.fee).lt(sumCents(together.map(({ amountCents }) => amountCents)))
  })
  return isTooMuch ? { amount_cents: ['higher_than_remaining_fee_amount'] } : {}
}
