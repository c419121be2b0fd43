import { and, asc, count, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { jsonLists } from '../../db/text_chunks.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { MAX_PARAMETER_TEXT } from '../../limits.js'
import type { KeyValues } from '../billable_metrics/filters.js'
import { charges } from '../charges/table.js'
import { type ChargeFilterRow, chargeFilters } from './table.js'

export type NewFilterRow = Omit<ChargeFilterRow, 'seq'>

/** Those of deleted charges too: nothing leads to them but their charge. */
const living = (organizationId: string) =>
  and(eq(chargeFilters.organizationId, organizationId), isNull(chargeFilters.deletedAt))

const ofCharges = (organizationId: string, chargeIds: Values) =>
  and(living(organizationId), sql`${chargeFilters.chargeId} IN ${valueList(chargeIds)}`)

/** The filters of these charges, each charge's in their order: a query, so that a caller can put it into its batch. */
export const filtersOfCharges = (db: Database, organizationId: string, chargeIds: Values) =>
  db
    .select()
    .from(chargeFilters)
    .where(ofCharges(organizationId, chargeIds))
    .orderBy(asc(chargeFilters.position), asc(chargeFilters.seq))

/** One charge's filters by their last change, oldest first; of those that changed together, in their order. */
export async function listFilters(
  db: Database,
  organizationId: string,
  chargeId: string,
  page: Page,
): Promise<Paged<ChargeFilterRow>> {
  const where = ofCharges(organizationId, [chargeId])
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(chargeFilters)
      .where(where)
      .orderBy(asc(chargeFilters.updatedAt), asc(chargeFilters.position), asc(chargeFilters.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(chargeFilters).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findFilter(
  db: Database,
  organizationId: string,
  chargeId: string,
  id: string,
): Promise<ChargeFilterRow | undefined> {
  const [row] = await db
    .select()
    .from(chargeFilters)
    .where(and(ofCharges(organizationId, [chargeId]), eq(chargeFilters.id, id)))
  return row
}

/** Characters of JSON text that the filters of a plan's charges take. */
export async function filterTextOfPlan(db: Database, organizationId: string, planId: string): Promise<number> {
  const ids = db
    .select({ id: charges.id })
    .from(charges)
    .where(and(eq(charges.organizationId, organizationId), eq(charges.planId, planId), isNull(charges.deletedAt)))
  const text = sql<number>`coalesce(sum(length(${chargeFilters.values}) + length(${chargeFilters.properties})), 0)`
  const [row] = await db
    .select({ text })
    .from(chargeFilters)
    .where(ofCharges(organizationId, sql`${ids}`))
  return row?.text ?? 0
}

/** Adds the filters that are new and changes the others, however many there are. */
export function saveFilters(db: Database, rows: readonly NewFilterRow[]): Statement[] {
  const members = rows.map((row) => [
    row.id,
    row.organizationId,
    row.createdAt,
    row.updatedAt,
    row.chargeId,
    row.position,
    row.values,
    row.properties,
    row.invoiceDisplayName,
  ])
  return jsonLists(members, MAX_PARAMETER_TEXT).map((list) => saveList(db, list))
}

function saveList(db: Database, list: string): Statement {
  const part = (place: number): SQL => sql`json_extract(value, ${sql.raw(`'$[${place}]'`)})`
  // In the order of the table's columns. Without a condition SQLite would read ON as the start of a join's.
  return db
    .insert(chargeFilters)
    .select(
      sql`SELECT NULL, ${part(0)}, ${part(1)}, ${part(2)}, ${part(3)}, NULL, ${part(4)}, ${part(5)}, ${part(6)}, ${part(7)}, ${part(8)}
        FROM json_each(${list}) WHERE true`,
    )
    .onConflictDoUpdate({
      target: chargeFilters.id,
      set: {
        updatedAt: sql`excluded.updated_at`,
        position: sql`excluded.position`,
        values: sql`excluded."values"`,
        properties: sql`excluded.properties`,
        invoiceDisplayName: sql`excluded.invoice_display_name`,
      },
    })
}

/** Of a filter that is there, the price and the name. */
export function updateFilterRow(db: Database, organizationId: string, row: NewFilterRow): Statement {
  const { id, properties, invoiceDisplayName, updatedAt } = row
  return db
    .update(chargeFilters)
    .set({ properties, invoiceDisplayName, updatedAt })
    .where(and(living(organizationId), eq(chargeFilters.id, id)))
}

export function deleteFilters(db: Database, organizationId: string, ids: readonly string[], now: number): Statement {
  return db
    .update(chargeFilters)
    .set({ deletedAt: now })
    .where(and(living(organizationId), sql`${chargeFilters.id} IN ${valueList(ids)}`))
}

/**
 * Takes values that a metric no longer lists out of every filter that names them, for the commit that changes the metric. A filter
 * that loses all values of one of its keys is deleted: without that key it would take more events than before, at a price
 * that was not meant for them.
 */
export function trimFilters(
  db: Database,
  organizationId: string,
  metricId: string,
  gone: readonly KeyValues[],
  now: number,
): Statement[] {
  if (gone.length === 0) return []
  const named = and(
    living(organizationId),
    sql`${chargeFilters.chargeId} IN (SELECT ${charges.id} FROM ${charges}
      WHERE ${charges.organizationId} = ${organizationId} AND ${charges.billableMetricId} = ${metricId})`,
  )
  const pairs = sql`(SELECT json_extract(named.value, '$[0]'), listed.value
    FROM json_each(${JSON.stringify(gone)}) AS named, json_each(named.value, '$[1]') AS listed)`
  const keys = sql`json_each(${chargeFilters.values}) AS own`
  const kept = sql`json_each(own.value) AS member WHERE (own.key, member.value) NOT IN ${pairs}`
  const trimmed = sql`(SELECT json_group_object(own.key, json((SELECT json_group_array(member.value) FROM ${kept}))) FROM ${keys})`
  return [
    db
      .update(chargeFilters)
      .set({ deletedAt: now })
      .where(and(named, sql`EXISTS (SELECT 1 FROM ${keys} WHERE NOT EXISTS (SELECT 1 FROM ${kept}))`)),
    db
      .update(chargeFilters)
      .set({ values: trimmed, updatedAt: now })
      .where(
        and(
          named,
          sql`EXISTS (SELECT 1 FROM ${keys}, json_each(own.value) AS member WHERE (own.key, member.value) IN ${pairs})`,
        ),
      ),
  ]
}
