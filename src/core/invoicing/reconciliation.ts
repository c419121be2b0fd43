import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { averageUnitAmount } from '../rating/unit_amount.js'
import { cutToCents, sumCents } from './cents.js'
import { type CreditedFee, type CreditNoteItem, creditNoteAmounts } from './credit_note.js'
import { type ChargeFeeDraft, type CommitmentFeeDraft, feeSubject } from './fee.js'
import { taxFee } from './taxes.js'

/** What follows from usage: its fees, and those of what is missing to a minimum. */
export type RatedFeeDraft = ChargeFeeDraft | CommitmentFeeDraft

/** Such a fee on a final invoice, or on one that corrected it. */
export interface BilledFee {
  readonly invoiceId: string
  readonly fee: RatedFeeDraft
  /** The same as credit notes see it, under its id. */
  readonly credited: CreditedFee
  /** What notes have given back of it before coupons and taxes: fractions of a minor unit. */
  readonly creditedAmountCents: Decimal
  /** What of this earlier reconciliations gave back. The rest was given by hand, for reasons that usage does not know. */
  readonly reconciledAmountCents: Decimal
  /** Whether usage does not decide it: it was set by hand, or it is not kept what it was made from. */
  readonly isFixed: boolean
}

/** What was billed of one thing in one time, beside what its usage comes to by now. Amounts before coupons and taxes. */
export interface FeeDifference {
  /** In the order in which they were billed: the invoice's own first. None for usage that was not there yet. */
  readonly billed: readonly BilledFee[]
  /** Null where there is no usage any more. */
  readonly present: RatedFeeDraft | null
  readonly isFixed: boolean
  readonly billedUnits: Decimal
  readonly billedAmountCents: number
  readonly creditedAmountCents: Decimal
  readonly reconciledAmountCents: Decimal
  readonly presentUnits: Decimal
  readonly presentAmountCents: number
  /** What is still to be billed, or below 0 to be given back. Whole minor units: less than one is left alone. */
  readonly differenceCents: number
}

/**
 * Sets the fees that usage makes by now against what was billed and given back, thing by thing: as billed, then what is new.
 * @param billed the invoice's own fees, then those of its corrections in their order
 */
export function feeDifferences(
  billed: readonly BilledFee[],
  present: readonly RatedFeeDraft[],
): readonly FeeDifference[] {
  const billedOf = Map.groupBy(billed, ({ fee }) => placeOf(fee))
  const presentOf = new Map(present.map((fee) => [placeOf(fee), fee]))
  const places = new Set([...billedOf.keys(), ...presentOf.keys()])
  return [...places].map((place) => difference(billedOf.get(place) ?? [], presentOf.get(place) ?? null))
}

/** The same thing may stand on one invoice for two times. */
const placeOf = (fee: RatedFeeDraft): string => JSON.stringify([feeSubject(fee), fee.fromAt, fee.toAt])

function difference(billed: readonly BilledFee[], present: RatedFeeDraft | null): FeeDifference {
  const isFixed = billed.some((one) => one.isFixed)
  const billedUnits = billed.reduce((sum, { fee }) => sum.plus(fee.units), ZERO)
  const billedAmountCents = sumCents(billed.map(({ fee }) => fee.amountCents))
  const creditedAmountCents = billed.reduce((sum, one) => sum.plus(one.creditedAmountCents), ZERO)
  const reconciledAmountCents = billed.reduce((sum, one) => sum.plus(one.reconciledAmountCents), ZERO)
  const now = isFixed ? { units: billedUnits, amountCents: billedAmountCents } : present
  const presentAmountCents = now?.amountCents ?? 0
  const missing = new Decimal(presentAmountCents).minus(billedAmountCents).plus(reconciledAmountCents)
  const difference = besideGifts(missing, creditedAmountCents.minus(reconciledAmountCents))
  return {
    ...{ billed, present, isFixed, billedUnits, billedAmountCents, presentAmountCents },
    ...{ creditedAmountCents, reconciledAmountCents },
    presentUnits: now?.units ?? ZERO,
    // Less than a minor unit below 0 is cut to -0.
    differenceCents: isFixed ? 0 : 0 + cutToCents(difference),
  }
}

