import { type Decimal, ZERO } from './decimal.js'

/**
 * Splits a whole number of minor units in proportion to weights, into whole parts that sum to it exactly. Each part is its
 * exact share cut toward zero; what the cuts leave goes by one unit each to the largest remainders, of equal ones to the
 * earlier, so that the same input always gives the same parts. A weight of 0 gets 0. A negative total is split like its
 * opposite.
 *
 * Throws when the total is not whole, a weight is negative, or the weights sum to 0 while the total is not 0.
 */
export function allocate(totalCents: Decimal, weights: readonly Decimal[]): Decimal[] {
  if (!totalCents.isInteger()) throw new RangeError(`cannot split ${totalCents.toString()}: not a whole amount`)
  if (weights.some((weight) => weight.lt(0))) throw new RangeError('cannot split by a negative weight')
  if (totalCents.isZero()) return weights.map(() => ZERO)
  const sumOfWeights = weights.reduce((sum, weight) => sum.plus(weight), ZERO)
  if (sumOfWeights.isZero()) throw new RangeError(`cannot split ${totalCents.toString()} by weights that sum to 0`)

  const size = totalCents.abs()
  const shares = weights.map((weight, index) => {
    // Remainders are compared as the exact numerators over the common sum: no division is rounded.
    const numerator = size.times(weight)
    const cut = numerator.divToInt(sumOfWeights)
    return { index, cut, remainder: numerator.minus(cut.times(sumOfWeights)) }
  })
  const left = shares.reduce((rest, { cut }) => rest.minus(cut), size).toNumber()
  const raised = new Set(
    shares
      // Sorting is stable: of equal remainders the earlier stays first.
      .toSorted((a, b) => b.remainder.cmp(a.remainder))
      .slice(0, left)
      .map(({ index }) => index),
  )
  return shares.map(({ index, cut }) => {
    const part = raised.has(index) ? cut.plus(1) : cut
    return totalCents.isNegative() ? ZERO.minus(part) : part
  })
}
