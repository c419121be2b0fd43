import { Decimal } from './decimal.js'

/**
 * Divides a whole number of minor units in proportion to `weights`, into whole ones that add up to it: each part is its share
 * cut to an integer, and what is left over goes one by one to those that lost the most (of equal ones the first). So no part
 * is above its weight as long as the total is not above the sum of them.
 * @param weights not negative; when all are 0 the first part takes everything
 */
export function allocateCents(totalCents: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum.plus(weight), new Decimal(0))
  if (whole.isZero()) return weights.map((_, i) => (i === 0 ? totalCents : 0))
  const shares = weights.map((weight) => new Decimal(totalCents).times(weight).div(whole))
  const parts = shares.map((share) => share.toDecimalPlaces(0, Decimal.ROUND_DOWN).toNumber())
  const missing = parts.reduce((left, part) => left.minus(part), new Decimal(totalCents)).toNumber()
  const losers = shares
    .map((share, i) => ({ i, lost: share.minus(parts[i] ?? 0) }))
    .sort((a, b) => b.lost.comparedTo(a.lost) || a.i - b.i)
    .slice(0, missing)
  for (const { i } of losers) parts[i] = (parts[i] ?? 0) + 1
  return parts
}
