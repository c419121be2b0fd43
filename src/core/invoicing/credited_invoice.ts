import { Decimal, ZERO } from '../money/decimal.js'
import { sumCents } from './cents.js'
import { type CreditNoteAmounts, type CreditNoteItem, type CreditNoteSplit, creditNoteAmounts } from './credit_note.js'
import type { InvoiceAppliedTax } from './taxes.js'

/** A note that was given on an invoice, as far as later ones depend on it. Whole minor units but for what is called precise. */
export interface GivenNote extends CreditNoteSplit {
  readonly items: readonly { readonly feeId: string; readonly amountCents: Decimal }[]
  readonly subTotalExcludingTaxesAmountCents: number
  readonly taxesAmountCents: number
  readonly preciseTaxesAmountCents: Decimal
  readonly appliedTaxes: readonly { readonly taxId: string; readonly amountCents: number }[]
  readonly totalAmountCents: number
}

/** An invoice as credit notes see it, with those that it has, void ones too: what they gave back cannot be given again. */
export interface CreditedInvoice {
  readonly feesAmountCents: number
  readonly subTotalExcludingTaxesAmountCents: number
  readonly appliedTaxes: readonly InvoiceAppliedTax[]
  /** What can be given back in all: also what credits and prepaid money have paid of it. */
  readonly subTotalIncludingTaxesAmountCents: number
  readonly totalAmountCents: number
  readonly totalPaidAmountCents: number
  readonly notes: readonly GivenNote[]
}

/** What is left of an invoice that notes may give back. */
export interface CreditableRest {
  /** Of the fees, before coupons and taxes; fractions of a minor unit. */
  readonly itemsAmountCents: Decimal
  readonly subTotalExcludingTaxesAmountCents: number
  readonly taxes: readonly InvoiceAppliedTax[]
  readonly totalAmountCents: number
}

export function creditableRest(invoice: CreditedInvoice): CreditableRest {
  const { notes } = invoice
  const items = notes.flatMap((note) => note.items)
  const itemsAmountCents = items.reduce(
    (rest, item) => rest.minus(item.amountCents),
    new Decimal(invoice.feesAmountCents),
  )
  // Who has given back all fees has given back the invoice.
  const left = (whole: number, taken: readonly number[]) =>
    itemsAmountCents.gt(0) ? Math.max(0, whole - sumCents(taken)) : 0
  const taxes = invoice.appliedTaxes.map((tax) => {
    const taken = notes.flatMap((note) => note.appliedTaxes.filter(({ taxId }) => taxId === tax.taxId))
    return {
      ...tax,
      amountCents: left(
        tax.amountCents,
        taken.map((one) => one.amountCents),
      ),
    }
  })
  const subTotal = left(
    invoice.subTotalExcludingTaxesAmountCents,
    notes.map((note) => note.subTotalExcludingTaxesAmountCents),
  )
  return {
    itemsAmountCents,
    subTotalExcludingTaxesAmountCents: subTotal,
    taxes,
    totalAmountCents: subTotal + sumCents(taxes.map((tax) => tax.amountCents)),
  }
}

/** Tells what is left of each fee, before coupons and taxes: fractions of a minor unit. */
export function creditableFees(
  invoice: CreditedInvoice,
): (fee: { readonly id: string; readonly amountCents: number }) => Decimal {
  const taken = new Map<string, Decimal>()
  for (const { feeId, amountCents } of invoice.notes.flatMap((note) => note.items)) {
    taken.set(feeId, (taken.get(feeId) ?? ZERO).plus(amountCents))
  }
  return (fee) => new Decimal(fee.amountCents).minus(taken.get(fee.id) ?? ZERO)
}

/**
 * What a note of these items comes to, beside those that its invoice has (invoicing rules, section 5). Each part is rounded for
 * itself, but never above what is left of it; the note that takes the very last of the fees takes whatever is left, so that
 * all notes together are exactly the invoice.
 */
export function noteAmounts(items: readonly CreditNoteItem[], invoice: CreditedInvoice): CreditNoteAmounts {
  const own = creditNoteAmounts(items)
  const rest = creditableRest(invoice)
  const asked = items.reduce((sum, item) => sum.plus(item.amountCents), ZERO)
  if (asked.gte(rest.itemsAmountCents) && asked.gt(0)) return theRest(own, rest, invoice)
  const leftOf = new Map(rest.taxes.map((tax) => [tax.taxId, tax.amountCents]))
  return withParts(
    own,
    Math.min(own.subTotalExcludingTaxesAmountCents, rest.subTotalExcludingTaxesAmountCents),
    own.taxes.appliedTaxes.map((tax) => ({
      ...tax,
      amountCents: Math.min(tax.amountCents, leftOf.get(tax.taxId) ?? 0),
    })),
  )
}

/** A note as later ones will see it. */
export const givenNote = (
  items: readonly CreditNoteItem[],
  { preciseTaxesAmountCents, taxes, ...amounts }: CreditNoteAmounts,
  split: CreditNoteSplit,
): GivenNote => ({
  ...split,
  items: items.map(({ fee, amountCents }) => ({ feeId: fee.id, amountCents })),
  subTotalExcludingTaxesAmountCents: amounts.subTotalExcludingTaxesAmountCents,
  taxesAmountCents: taxes.amountCents,
  preciseTaxesAmountCents,
  appliedTaxes: taxes.appliedTaxes,
  totalAmountCents: amounts.totalAmountCents,
})

/** The same amounts with these parts in place of those that rounding gave. */
export function withParts(
  amounts: CreditNoteAmounts,
  subTotalExcludingTaxesAmountCents: number,
  appliedTaxes: readonly InvoiceAppliedTax[],
): CreditNoteAmounts {
  const amountCents = sumCents(appliedTaxes.map((tax) => tax.amountCents))
  return {
    ...amounts,
    subTotalExcludingTaxesAmountCents,
    taxes: { appliedTaxes, amountCents },
    totalAmountCents: subTotalExcludingTaxesAmountCents + amountCents,
  }
}

/** All that is left. A tax of which rounding has left something is on the note, whether its items bear it or not. */
function theRest(own: CreditNoteAmounts, rest: CreditableRest, { notes }: CreditedInvoice): CreditNoteAmounts {
  const bases = new Map(own.taxes.appliedTaxes.map((tax) => [tax.taxId, tax.feesAmountCents]))
  const taxes = rest.taxes
    .filter((tax) => bases.has(tax.taxId) || tax.amountCents > 0)
    .map((tax) => ({ ...tax, feesAmountCents: bases.get(tax.taxId) ?? 0 }))
  const made = withParts(own, rest.subTotalExcludingTaxesAmountCents, taxes)
  const roundings = notes.reduce(
    (sum, note) => sum.plus(note.preciseTaxesAmountCents).minus(note.taxesAmountCents),
    ZERO,
  )
  const preciseTaxesAmountCents = own.preciseTaxesAmountCents.plus(roundings)
  return {
    ...made,
    preciseTaxesAmountCents,
    preciseTotalAmountCents: own.preciseTotalAmountCents.plus(roundings),
  }
}
