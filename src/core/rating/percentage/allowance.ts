import type { Tally } from '../../metering/tally.js'
import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { PercentageTerms } from './terms.js'

type Allowances = Pick<PercentageTerms, 'freeEvents' | 'freeUnits'>

/** The running totals R of the rules, of which only the length, the last and how many are small enough matter. */
export type AllowanceState = {
  readonly events: number
  readonly total: string
  /** Totals below the free units. */
  readonly totalsBelow: number
}

/** The first part of the tally's key. */
export const ALLOWANCE = 'allowance'

/** What of a window's usage is free. */
export interface FreePart {
  /** May be negative, when the free events take back more than they add: what they say is not counted either way. */
  readonly units: Decimal
  readonly events: number
}

/**
 * Follows the running total while something may be free (metering rules, section 3, percentage 1): over the first
 * `freeEvents` events, or without these up to and including the first total above `freeUnits`.
 */
export function allowanceTally({ freeEvents, freeUnits }: Allowances): Tally<AllowanceState> {
  const isUsedUp = ({ events, total }: AllowanceState) => (freeEvents > 0 ? events === freeEvents : freeUnits.lt(total))
  return {
    key: JSON.stringify([ALLOWANCE, freeEvents, freeUnits.toFixed()]),
    ordered: true,
    start: () => ({ events: 0, total: '0', totalsBelow: 0 }),
    fold(state, value) {
      if (isUsedUp(state)) return state
      const total = value.plus(state.total)
      return {
        events: state.events + 1,
        total: total.toFixed(),
        totalsBelow: state.totalsBelow + (total.lt(freeUnits) ? 1 : 0),
      }
    },
    describe(before, after) {
      const [was, is] = [freePart({ freeEvents, freeUnits }, before), freePart({ freeEvents, freeUnits }, after)]
      return { free_units: formatDecimal(is.units.minus(was.units)), free_events: is.events - was.events }
    },
  }
}

/** The tally of a key from its parts after the first. */
export const allowanceTallyOf = ([freeEvents, freeUnits]: readonly unknown[]): Tally<AllowanceState> =>
  allowanceTally({ freeEvents: Number(freeEvents), freeUnits: new Decimal(String(freeUnits)) })

/**
 * The free part by the tally (percentage 2 and 3). The allowance that is used up first ends it; an event whose total reaches
 * the free units exactly adds no paid units but is a paid event. A first event above the free units is paid whatever the
 * free events say.
 */
export function freePart({ freeUnits }: Allowances, { events, total, totalsBelow }: AllowanceState): FreePart {
  if (freeUnits.isZero()) return { units: new Decimal(total), events }
  return { units: Decimal.min(total, freeUnits), events: totalsBelow }
}

/** The same where every event adds one unit: the running totals are 1, 2, ... and need no tally. */
export function freePartOfUnitEvents({ freeEvents, freeUnits }: Allowances, eventsCount: number): FreePart {
  if (freeEvents === 0 && freeUnits.isZero()) return { units: ZERO, events: 0 }
  const events = freeEvents > 0 ? Math.min(eventsCount, freeEvents) : eventsCount
  if (freeUnits.isZero()) return { units: new Decimal(events), events }
  const totalsBelow = Decimal.min(events, freeUnits.ceil().minus(1)).toNumber()
  return { units: Decimal.min(events, freeUnits), events: totalsBelow }
}
