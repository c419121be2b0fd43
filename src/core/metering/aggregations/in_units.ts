import type { Decimal } from '../../money/decimal.js'
import type { Aggregate } from '../aggregation.js'

/** The result of an aggregation that measures nothing but its units. */
export const inUnits = (units: Decimal, eventsCount: number): Aggregate => ({
  units,
  eventsCount,
  totalAggregatedUnits: units,
})
