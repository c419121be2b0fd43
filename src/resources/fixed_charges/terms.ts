import type { UnitsDecision } from '../../core/catalog.js'
import type { FixedChargeUnitsRow } from './table.js'

export type { FixedChargeOverride } from './schema.js'

/** What was decided of units, as the core knows it. */
export const toDecision = ({ units, createdAt, isImmediate, batchId }: FixedChargeUnitsRow): UnitsDecision => ({
  units,
  at: createdAt,
  isImmediate,
  batchId,
})
