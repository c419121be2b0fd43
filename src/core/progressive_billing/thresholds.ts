/** An amount of usage in a subscription's life at which it is billed on the way. */
export interface UsageThreshold {
  readonly id: string
  /** Whole minor units, above 0. Of a recurring one: each time that so much more has been used. */
  readonly amountCents: number
  /** At most one of a list is. It goes on from the largest of the others. */
  readonly recurring: boolean
}

/** A threshold that was passed, and the usage at which it stood: of a recurring one the last of its steps. */
export interface PassedThreshold<T extends UsageThreshold> {
  readonly threshold: T
  readonly levelCents: number
}

/**
 * The thresholds that usage passes as it goes from `doneCents`, which has been billed, to `totalCents` (invoicing rules, section 9). A
 * fixed one is passed once, a recurring one at L, L + R, L + 2R and so on beyond L, the largest fixed one. In their order.
 */
export function passedThresholds<T extends UsageThreshold>(
  thresholds: readonly T[],
  doneCents: number,
  totalCents: number,
): PassedThreshold<T>[] {
  const largest = largestFixed(thresholds)
  return inOrder(thresholds).flatMap((threshold) => {
    const { amountCents, recurring } = threshold
    if (!recurring) {
      const isPassed = doneCents < amountCents && amountCents <= totalCents
      return isPassed ? [{ threshold, levelCents: amountCents }] : []
    }
    const steps = stepsDone(amountCents, largest, totalCents)
    const isPassed = steps > stepsDone(amountCents, largest, doneCents)
    return isPassed ? [{ threshold, levelCents: largest + steps * amountCents }] : []
  })
}

/** The usage at which the next threshold is passed; null when none is left. */
export function nextLevel(thresholds: readonly UsageThreshold[], doneCents: number): number | null {
  const largest = largestFixed(thresholds)
  const levels = thresholds.flatMap(({ amountCents, recurring }) => {
    if (recurring) return [largest + (stepsDone(amountCents, largest, doneCents) + 1) * amountCents]
    return amountCents > doneCents ? [amountCents] : []
  })
  return levels.length === 0 ? null : Math.min(...levels)
}

/** How far usage has come towards a threshold. */
export interface Completion {
  readonly amountCents: number
  /** From 0 to 1. */
  readonly ratio: number
}

/** Steps of a recurring threshold that are listed, the last ones: usage may be any multiple of it. */
const LISTED_STEPS = 100

/**
 * How far a life's usage has come: the fixed thresholds, the next of them by its share of the way from the one before; then the steps of
 * the recurring one up to the one that is open (invoicing rules, section 9).
 */
export function completions(thresholds: readonly UsageThreshold[], totalCents: number): Completion[] {
  const largest = largestFixed(thresholds)
  let previous = 0
  const fixed = inOrder(thresholds).flatMap(({ amountCents, recurring }) => {
    if (recurring) return []
    const ratio = share(totalCents - previous, amountCents - previous)
    previous = amountCents
    return [{ amountCents, ratio }]
  })
  const recurring = thresholds.find((threshold) => threshold.recurring)
  if (recurring === undefined) return fixed
  const step = recurring.amountCents
  const done = stepsDone(step, largest, totalCents)
  const first = Math.max(0, done - LISTED_STEPS)
  const steps = Array.from({ length: done - first + 1 }, (_, i) => {
    const from = largest + (first + i) * step
    return { amountCents: from + step, ratio: share(totalCents - from, step) }
  })
  return [...fixed, ...steps]
}

/** Rounded where ratios are not exact: nobody pays by them. */
const share = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole))

const largestFixed = (thresholds: readonly UsageThreshold[]): number =>
  Math.max(0, ...thresholds.filter(({ recurring }) => !recurring).map(({ amountCents }) => amountCents))

const stepsDone = (step: number, from: number, usedCents: number): number =>
  Math.max(0, Math.floor((usedCents - from) / step))

function inOrder<T extends UsageThreshold>(thresholds: readonly T[]): T[] {
  return thresholds.toSorted((a, b) => Number(a.recurring) - Number(b.recurring) || a.amountCents - b.amountCents)
}
