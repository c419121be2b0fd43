import type { Tax } from '../catalog.js'
import { type FeeDraft, netCents } from '../invoicing/fee.js'
import { totalRate } from '../invoicing/taxes.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'

/** What a wallet pays for; without either list: everything. */
export interface WalletLimits {
  readonly feeTypes: readonly FeeDraft['type'][]
  /** Metrics whose usage it pays for. */
  readonly metricIds: readonly string[]
}

/** What of an invoice the same wallets pay for. */
export interface Bucket {
  readonly feeType: FeeDraft['type']
  /** Of usage. */
  readonly metricId: string | null
  /** The code of the only wallet that pays for it; null where usage names none. */
  readonly targetWalletCode: string | null
  /** What is to be paid: fractions of a minor unit, above 0. */
  readonly capCents: Decimal
}

/** Decimals of a minor unit that a bucket is kept to: what a division leaves out must not cost it a whole one. */
const CAP_DECIMALS = 10

/**
 * What is to be paid of an invoice's fees after coupons, taxes and credit notes, by who may pay for it, the largest first (wallet rules,
 * section 1.3). Taxes are taken before they are rounded; what rounding them has added to the invoice is the largest bucket's, so
 * that together the buckets are no less than the invoice.
 * @param creditNotesCents what credit notes have paid: each fee has its part of it
 * @param dueCents what is left to pay of the invoice
 */
export function bucketsOf(fees: readonly FeeDraft[], creditNotesCents: number, dueCents: number): Bucket[] {
  const gross = fees.map(grossCents)
  const whole = gross.reduce((sum, amount) => sum.plus(amount), ZERO)
  const buckets = new Map<string, Bucket>()
  fees.forEach((fee, i) => {
    const amount = gross[i] ?? ZERO
    const noted = whole.isZero() ? ZERO : amount.times(creditNotesCents).div(whole)
    const capCents = amount.minus(noted)
    if (netCents(fee).isZero() || capCents.lte(0)) return
    const bucket = bucketOf(fee)
    const key = JSON.stringify(bucket)
    buckets.set(key, { ...bucket, capCents: capCents.plus(buckets.get(key)?.capCents ?? 0) })
  })
  const sorted = [...buckets.values()]
    .map((bucket) => ({ ...bucket, capCents: roundHalfUp(bucket.capCents, CAP_DECIMALS) }))
    .sort((a, b) => b.capCents.comparedTo(a.capCents))
  const missing = sorted.reduce((rest, bucket) => rest.minus(bucket.capCents), new Decimal(dueCents))
  if (missing.lte(0)) return sorted
  return sorted.map((bucket, i) => (i === 0 ? { ...bucket, capCents: bucket.capCents.plus(missing) } : bucket))
}

/** Whether a wallet pays for a bucket: the one that usage names alone, otherwise whichever its limits allow. */
export function paysFor(
  wallet: { readonly code: string; readonly limits: WalletLimits },
  bucket: Omit<Bucket, 'capCents'>,
): boolean {
  if (bucket.targetWalletCode !== null) return wallet.code === bucket.targetWalletCode
  const { feeTypes, metricIds } = wallet.limits
  if (feeTypes.length === 0 && metricIds.length === 0) return true
  return feeTypes.includes(bucket.feeType) || (bucket.metricId !== null && metricIds.includes(bucket.metricId))
}

/** What is to be paid of a fee with its taxes, before anything is rounded: fractions of a minor unit. */
export const grossCents = (
  fee: Pick<FeeDraft, 'amountCents' | 'preciseCouponsAmountCents'> & { readonly taxes: readonly Pick<Tax, 'rate'>[] },
): Decimal => netCents(fee).times(totalRate(fee.taxes).div(100).plus(1))

/** The property of events that names the wallet which is to pay for their usage, where their charge lets it. */
export const TARGET_WALLET_KEY = 'target_wallet_code'

type BucketedFee = Pick<FeeDraft, 'type' | 'groupedBy'> & { readonly item: { readonly id: string } }

/** Who may pay for a fee. */
export const bucketOf = ({ type, item, groupedBy }: BucketedFee): Omit<Bucket, 'capCents'> => ({
  feeType: type,
  metricId: type === 'charge' ? item.id : null,
  targetWalletCode: type === 'charge' ? (groupedBy[TARGET_WALLET_KEY] ?? null) : null,
})
