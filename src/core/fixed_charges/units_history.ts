import type { UnitsDecision } from '../catalog.js'
import { Decimal } from '../money/decimal.js'
import { daysBetween } from '../time/dates.js'
import { type TimeWindow, windowDays } from '../time/windows.js'
import { localDate } from '../time/zones.js'

/**
 * The decisions that count for a subscription: those of its plan, until it was given units of its own (recurring rules, section 10,
 * "Who gets a plan change").
 * @param ofPlan in their order, as `own`
 * @param atOf when one was decided, epoch milliseconds
 */
export function decisionsFor<D>(ofPlan: readonly D[], own: readonly D[], atOf: (decision: D) => number): readonly D[] {
  const [first] = own
  return first === undefined ? ofPlan : [...ofPlan.filter((one) => atOf(one) < atOf(first)), ...own]
}

export const decidedAt = ({ at }: UnitsDecision): number => at

/** A subscription as far as its units depend on it. */
export interface UnitsHolder {
  /** When it came to have its first units: what was decided until then is what it starts with. Epoch milliseconds. */
  readonly activatedAt: number
}

/** Units from an instant on. */
export interface UnitsFrom {
  readonly units: Decimal
  readonly fromAt: number
}

/**
 * The units in a window, from its start on and as they changed within it; none where nothing was decided that holds in it. What was
 * decided for the next period holds from the start of the window that follows, unless something else was decided since.
 */
export function unitsIn(
  decisions: readonly UnitsDecision[],
  { activatedAt }: UnitsHolder,
  window: TimeWindow,
): readonly UnitsFrom[] {
  const isBefore = ({ at }: UnitsDecision) => at <= activatedAt || at < window.fromAt
  const isWithin = ({ at }: UnitsDecision) => (window.toInclusive ? at <= window.toAt : at < window.toAt)
  const initial = decisions.findLast(isBefore)
  const changes = decisions.filter((one) => !isBefore(one) && one.isImmediate && isWithin(one))
  return [
    ...(initial === undefined ? [] : [{ units: new Decimal(initial.units), fromAt: window.fromAt }]),
    ...changes.map(({ units, at }) => ({ units: new Decimal(units), fromAt: at })),
  ]
}

/** The same with the days of each, which add up to those from the first on: the day of a change has the new units. */
export interface UnitsForDays {
  readonly units: Decimal
  readonly days: number
}

export function unitsByDay(held: readonly UnitsFrom[], window: TimeWindow, zone: string): readonly UnitsForDays[] {
  return held.map(({ units, fromAt }, i) => {
    const next = held[i + 1]
    const days =
      next === undefined
        ? windowDays({ ...window, fromAt }, zone)
        : daysBetween(localDate(fromAt, zone), localDate(next.fromAt, zone))
    return { units, days }
  })
}
