import { Decimal } from '../../money/decimal.js'
import type { ProratedUnits } from '../aggregation.js'
import type { HeldDays } from '../held.js'
import { Exact } from './numeric.js'

/** Decimals that prorated units are rounded up at (recurring rules, sections 4 and 11). */
const PRORATED_DECIMALS = 5

/** Units times days as units of the whole period. The period is a year at most: digits enough tell whether anything is cut off. */
export function proratedOf(unitDays: Decimal | number, { days, periodDays }: HeldDays): ProratedUnits {
  const quotient = new Exact(unitDays).div(periodDays)
  return {
    units: new Decimal(quotient.toDecimalPlaces(PRORATED_DECIMALS, Decimal.ROUND_UP).toFixed()),
    ...{ days, periodDays },
  }
}
