import { type ChargeFeeDraft, type FeeDraft, netCents } from '../invoicing/fee.js'
import { Decimal } from '../money/decimal.js'

/** A fee that was billed on the way, with what has not been given back of it since. */
export interface BilledFee {
  readonly id: string
  readonly chargeId: string
  /** {@link usageSubject} of it. */
  readonly subject: string
  /** Whole minor units, before coupons and taxes. */
  readonly leftCents: number
}

/**
 * What usage a fee is of: the same for the fee of the same charge, filter and group on another invoice. A filter is known by its values,
 * for its id changes when a subscription gets terms of its own.
 */
export function usageSubject(
  chargeId: string,
  filters: ChargeFeeDraft['item']['filters'],
  groupedBy: ChargeFeeDraft['groupedBy'],
): string {
  return JSON.stringify([chargeId, filters && sorted(filters), sorted(groupedBy)])
}

const sorted = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))

/** The last progressive invoice of a period that a later invoice of the same period bills again. */
export interface ProgressiveSource {
  /** Of the invoice. */
  readonly id: string
  readonly subscriptionId: string
  readonly fees: readonly BilledFee[]
}

export interface Relief {
  /** The fees of the later invoice, relieved of what was billed before. */
  readonly fees: readonly FeeDraft[]
  /** Whole minor units. */
  readonly amountCents: number
  /** What was billed on the way beyond what usage is worth now, by fees of the progressive invoice. Whole minor units, above 0. */
  readonly surplus: readonly { readonly feeId: string; readonly amountCents: number }[]
}

/**
 * Takes what was billed on the way off the fees that bill it again, before coupons and taxes (invoicing rules, section 9): each fee off the
 * one of the same charge, filter and group; what that one is too small for off the others of the charges that were billed. What they
 * cannot bear either was billed too much. What coupons took off the progressive invoice is credited all the same: it stays given.
 */
export function relieve(fees: readonly FeeDraft[], source: ProgressiveSource): Relief {
  const charges = new Set(source.fees.map(({ chargeId }) => chargeId))
  const isBilledAgain = fees.map(
    (fee) => fee.type === 'charge' && fee.subscriptionId === source.subscriptionId && charges.has(fee.chargeId),
  )
  const room = fees.map((fee, i) => (isBilledAgain[i] ? netCents(fee).floor().toNumber() : 0))
  const relieved = fees.map(() => 0)
  const take = (i: number, wantedCents: number): number => {
    const taken = Math.max(0, Math.min(wantedCents, (room[i] ?? 0) - (relieved[i] ?? 0)))
    relieved[i] = (relieved[i] ?? 0) + taken
    return taken
  }
  const places = new Map(fees.flatMap((fee, i) => (isBilledAgain[i] ? [[subjectOf(fee), i] as const] : [])))
  const unmatched = source.fees.map(({ subject, leftCents }) => leftCents - take(places.get(subject) ?? -1, leftCents))
  let pool = unmatched.reduce((sum, cents) => sum + cents, 0)
  for (let i = 0; i < fees.length && pool > 0; i++) pool -= take(i, pool)
  return {
    fees: fees.map((fee, i) => withRelief(fee, relieved[i] ?? 0)),
    amountCents: relieved.reduce((sum, cents) => sum + cents, 0),
    surplus: source.fees.flatMap(({ id: feeId }, i) => {
      const amountCents = Math.min(pool, unmatched[i] ?? 0)
      pool -= amountCents
      return amountCents === 0 ? [] : [{ feeId, amountCents }]
    }),
  }
}

const subjectOf = ({ chargeId, item, groupedBy }: FeeDraft): string =>
  usageSubject(chargeId ?? '', item.filters, groupedBy)

function withRelief(fee: FeeDraft, cents: number): FeeDraft {
  if (cents === 0) return fee
  return { ...fee, preciseCouponsAmountCents: fee.preciseCouponsAmountCents.plus(new Decimal(cents)) }
}
