import { cutToCents } from '../invoicing/cents.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { type Bucket, paysFor, type WalletLimits } from './buckets.js'
import { type Funding, fundingsOf, type InboundCredits } from './fundings.js'

/** A wallet that an invoice of its currency may draw on. */
export interface WalletSource {
  readonly id: string
  readonly code: string
  /** Whole minor units of the invoice's currency, above 0. */
  readonly balanceCents: number
  readonly limits: WalletLimits
  /** What the balance consists of, in the order of creation. */
  readonly inbound: readonly InboundCredits[]
}

/** What an invoice takes of one wallet. */
export interface WalletDraw {
  readonly walletId: string
  /** Whole minor units, above 0. */
  readonly amountCents: number
  readonly fundings: readonly Funding[]
}

/**
 * What an invoice draws on wallets (wallet rules, section 1.3): each in turn pays of every bucket that it may as much as the bucket, the
 * wallet and the invoice have left. Of what a wallet pays the fraction of a minor unit stays due.
 * @param wallets in the order of their use
 * @param dueCents whole minor units that are left to pay of the invoice
 */
export function drawOnWallets(
  wallets: readonly WalletSource[],
  buckets: readonly Bucket[],
  dueCents: number,
): WalletDraw[] {
  const left = buckets.map(({ capCents }) => capCents)
  const draws: WalletDraw[] = []
  let invoiceCents = new Decimal(dueCents)
  for (const wallet of wallets) {
    let taken = ZERO
    buckets.forEach((bucket, i) => {
      if (!paysFor(wallet, bucket)) return
      const rest = left[i] ?? ZERO
      const part = Decimal.min(rest, taken.minus(wallet.balanceCents).neg(), invoiceCents.minus(taken))
      left[i] = rest.minus(part)
      taken = taken.plus(part)
    })
    const amountCents = cutToCents(taken)
    invoiceCents = invoiceCents.minus(amountCents)
    if (amountCents > 0) {
      draws.push({ walletId: wallet.id, amountCents, fundings: fundingsOf(amountCents, wallet.inbound) })
    }
  }
  return draws
}
