import type { Plan, PlanInterval } from '../catalog.js'

/** Periods of a year, by which prices of different intervals are compared. */
const PERIODS_A_YEAR = { weekly: 52, monthly: 12, quarterly: 4, semiannual: 2, yearly: 1 } satisfies Record<
  PlanInterval,
  number
>

type Priced = Pick<Plan, 'amountCents' | 'interval'>

/** What a plan costs in a year, minor units, without usage (plan change rules, section 1). */
export const yearlyPrice = ({ amountCents, interval }: Priced): number => amountCents * PERIODS_A_YEAR[interval]

/**
 * A change to a plan of the same or a higher yearly price takes place at once, one to a cheaper plan at the end of the period
 * (plan change rules, section 1). Currencies, charges and commitments are not compared.
 */
export function changeDirection(from: Priced, to: Priced): 'upgrade' | 'downgrade' {
  return yearlyPrice(to) >= yearlyPrice(from) ? 'upgrade' : 'downgrade'
}