/**
 * What notes gave by hand stays given: it is never charged back. It may have answered usage that was billed too much, though, so that
 * only what goes beyond it is given back.
 */
const besideGifts = (missing: Decimal, givenByHand: Decimal): Decimal =>
  missing.gte(0) ? missing : Decimal.min(ZERO, missing.plus(givenByHand))

/**
 * The fee that bills what usage comes to beyond what was billed; null where that is nothing. It is of the difference alone, and tells
 * in its details what it is the difference of. Its taxes are those of the fee that it corrects.
 */
export function adjustmentFee(difference: FeeDifference): RatedFeeDraft | null {
  const { billed, present, differenceCents } = difference
  if (present === null || differenceCents <= 0) return null
  const preciseAmountCents = new Decimal(differenceCents)
  const units = Decimal.max(ZERO, difference.presentUnits.minus(difference.billedUnits))
  const eventsBefore = sumCents(billed.map(({ fee }) => fee.eventsCount ?? 0))
  // What the whole usage was made of explains no part of it.
  const { basis: _, terms: __, ...fee } = present
  return {
    ...fee,
    units,
    totalAggregatedUnits: null,
    ...(fee.eventsCount !== null && { eventsCount: Math.max(0, fee.eventsCount - eventsBefore) }),
    amountCents: differenceCents,
    preciseAmountCents,
    unitAmount: averageUnitAmount(preciseAmountCents.div(Decimal.pow(10, exponentOf(fee.currency))), units),
    pricingUnit: null,
    presentationBreakdowns: [],
    details: {
      billed_units: difference.billedUnits.toFixed(),
      billed_amount_cents: difference.billedAmountCents,
      credited_amount_cents: difference.creditedAmountCents.toFixed(),
      reconciled_amount_cents: difference.reconciledAmountCents.toFixed(),
      present_units: difference.presentUnits.toFixed(),
      present_amount_cents: difference.presentAmountCents,
    },
    taxes: billed[0]?.fee.taxes ?? fee.taxes,
    // Which of the two kinds it is the spread above has lost.
  } as RatedFeeDraft
}

/** What is to be given back of one invoice. */
export interface InvoiceReturn {
  readonly invoiceId: string
  readonly items: readonly CreditNoteItem[]
}

/** What was billed beyond the usage, the latest correction first, and of no fee more than is left of it. */
export function invoiceReturns(differences: readonly FeeDifference[]): readonly InvoiceReturn[] {
  const returns = differences.flatMap(returnedOf)
  return [...Map.groupBy(returns, ({ invoiceId }) => invoiceId)].map(([invoiceId, own]) => ({
    invoiceId,
    items: own.map(({ item }) => item),
  }))
}

function returnedOf({ billed, differenceCents }: FeeDifference) {
  const returned: { readonly invoiceId: string; readonly item: CreditNoteItem }[] = []
  let missing = new Decimal(-differenceCents)
  for (const { invoiceId, credited: fee, creditedAmountCents } of billed.toReversed()) {
    const amountCents = Decimal.min(missing, new Decimal(fee.amountCents).minus(creditedAmountCents))
    if (amountCents.lte(0)) continue
    missing = missing.minus(amountCents)
    returned.push({ invoiceId, item: { fee, amountCents } })
  }
  return returned
}

/** The tax of a difference by itself, below 0 where it is given back. What an invoice or note comes to is rounded over all of them. */
export function taxOfDifference(difference: FeeDifference): number {
  const more = adjustmentFee(difference)
  if (more !== null) return taxFee(more).amountCents
  const items = returnedOf(difference).map(({ item }) => item)
  // Not -0, which no JSON tells from 0.
  return 0 - creditNoteAmounts(items).taxes.amountCents
}
