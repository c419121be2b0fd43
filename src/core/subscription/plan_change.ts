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

/**
 * What a new price makes of a change that waits for the end of the period (plan change rules, section 5): a plan that is no
 * longer cheaper takes over at once, and one that has become dearer because the running one was cut is called off. Compared
 * by the year, like every change.
 * @param edited which of the two has the new price
 */
export function afterRepricing(
  running: Priced,
  waiting: Priced,
  edited: { readonly running: boolean; readonly waiting: boolean },
): 'take_over' | 'call_off' | 'wait' {
  if (edited.waiting && changeDirection(running, waiting) === 'upgrade') return 'take_over'
  return edited.running && yearlyPrice(running) < yearlyPrice(waiting) ? 'call_off' : 'wait'
}
