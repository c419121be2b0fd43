import { sumCents } from '../invoicing/cents.js'
import { Decimal } from '../money/decimal.js'
import { LIKENESSES, type Surplus, type UsageKeys } from './relief.js'
import { type Likeness, takeOff } from './take_off.js'

/** A fee of a progressive invoice as far as it can be given back. */
export interface OpenFee extends UsageKeys {
  readonly id: string
  /** Whole minor units, before coupons and taxes. */
  readonly amountCents: number
  /** The part of it that the invoice itself asked: without what earlier ones had billed. */
  readonly ownCents: number
  /** What has come back of that part. */
  readonly returnedCents: number
}

export interface OpenInvoice {
  readonly id: string
  readonly fees: readonly OpenFee[]
}

/** What comes back of one invoice: items of a credit note, in fractions of a minor unit. */
export interface GivenBack {
  readonly invoiceId: string
  readonly items: readonly { readonly feeId: string; readonly amountCents: Decimal }[]
}

/** Decimals of an item: those that are kept of what coupons take off. */
const ITEM_DECIMALS = 5

/**
 * What was billed too much on the way, by the invoices that have asked it: from the last one back to the first, for each asked only
 * what earlier ones had not. First where it is taxed alike, then wherever something is left. An item is larger than what it gives back where
 * its fee was relieved of something: the relief goes with it, as the share of a coupon does.
 * @param invoices of one period, in their order
 */
export function giveBack(
  surplus: readonly Surplus[],
  invoices: readonly OpenInvoice[],
): { readonly parts: readonly GivenBack[]; readonly restCents: number } {
  const latestFirst = invoices.toReversed()
  const open = latestFirst.map(({ fees }) =>
    fees.map(({ ownCents, returnedCents }) => Math.max(0, ownCents - returnedCents)),
  )
  let wanted: readonly number[] = surplus.map(({ amountCents }) => amountCents)
  const left = open.map((rooms) => rooms)
  for (const likenesses of [LIKENESSES, [null]]) {
    for (const [i, { fees }] of latestFirst.entries()) {
      const ways = likenesses.map((likeness) => likeOf(likeness, surplus, fees))
      const taken = takeOff(wanted, left[i] ?? [], ways)
      wanted = taken.wanted
      left[i] = [...taken.rooms]
    }
  }
  const parts = latestFirst.flatMap(({ id, fees }, i): GivenBack[] => {
    const items = fees.flatMap((fee, j) => itemOf(fee, (open[i]?.[j] ?? 0) - (left[i]?.[j] ?? 0)))
    return items.length === 0 ? [] : [{ invoiceId: id, items }]
  })
  return { parts, restCents: sumCents(wanted) }
}

/** Null: everything is alike. */
function likeOf(likeness: keyof UsageKeys | null, surplus: readonly UsageKeys[], fees: readonly UsageKeys[]): Likeness {
  const key = (one: UsageKeys) => (likeness === null ? '' : one[likeness])
  return { wanted: surplus.map(key), rooms: fees.map(key) }
}

function itemOf({ id: feeId, amountCents, ownCents }: OpenFee, backCents: number): GivenBack['items'] {
  if (backCents === 0) return []
  const item = new Decimal(backCents).times(amountCents).div(ownCents)
  return [{ feeId, amountCents: item.toDecimalPlaces(ITEM_DECIMALS, Decimal.ROUND_DOWN) }]
}
