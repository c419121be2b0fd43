import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { changesOf, type DraftedCharge } from '../charges/changes.js'
import { chargeStatements } from '../charges/charge_statements.js'
import type { ChargeRecord } from '../charges/record.js'
import { fixedChargeStatements } from '../fixed_charges/statements.js'
import { insertUnits } from '../fixed_charges/store.js'
import type { PlanRecord } from '../plans/load.js'
import { insertPlan, savePlanChanges } from '../plans/store.js'
import { replaceAssignments } from '../taxes/store.js'
import type { TaxRow } from '../taxes/table.js'

/** A plan that is not there yet, with all that belongs to it. */
export function insertion(db: Database, record: PlanRecord, now: number): Statement[] {
  const { plan, charges, taxes } = record
  const drafted = charges.map((record) => draftOf(record, undefined))
  return [
    insertPlan(db, withoutSeq(plan)),
    ...chargeStatements(db, plan.organizationId, changesOf(drafted, []), now),
    ...replaceAssignments(db, plan.organizationId, { kind: 'plan', id: plan.id }, idsOf(taxes)),
    ...commitmentTaxes(db, record),
    ...fixedChargesOf(db, undefined, record, now),
  ]
}

/** What is there already stands in the same place. */
function fixedChargesOf(db: Database, before: PlanRecord | undefined, after: PlanRecord, now: number): Statement[] {
  const changed = after.fixedCharges.filter((record, i) => record !== before?.fixedCharges[i])
  const drafted = changed.map((record) => {
    const existing = before?.fixedCharges.find(({ charge }) => charge.id === record.charge.id)
    const taxIds = record.taxes === existing?.taxes ? undefined : idsOf(record.taxes)
    return { row: withoutSeq(record.charge), existing, decision: null, taxIds }
  })
  const decided = changed.flatMap(({ charge, decisions }) => {
    const existing = before?.fixedCharges.find((one) => one.charge.id === charge.id)
    return decisions.slice(existing?.decisions.length ?? 0)
  })
  const { organizationId } = after.plan
  return [
    ...fixedChargeStatements(db, organizationId, { drafted, removedIds: [] }, now),
    ...insertUnits(db, decided.map(withoutSeq)),
  ]
}

function commitmentTaxes(db: Database, { plan, commitmentTaxes: taxes }: PlanRecord): Statement[] {
  const { minimumCommitment, organizationId } = plan
  if (minimumCommitment === null) return []
  return replaceAssignments(db, organizationId, { kind: 'commitment', id: minimumCommitment.id }, idsOf(taxes))
}

/** What turns a plan into what it is to be. Parts that are the very same objects stay. */
export function difference(db: Database, before: PlanRecord, after: PlanRecord, now: number): Statement[] {
  const { organizationId, id } = before.plan
  const drafted = after.charges.flatMap((record, i) => {
    const existing = before.charges[i]
    return record === existing ? [] : [draftOf(record, existing)]
  })
  return [
    ...savePlanChanges(db, before.plan, after.plan),
    ...chargeStatements(db, organizationId, changesOf(drafted, []), now),
    ...(after.taxes === before.taxes
      ? []
      : replaceAssignments(db, organizationId, { kind: 'plan', id }, idsOf(after.taxes))),
    ...(after.commitmentTaxes === before.commitmentTaxes ? [] : commitmentTaxes(db, after)),
    ...fixedChargesOf(db, before, after, now),
  ]
}

function draftOf(record: ChargeRecord, existing: ChargeRecord | undefined): DraftedCharge {
  const { charge, filters, taxes } = record
  return {
    draft: {
      row: withoutSeq(charge),
      filters: filters === existing?.filters ? undefined : filters,
    },
    existing,
    taxIds: taxes === existing?.taxes ? undefined : idsOf(taxes),
  }
}

const idsOf = (taxes: readonly TaxRow[]): string[] => taxes.map(({ id }) => id)

function withoutSeq<T extends { readonly seq: number }>({ seq: _, ...row }: T): Omit<T, 'seq'> {
  return row
}
