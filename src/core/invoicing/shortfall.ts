import { Decimal } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { roundToCents } from './cents.js'

/** What was agreed to be brought in over a whole period at least, and how much of it was. Plain JSON: a fee keeps it as its basis. */
export interface MinimumTerms {
  /** A charge's spending minimum, or a plan's commitment. */
  readonly of: 'charge' | 'plan'
  /** For the whole period, minor units above 0. */
  readonly amountCents: number
  /** Those days that count, of the days of the whole period. */
  readonly days: number
  readonly periodDays: number
  /** What fees of the period come to before coupons and taxes, minor units. */
  readonly usedAmountCents: number
}

export interface Shortfall {
  /** What the days that count are worth; of a commitment whole minor units. */
  readonly targetCents: Decimal
  readonly preciseAmountCents: Decimal
  /** Whole minor units, above 0. */
  readonly amountCents: number
}

/**
 * What is missing to a minimum, null where nothing is. The minimum of a charge is rounded when what was used is taken off, that of a
 * plan before (recurring rules, sections 8, 9 and 11).
 */
export function shortfallOf({ of, amountCents, days, periodDays, usedAmountCents }: MinimumTerms): Shortfall | null {
  const exact = new Decimal(amountCents).times(days).div(periodDays)
  const targetCents = of === 'plan' ? roundHalfUp(exact, 0) : exact
  const preciseAmountCents = targetCents.minus(usedAmountCents)
  const missing = roundToCents(preciseAmountCents)
  return missing > 0 ? { targetCents, preciseAmountCents, amountCents: missing } : null
}
