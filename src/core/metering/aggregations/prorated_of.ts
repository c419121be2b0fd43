import { Decimal } from '../../money/decimal.js'
import { proratedUnits } from '../../rating/prorated_units.js'
import type { ProratedUnits } from '../aggregation.js'
import type { HeldDays } from '../held.js'

/** Units times days as units of the whole period. */
export const proratedOf = (unitDays: Decimal | number, { days, periodDays }: HeldDays): ProratedUnits => ({
  units: proratedUnits(new Decimal(unitDays), { days: 1, periodDays }),
  ...{ days, periodDays },
})
