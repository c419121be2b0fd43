import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { copiedColumns } from '../../db/copied_columns.js'
import { newRowId } from '../../db/new_id.js'
import { jsonLists } from '../../db/text_chunks.js'
import { valueList } from '../../db/value_list.js'
import { MAX_CHARGES_PER_PLAN, MAX_FILTER_TEXT_PER_PLAN, MAX_PARAMETER_TEXT } from '../../limits.js'
import { chargeFilters } from '../charge_filters/table.js'
import { charges } from '../charges/table.js'
import { usedCopies } from '../plans/store.js'
import { taxAssignments } from '../taxes/table.js'

/** The plan whose charges are edited: its copies are meant that somebody is, or is to be, subscribed to. */
export interface CascadeScope {
  readonly organizationId: string
  readonly planId: string
  /** Epoch milliseconds. */
  readonly now: number
}

type OwnCharge = { readonly id: string; readonly chargeModel: string }

const copiesIn = (db: Database, { organizationId, planId }: CascadeScope) =>
  and(
    eq(charges.organizationId, organizationId),
    isNull(charges.deletedAt),
    sql`${charges.planId} IN ${usedCopies(db, organizationId, planId)}`,
  )

/** The copies of a charge that are priced by its model. */
const copiesOf = (db: Database, scope: CascadeScope, { id, chargeModel }: OwnCharge) =>
  and(copiesIn(db, scope), eq(charges.parentId, id), sql`${charges.chargeModel} = ${chargeModel}`)

/** The ids of these copies, as a query in parentheses. */
export const copyIds = (db: Database, scope: CascadeScope, charge: OwnCharge): SQL =>
  sql`${db
    .select({ id: charges.id })
    .from(charges)
    .where(copiesOf(db, scope, charge))}`

/** The properties that copies of a charge have, as they are kept, each once: those behind `after`, in order. */
export async function propertiesOfCopies(
  db: Database,
  scope: CascadeScope,
  charge: OwnCharge,
  after: string,
  limit: number,
): Promise<string[]> {
  const properties = sql<string>`${charges.properties}`
  const rows = await db
    .selectDistinct({ properties })
    .from(charges)
    .where(and(copiesOf(db, scope, charge), gt(properties, after)))
    .orderBy(asc(properties))
    .limit(limit)
  return rows.map((row) => row.properties)
}

/** A text of properties, as it is kept, and the one that takes its place. */
export type Replacement = readonly [before: string, after: string]

export function replaceProperties(
  db: Database,
  scope: CascadeScope,
  charge: OwnCharge,
  replacements: readonly Replacement[],
): Statement[] {
  return jsonLists(replacements, MAX_PARAMETER_TEXT).map((list) =>
    db
      .update(charges)
      .set({ properties: sql`change.value->>1`, updatedAt: scope.now })
      .from(sql`json_each(${list}) AS change`)
      .where(and(copiesOf(db, scope, charge), sql`${charges.properties} = change.value->>0`)),
  )
}

/** Rates are kept in one form only, so that equal ones are equal texts. */
export function replaceRates(
  db: Database,
  scope: CascadeScope,
  charge: OwnCharge,
  [before, after]: Replacement,
): Statement {
  return db
    .update(charges)
    .set({ conversionRate: after, updatedAt: scope.now })
    .where(and(copiesOf(db, scope, charge), eq(charges.conversionRate, before)))
}

export function deleteCopies(db: Database, scope: CascadeScope, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return []
  return [
    db
      .update(charges)
      .set({ deletedAt: scope.now })
      .where(and(copiesIn(db, scope), sql`${charges.parentId} IN ${valueList(ids)}`)),
  ]
}

/**
 * Copies of charges that the same commit has added to the plan, with their filters and taxes. A plan that a subscription has for
 * itself may have a charge of that code, and then gets it numbered; one that is full stays as it is.
 */
export function addCopies(db: Database, scope: CascadeScope, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return []
  const filters = copiedColumns(chargeFilters, 'original', { id: newRowId(), chargeId: sql`copy.id` })
  const from = sql`JOIN ${charges} AS copy ON copy.parent_id =`
  return [
    ...ids.map((id) => addCopiesOf(db, scope, id)),
    db.insert(chargeFilters).select(
      sql`SELECT ${filters} FROM ${chargeFilters} AS original ${from} original.charge_id
        WHERE original.charge_id IN ${valueList(ids)} AND original.deleted_at IS NULL ORDER BY original.seq`,
    ),
    db.insert(taxAssignments).select(
      sql`SELECT original.organization_id, original.owner_kind, copy.id, original.tax_id
        FROM ${taxAssignments} AS original ${from} original.owner_id WHERE original.owner_id IN ${valueList(ids)}`,
    ),
  ]
}

const NUMBERS = JSON.stringify(Array.from({ length: MAX_CHARGES_PER_PLAN }, (_, i) => i + 2))

/**
 * The code of the row `original`, numbered where it is taken.
 * @param own what may have taken it: named `own`, up to its conditions
 */
export function freeCode(own: SQL): SQL {
  const number = sql`SELECT min(number.value) FROM json_each(${NUMBERS}) AS number
    WHERE NOT EXISTS (SELECT 1 FROM ${own} AND own.code = original.code || '_' || number.value)`
  return sql`CASE WHEN EXISTS (SELECT 1 FROM ${own} AND own.code = original.code)
    THEN original.code || '_' || (${number}) ELSE original.code END`
}

function addCopiesOf(db: Database, { organizationId, planId }: CascadeScope, chargeId: string): Statement {
  const own = sql`${charges} AS own WHERE own.plan_id = target.id AND own.deleted_at IS NULL`
  const columns = copiedColumns(charges, 'original', {
    id: newRowId(),
    planId: sql`target.id`,
    parentId: sql`original.id`,
    code: freeCode(own),
  })
  const text = (charge: SQL) => sql`(SELECT coalesce(sum(length(held."values") + length(held.properties)), 0)
    FROM ${chargeFilters} AS held WHERE held.deleted_at IS NULL AND held.charge_id IN (${charge}))`
  return db.insert(charges).select(
    sql`SELECT ${columns} FROM ${charges} AS original
      JOIN ${usedCopies(db, organizationId, planId)} AS target
      WHERE original.id = ${chargeId} AND NOT EXISTS (SELECT 1 FROM ${own} AND own.parent_id = original.id)
        AND (SELECT count(*) FROM ${own}) < ${MAX_CHARGES_PER_PLAN}
        AND ${text(sql`SELECT own.id FROM ${own}`)} + ${text(sql`original.id`)} <= ${MAX_FILTER_TEXT_PER_PLAN}`,
  )
}
