import type { ChargeRecord } from '../charges/record.js'
import type { PlanRecord } from '../plans/load.js'

/** What copies are made with. */
interface Making {
  readonly now: number
  readonly newId: () => string
}

/**
 * A copy of a plan for one subscription: every scalar field, its minimum commitment, every charge with its filters and pricing unit,
 * and all taxes. Its
 * parts stand in the order of the original's.
 */
export function copyPlan(record: PlanRecord, making: Making): PlanRecord {
  const { plan, charges } = record
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

/** The order of rows is the database's to give. */
const UNORDERED = { seq: 0 }
const LIVING = { deletedAt: null, pendingDeletion: false }
