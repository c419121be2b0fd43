import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { roundToCents } from './cents.js'
import { type FeeDraft, netCents } from './fee.js'

/** Which fees a coupon is for; all of them without a target. */
export type CouponTarget =
  /** Usage of these metrics. */
  | { readonly kind: 'metrics'; readonly ids: ReadonlySet<string> }
  /** All that is billed of subscriptions on these plans, or on plans made of them. */
  | { readonly kind: 'plans'; readonly subscriptionIds: ReadonlySet<string> }

/** A coupon as it was applied to a customer. */
export interface CouponSource {
  /** Of the application. */
  readonly id: string
  /** What it takes off: percent as decimal text, or whole minor units that are left of it, above 0. */
  readonly takes: { readonly percent: string } | { readonly amountCents: number }
  readonly target: CouponTarget | null
}

/** Decimals of a minor unit that the shares of coupons on fees are kept to (invoicing rules, section 2). */
const SHARE_DECIMALS = 5

/** Coupons for some metrics come first, then those for some plans, then the others; within a group in the order given. */
export function inOrderOfUse(coupons: readonly CouponSource[]): readonly CouponSource[] {
  const rank = ({ target }: CouponSource) => (target === null ? 2 : target.kind === 'plans' ? 1 : 0)
  return coupons.toSorted((a, b) => rank(a) - rank(b))
}

/** What one coupon does to the fees of an invoice. */
export interface CouponUse {
  readonly fees: readonly FeeDraft[]
  /** Whole minor units; 0 leaves the coupon unused. */
  readonly amountCents: number
}

/**
 * Takes a coupon off the fees that it is for (invoicing rules, section 3), and spreads it over them in proportion to what
 * earlier coupons have left of each. `subTotalCents` is what all of them have left of the invoice.
 */
export function useCoupon(fees: readonly FeeDraft[], coupon: CouponSource, subTotalCents: number): CouponUse {
  const isMatch = fees.map((fee) => matches(fee, coupon.target))
  const netOfMatches = fees.reduce((sum, fee, i) => (isMatch[i] ? sum.plus(netCents(fee)) : sum), ZERO)
  const base = coupon.target === null ? new Decimal(subTotalCents) : netOfMatches
  const amountCents = Math.min(takenOf(coupon, base), subTotalCents)
  if (amountCents <= 0 || netOfMatches.lte(0)) return { fees, amountCents: 0 }
  return { fees: spread(fees, isMatch, amountCents, netOfMatches), amountCents }
}

function matches(fee: FeeDraft, target: CouponTarget | null): boolean {
  if (target === null) return true
  if (target.kind === 'plans') return fee.subscriptionId !== null && target.subscriptionIds.has(fee.subscriptionId)
  return fee.type === 'charge' && target.ids.has(fee.item.id)
}

/** Whole minor units, never more than the base. */
function takenOf({ takes }: CouponSource, base: Decimal): number {
  const asked = 'percent' in takes ? roundHalfUp(base.times(takes.percent).div(100), 0) : new Decimal(takes.amountCents)
  return roundToCents(Decimal.min(asked, base))
}

/** The last fee that can bear it takes what rounding has left over, so that the shares add up to the whole. */
function spread(fees: readonly FeeDraft[], isMatch: readonly boolean[], amountCents: number, netOfMatches: Decimal) {
  const shares = fees.map((fee, i) =>
    isMatch[i] ? roundHalfUp(netCents(fee).times(amountCents).div(netOfMatches), SHARE_DECIMALS) : ZERO,
  )
  const missing = shares.reduce((left, share) => left.minus(share), new Decimal(amountCents))
  const last = shares.findLastIndex((share, i) => {
    const fee = fees[i]
    return fee !== undefined && isMatch[i] === true && within(share.plus(missing), netCents(fee))
  })
  return fees.map((fee, i) => {
    const share = i === last ? (shares[i] ?? ZERO).plus(missing) : (shares[i] ?? ZERO)
    const taken = Decimal.min(share, netCents(fee))
    return taken.isZero() ? fee : { ...fee, preciseCouponsAmountCents: fee.preciseCouponsAmountCents.plus(taken) }
  })
}

const within = (share: Decimal, net: Decimal): boolean => share.gte(0) && share.lte(net)
