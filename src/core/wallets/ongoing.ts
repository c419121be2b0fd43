import { type Bucket, paysFor, type WalletLimits } from './buckets.js'

/** Usage and drafts that are not paid yet, by who may pay for them. */
export interface UnpaidBucket extends Omit<Bucket, 'capCents'> {
  readonly currency: string
  /** With taxes, less what was billed of it; whole minor units, below 0 where more was billed than there is. */
  readonly netCents: number
}

/** A wallet that unpaid usage is set against. */
export interface OngoingWallet {
  readonly id: string
  readonly code: string
  readonly currency: string
  /** Whole minor units. */
  readonly balanceCents: number
  readonly limits: WalletLimits
  /** Whether it fills itself up when it runs low: then it takes all that it may pay for. */
  readonly fillsUp: boolean
}

/**
 * What of the unpaid usage each wallet would have to pay (wallet rules, section 1.7), by its id, in whole minor units of its currency. Bucket by
 * bucket, the largest first; of those that may pay for one each takes what it still holds, and the last one the rest, be it more than it holds.
 * What was billed beyond some usage lowers what is set against the wallets of the currency.
 * @param wallets in the order of their use
 */
export function spreadUsage(
  wallets: readonly OngoingWallet[],
  buckets: readonly UnpaidBucket[],
): ReadonlyMap<string, number> {
  const used = new Map<string, number>(wallets.map(({ id }) => [id, 0]))
  for (const [currency, all] of Map.groupBy(buckets, (bucket) => bucket.currency)) {
    const own = wallets.filter((wallet) => wallet.currency === currency)
    let budget = all.reduce((sum, { netCents }) => sum + netCents, 0)
    const positive = all.filter(({ netCents }) => netCents > 0).sort((a, b) => b.netCents - a.netCents)
    for (const bucket of positive) {
      const amountCents = Math.max(0, Math.min(bucket.netCents, budget))
      budget -= amountCents
      spreadBucket(
        own.filter((wallet) => paysFor(wallet, bucket)),
        amountCents,
        used,
      )
    }
  }
  return used
}

function spreadBucket(wallets: readonly OngoingWallet[], amountCents: number, used: Map<string, number>): void {
  let rest = amountCents
  wallets.forEach(({ id, balanceCents, fillsUp }, i) => {
    const before = used.get(id) ?? 0
    const takesAll = fillsUp || i === wallets.length - 1
    const taken = takesAll ? rest : Math.min(rest, Math.max(0, balanceCents - before))
    used.set(id, before + taken)
    rest -= taken
  })
}
