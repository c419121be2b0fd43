import { decisionsFor } from '../../core/fixed_charges/units_history.js'
import type { ChargeRecord } from '../charges/record.js'
import type { FixedChargeRecord } from '../fixed_charges/record.js'
import type { FixedChargeUnitsRow } from '../fixed_charges/table.js'
import type { PlanRecord } from '../plans/load.js'
import type { OwnUnits } from './terms.js'

/** What copies are made with. */
interface Making {
  readonly now: number
  readonly newId: () => string
}

/**
 * A copy of a plan for one subscription: every scalar field, its minimum commitment, every charge with its filters and pricing unit,
 * and all taxes. Its
 * parts stand in the order of the original's.
 * @param own the units that the subscription has for itself: they become those of the copy
 */
export function copyPlan(record: PlanRecord, making: Making, own: OwnUnits = NO_UNITS): PlanRecord {
  const { plan, charges, fixedCharges } = record
  const { now, newId } = making
  const id = newId()
  const { minimumCommitment } = plan
  return {
    ...record,
    // Thresholds are not copied: the copy has those that the plan has at the time.
    plan: {
      ...plan,
      ...UNORDERED,
      usageThresholds: null,
      minimumCommitment: minimumCommitment && { ...minimumCommitment, id: newId() },
      id,
      parentId: plan.id,
      createdAt: now,
      updatedAt: now,
      ...LIVING,
    },
    charges: charges.map((record) => copyCharge(record, id, making)),
    fixedCharges: fixedCharges.map((one) => copyFixedCharge(one, id, own.get(one.charge.id) ?? [], making)),
  }
}

/** What is charged for since when does not change by being copied: events from before the copy are still to be charged. */
function copyCharge(record: ChargeRecord, planId: string, { now, newId }: Making): ChargeRecord {
  const { charge, filters } = record
  const id = newId()
  return {
    ...record,
    charge: { ...charge, ...UNORDERED, id, planId, parentId: charge.id, updatedAt: now },
    filters: filters.map((filter) => ({
      ...filter,
      ...UNORDERED,
      id: newId(),
      chargeId: id,
      createdAt: now,
      updatedAt: now,
    })),
  }
}

/** What was decided of the units before goes with it: the period that runs is billed by the copy. */
function copyFixedCharge(
  record: FixedChargeRecord,
  planId: string,
  own: readonly FixedChargeUnitsRow[],
  { now, newId }: Making,
): FixedChargeRecord {
  const { charge, decisions } = record
  const id = newId()
  const copied = decisionsFor(decisions, own, ({ createdAt }) => createdAt).map((one) => ({
    ...{ ...one, ...UNORDERED, id: newId(), fixedChargeId: id, subscriptionId: null },
  }))
  const units = copied.at(-1)?.units ?? charge.units
  const row = { ...charge, ...UNORDERED, id, planId, units, parentId: charge.id, updatedAt: now }
  return { ...record, charge: row, decisions: copied }
}

const NO_UNITS: OwnUnits = new Map()

/** The order of rows is the database's to give. */
const UNORDERED = { seq: 0 }
const LIVING = { deletedAt: null, pendingDeletion: false }
