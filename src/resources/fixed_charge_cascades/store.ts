import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { copiedColumns } from '../../db/copied_columns.js'
import { newRowId } from '../../db/new_id.js'
import { jsonLists } from '../../db/text_chunks.js'
import { valueList } from '../../db/value_list.js'
import { MAX_FIXED_CHARGES_PER_PLAN, MAX_PARAMETER_TEXT } from '../../limits.js'
import { type CascadeScope, freeCode } from '../charge_cascades/store.js'
import type { NewUnitsRow } from '../fixed_charges/build_fixed_charge.js'
import { fixedCharges, fixedChargeUnits } from '../fixed_charges/table.js'
import { usedCopies } from '../plans/store.js'
import { taxAssignments } from '../taxes/table.js'

type OwnFixedCharge = { readonly id: string; readonly chargeModel: string }

const copiesIn = (db: Database, { organizationId, planId }: CascadeScope) =>
  and(
    eq(fixedCharges.organizationId, organizationId),
    isNull(fixedCharges.deletedAt),
    sql`${fixedCharges.planId} IN ${usedCopies(db, organizationId, planId)}`,
  )

const copiesOf = (db: Database, scope: CascadeScope, { id, chargeModel }: OwnFixedCharge) =>
  and(copiesIn(db, scope), eq(fixedCharges.parentId, id), sql`${fixedCharges.chargeModel} = ${chargeModel}`)

/** What a copy of a fixed charge costs and how many there are, as both are kept. */
export type KeptTerms = readonly [properties: string, units: string]

/** The terms that copies of a fixed charge have, each once: a page from behind the one that is given. */
export async function termsOfCopies(
  db: Database,
  scope: CascadeScope,
  charge: OwnFixedCharge,
  [properties, units]: KeptTerms,
  limit: number,
): Promise<KeptTerms[]> {
  const [kept, count] = [sql<string>`${fixedCharges.properties}`, sql<string>`${fixedCharges.units}`]
  const rows = await db
    .selectDistinct({ kept, count })
    .from(fixedCharges)
    .where(and(copiesOf(db, scope, charge), sql`(${kept}, ${count}) > (${properties}, ${units})`))
    .orderBy(asc(kept), asc(count))
    .limit(limit)
  return rows.map((row) => [row.kept, row.count])
}

const haveTerms = (list: string): SQL =>
  sql`EXISTS (SELECT 1 FROM json_each(${list}) AS terms WHERE ${fixedCharges.properties} = terms.value ->> 0
    AND ${fixedCharges.units} = terms.value ->> 1)`

/** Gives the copies that have one of these terms the new ones, with what was decided of the units. */
export function replaceTerms(
  db: Database,
  scope: CascadeScope,
  charge: OwnFixedCharge & { readonly properties: object; readonly units: string },
  decision: NewUnitsRow | null,
  terms: readonly KeptTerms[],
): Statement[] {
  return jsonLists(terms, MAX_PARAMETER_TEXT).flatMap((list) => {
    const those = and(copiesOf(db, scope, charge), haveTerms(list))
    const change = db
      .update(fixedCharges)
      .set({ properties: { ...charge.properties }, units: charge.units, updatedAt: scope.now })
      .where(those)
    return decision === null ? [change] : [decideFor(db, decision, those), change]
  })
}

function decideFor(db: Database, decision: NewUnitsRow, condition: SQL | undefined): Statement {
  const columns = copiedColumns(fixedChargeUnits, 'decision', {
    id: newRowId(),
    fixedChargeId: sql`${fixedCharges.id}`,
  })
  return db.insert(fixedChargeUnits).select(
    sql`SELECT ${columns} FROM ${fixedCharges} JOIN ${fixedChargeUnits} AS decision ON decision.id = ${decision.id}
        WHERE ${condition}`,
  )
}

export function deleteCopies(db: Database, scope: CascadeScope, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return []
  return [
    db
      .update(fixedCharges)
      .set({ deletedAt: scope.now })
      .where(and(copiesIn(db, scope), sql`${fixedCharges.parentId} IN ${valueList(ids)}`)),
  ]
}

/**
 * Copies of fixed charges that the same commit has added to the plan, with what was decided of their units and their taxes. One whose
 * code is taken gets it numbered; a plan that is full stays as it is.
 */
export function addCopies(db: Database, scope: CascadeScope, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return []
  const of = sql`JOIN ${fixedCharges} AS copy ON copy.parent_id =`
  const units = copiedColumns(fixedChargeUnits, 'original', { id: newRowId(), fixedChargeId: sql`copy.id` })
  return [
    ...ids.map((id) => addCopiesOf(db, scope, id)),
    db.insert(fixedChargeUnits).select(
      sql`SELECT ${units} FROM ${fixedChargeUnits} AS original ${of} original.fixed_charge_id
        WHERE original.fixed_charge_id IN ${valueList(ids)} AND original.subscription_id IS NULL ORDER BY original.seq`,
    ),
    db.insert(taxAssignments).select(
      sql`SELECT original.organization_id, original.owner_kind, copy.id, original.tax_id
        FROM ${taxAssignments} AS original ${of} original.owner_id WHERE original.owner_id IN ${valueList(ids)}`,
    ),
  ]
}

function addCopiesOf(db: Database, { organizationId, planId }: CascadeScope, id: string): Statement {
  const own = sql`${fixedCharges} AS own WHERE own.plan_id = target.id AND own.deleted_at IS NULL`
  const columns = copiedColumns(fixedCharges, 'original', {
    id: newRowId(),
    planId: sql`target.id`,
    parentId: sql`original.id`,
    code: freeCode(own),
  })
  return db.insert(fixedCharges).select(
    sql`SELECT ${columns} FROM ${fixedCharges} AS original
      JOIN ${usedCopies(db, organizationId, planId)} AS target
      WHERE original.id = ${id} AND NOT EXISTS (SELECT 1 FROM ${own} AND own.parent_id = original.id)
        AND (SELECT count(*) FROM ${own}) < ${MAX_FIXED_CHARGES_PER_PLAN}`,
  )
}
