import { bucketsOf } from '../../wallets/buckets.js'
import { drawOnWallets } from '../../wallets/draw.js'
import type { InboundCredits } from '../../wallets/fundings.js'
import { sumCents } from '../cents.js'
import type { CalculationStep } from '../invoice_totals.js'

/** Pays what credit notes have left from wallets, in the order of their use (wallet rules, section 1.3). */
export const applyPrepaidCredits: CalculationStep = (invoice, { wallets }) => {
  const { fees, subTotalIncludingTaxesAmountCents, creditNotesAmountCents } = invoice
  const dueCents = subTotalIncludingTaxesAmountCents - creditNotesAmountCents
  if (wallets.length === 0 || dueCents <= 0) return invoice
  const draws = drawOnWallets(wallets, bucketsOf(fees, creditNotesAmountCents, dueCents), dueCents)
  const fundings = draws.flatMap((draw) => draw.fundings)
  // What there is none of is no 0 but nothing.
  const fundedBy = (kind: InboundCredits['kind']) =>
    sumCents(fundings.flatMap((funding) => (funding.kind === kind ? [funding.amountCents] : []))) || null
  return {
    ...invoice,
    draws,
    prepaidCreditAmountCents: sumCents(draws.map(({ amountCents }) => amountCents)),
    prepaidGrantedCreditAmountCents: fundedBy('granted'),
    prepaidPurchasedCreditAmountCents: fundedBy('purchased'),
  }
}
