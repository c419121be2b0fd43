import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { newRowId } from '../../db/new_id.js'
import { jsonLists } from '../../db/text_chunks.js'
import { valueList } from '../../db/value_list.js'
import { MAX_FILTER_TEXT_PER_PLAN, MAX_FILTERS_PER_CHARGE, MAX_PARAMETER_TEXT } from '../../limits.js'
import { type CascadeScope, copyIds } from '../charge_cascades/store.js'
import { chargeFilters } from '../charge_filters/table.js'
import { charges } from '../charges/table.js'

/** A charge whose filters are edited: those of its copies are meant. */
export interface FilterScope extends CascadeScope {
  readonly charge: { readonly id: string; readonly chargeModel: string }
}

/** Values and properties of a filter as they are kept. */
export interface FilterText {
  readonly values: string
  readonly properties: string
}

const filtersIn = (db: Database, scope: FilterScope) =>
  and(
    eq(chargeFilters.organizationId, scope.organizationId),
    isNull(chargeFilters.deletedAt),
    sql`${chargeFilters.chargeId} IN ${copyIds(db, scope, scope.charge)}`,
  )

/** What filters the copies of a charge have, each once: those behind `after`, in order. */
export function filtersOfCopies(
  db: Database,
  scope: FilterScope,
  after: FilterText,
  limit: number,
): Promise<FilterText[]> {
  const values = sql<string>`${chargeFilters.values}`
  const properties = sql<string>`${chargeFilters.properties}`
  return db
    .selectDistinct({ values, properties })
    .from(chargeFilters)
    .where(and(filtersIn(db, scope), sql`(${values}, ${properties}) > (${after.values}, ${after.properties})`))
    .orderBy(asc(values), asc(properties))
    .limit(limit)
}

export interface FilterReplacement {
  readonly before: FilterText
  readonly properties: string
  /** Undefined: the copy keeps its name. */
  readonly name: string | null | undefined
}

export function replaceFilters(
  db: Database,
  scope: FilterScope,
  replacements: readonly FilterReplacement[],
): Statement[] {
  const members = replacements.map(({ before, properties, name }) => [
    before.values,
    before.properties,
    properties,
    name === undefined ? 0 : 1,
    name ?? null,
  ])
  return jsonLists(members, MAX_PARAMETER_TEXT).map((list) =>
    db
      .update(chargeFilters)
      .set({
        properties: sql`change.value->>2`,
        invoiceDisplayName: sql`CASE change.value->>3 WHEN 1 THEN change.value->>4 ELSE ${chargeFilters.invoiceDisplayName} END`,
        updatedAt: scope.now,
      })
      .from(sql`json_each(${list}) AS change`)
      .where(
        and(
          filtersIn(db, scope),
          sql`${chargeFilters.values} = change.value->>0`,
          sql`${chargeFilters.properties} = change.value->>1`,
        ),
      ),
  )
}

/** Every filter of the copies that has its values written in one of these ways. */
export function deleteFilterCopies(db: Database, scope: FilterScope, values: readonly string[]): Statement[] {
  if (values.length === 0) return []
  return [
    db
      .update(chargeFilters)
      .set({ deletedAt: scope.now })
      .where(and(filtersIn(db, scope), sql`${chargeFilters.values} IN ${valueList(values)}`)),
  ]
}

export interface FilterAddition {
  readonly values: string
  readonly properties: string
  readonly name: string | null
  readonly position: number
  /** The ways in which copies have these very values written: those that have one of them have the filter already. */
  readonly spellings: readonly string[]
}

/** A copy whose filters are as many, or as long, as they may be stays as it is. */
export function addFilterCopies(db: Database, scope: FilterScope, additions: readonly FilterAddition[]): Statement[] {
  const members = additions.map(({ values, properties, name, position, spellings }) => [
    values,
    properties,
    name,
    position,
    spellings,
  ])
  const { organizationId, now } = scope
  const part = (place: number): SQL => sql`added.value->>${sql.raw(String(place))}`
  return jsonLists(members, MAX_PARAMETER_TEXT).map((list) => {
    const own = sql`${chargeFilters} AS own WHERE own.charge_id = copy.id AND own.deleted_at IS NULL`
    const all = sql`${chargeFilters} AS held JOIN ${charges} AS sister ON sister.id = held.charge_id
      WHERE sister.plan_id = copy.plan_id AND sister.deleted_at IS NULL AND held.deleted_at IS NULL`
    // In the order of the table's columns.
    return db.insert(chargeFilters).select(
      sql`SELECT NULL, ${newRowId()}, ${organizationId}, ${now}, ${now}, NULL, copy.id, ${part(3)}, ${part(0)}, ${part(1)}, ${part(2)}
        FROM ${charges} AS copy, json_each(${list}) AS added
        WHERE copy.id IN ${copyIds(db, scope, scope.charge)}
          AND NOT EXISTS (SELECT 1 FROM ${own} AND own."values" IN (SELECT value FROM json_each(added.value, '$[4]')))
          AND (SELECT count(*) FROM ${own}) + ${additions.length} <= ${MAX_FILTERS_PER_CHARGE}
          AND (SELECT coalesce(sum(length(held."values") + length(held.properties)), 0) FROM ${all}) + ${list.length}
            <= ${MAX_FILTER_TEXT_PER_PLAN}
        ORDER BY copy.seq, added.key`,
    )
  })
}
