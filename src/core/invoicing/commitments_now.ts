import { exponentOf } from '../money/currencies.js'
import { Decimal } from '../money/decimal.js'
import { sumCents } from './cents.js'
import type { BilledFee, FeeDifference, RatedFeeDraft } from './reconciliation.js'
import { shortfallOf } from './shortfall.js'

/**
 * The commitments of an invoice as they are due beside what its usage comes to by now: where more came in less is missing, and the
 * other way round (recurring rules, section 9).
 * @param billed the invoice's own commitments
 * @param differences those of its usage
 * @param invoiceId the invoice: what corrections billed since is part of what usage comes to
 */
export function commitmentsNow(
  billed: readonly BilledFee[],
  differences: readonly FeeDifference[],
  invoiceId: string,
): readonly RatedFeeDraft[] {
  return billed.flatMap(({ fee, isFixed }) => {
    if (fee.type !== 'commitment' || fee.basis?.kind !== 'minimum' || isFixed) return []
    const { minimum } = fee.basis
    const own = differences.filter((one) => (one.present ?? one.billed[0]?.fee)?.subscriptionId === fee.subscriptionId)
    const change = sumCents(own.map((one) => one.presentAmountCents - billedOn(one, invoiceId)))
    const missing = shortfallOf({ ...minimum, usedAmountCents: minimum.usedAmountCents + change })
    if (missing === null) return []
    const { amountCents, preciseAmountCents } = missing
    const unitAmount = new Decimal(amountCents).div(Decimal.pow(10, exponentOf(fee.currency)))
    return [{ ...fee, amountCents, preciseAmountCents, unitAmount }]
  })
}

const billedOn = ({ billed }: FeeDifference, id: string): number =>
  sumCents(billed.filter(({ invoiceId }) => invoiceId === id).map(({ fee }) => fee.amountCents))
