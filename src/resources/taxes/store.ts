import { and, asc, count, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { DEFAULT_BILLING_ENTITY } from '../billing_entities/terms.js'
import { type TaxOwnerKind, type TaxRow, taxAssignments, taxes } from './table.js'

const living = (organizationId: string) => and(eq(taxes.organizationId, organizationId), isNull(taxes.deletedAt))

/** By name, as the API lists taxes. */
export async function listTaxes(db: Database, organizationId: string, page: Page): Promise<Paged<TaxRow>> {
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(taxes)
      .where(living(organizationId))
      .orderBy(asc(taxes.name), asc(taxes.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(taxes).where(living(organizationId)),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findTax(db: Database, organizationId: string, code: string): Promise<TaxRow | undefined> {
  const [row] = await db
    .select()
    .from(taxes)
    .where(and(living(organizationId), eq(taxes.code, code)))
  return row
}

/** The taxes with these codes, in the order of the codes; undefined when one of them is unknown. */
export async function findTaxes(
  db: Database,
  organizationId: string,
  codes: readonly string[],
): Promise<TaxRow[] | undefined> {
  const wanted = [...new Set(codes)]
  if (wanted.length === 0) return []
  const rows = await db
    .select()
    .from(taxes)
    .where(and(living(organizationId), sql`${taxes.code} IN ${valueList(wanted)}`))
  const byCode = new Map(rows.map((row) => [row.code, row]))
  const found = wanted.map((code) => byCode.get(code))
  return found.every((row) => row !== undefined) ? found : undefined
}

export const insertTax = (db: Database, row: Omit<TaxRow, 'seq'>): Statement => db.insert(taxes).values(row)

export function updateTaxRow(
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<TaxRow, 'seq' | 'id'>>,
): Statement {
  return db
    .update(taxes)
    .set(changes)
    .where(and(living(organizationId), eq(taxes.id, id)))
}

/** Takes the tax off everything that names it. */
export const deleteAssignmentsOfTax = (db: Database, organizationId: string, taxId: string): Statement =>
  db
    .delete(taxAssignments)
    .where(and(eq(taxAssignments.organizationId, organizationId), eq(taxAssignments.taxId, taxId)))

/** Makes `taxIds` the taxes that the owner names for itself. */
export function replaceAssignments(
  db: Database,
  organizationId: string,
  owner: { kind: TaxOwnerKind; id: string },
  taxIds: readonly string[],
): Statement[] {
  return replaceAllAssignments(db, organizationId, owner.kind, new Map([[owner.id, taxIds]]))
}

/** {@link replaceAssignments} for many owners of one kind: ids of taxes by id of the owner. Two statements at most. */
export function replaceAllAssignments(
  db: Database,
  organizationId: string,
  ownerKind: TaxOwnerKind,
  taxIdsByOwner: ReadonlyMap<string, readonly string[]>,
): Statement[] {
  if (taxIdsByOwner.size === 0) return []
  const pairs = [...taxIdsByOwner].flatMap(([ownerId, taxIds]) => taxIds.map((taxId) => [ownerId, taxId]))
  const clear = db
    .delete(taxAssignments)
    .where(
      and(
        eq(taxAssignments.organizationId, organizationId),
        sql`${taxAssignments.ownerId} IN ${valueList([...taxIdsByOwner.keys()])}`,
      ),
    )
  if (pairs.length === 0) return [clear]
  const fill = db.insert(taxAssignments).select(
    sql`SELECT ${organizationId}, ${ownerKind}, json_extract(value, '$[0]'), json_extract(value, '$[1]')
      FROM json_each(${JSON.stringify(pairs)})`,
  )
  return [clear, fill]
}

export interface AssignedTax {
  readonly ownerId: string
  readonly tax: TaxRow
}

/** The taxes that these owners name for themselves: a query, so that a caller can put it into its batch. */
export const assignedTaxes = (db: Database, organizationId: string, ownerIds: Values) =>
  assignedTaxesWhere(db, organizationId, sql`${taxAssignments.ownerId} IN ${valueList(ownerIds)}`)

/** {@link assignedTaxes} of the owners that a condition on `taxAssignments` picks. */
export function assignedTaxesWhere(db: Database, organizationId: string, condition: SQL) {
  return db
    .select({ ownerId: taxAssignments.ownerId, tax: taxes })
    .from(taxAssignments)
    .innerJoin(taxes, eq(taxes.id, taxAssignments.taxId))
    .where(and(living(organizationId), condition))
    .orderBy(asc(taxes.seq))
}

/** The taxes of the organization itself: they hold where nothing nearer names any. */
export function organizationTaxes(db: Database, organizationId: string) {
  return db
    .select()
    .from(taxes)
    .where(and(living(organizationId), eq(taxes.appliedToOrganization, true)))
    .orderBy(asc(taxes.seq))
}

/** The taxes of the organization's billing entities, of whichever. */
export function entityTaxes(db: Database, organizationId: string) {
  return db
    .select()
    .from(taxes)
    .where(
      and(living(organizationId), sql`(${taxes.appliedToOrganization} = 1 OR ${taxes.otherBillingEntities} <> '[]')`),
    )
    .orderBy(asc(taxes.seq))
}

/** Those of the taxes that are the billing entity's: they hold where nothing nearer names any. */
export const taxesOfEntity = (rows: readonly TaxRow[], code: string): TaxRow[] =>
  rows.filter((row) =>
    code === DEFAULT_BILLING_ENTITY ? row.appliedToOrganization : row.otherBillingEntities.includes(code),
  )

/** Makes `taxIds` the taxes of the billing entity. `now` is epoch milliseconds. */
export function replaceEntityTaxes(
  db: Database,
  organizationId: string,
  code: string,
  taxIds: readonly string[],
  now: number,
): Statement[] {
  const named = sql`${taxes.id} IN ${valueList(taxIds)}`
  if (code === DEFAULT_BILLING_ENTITY) {
    return [
      db
        .update(taxes)
        .set({ appliedToOrganization: sql`${named}`, updatedAt: now })
        .where(and(living(organizationId), sql`${taxes.appliedToOrganization} <> (${named})`)),
    ]
  }
  const others = sql`SELECT value FROM json_each(${taxes.otherBillingEntities})`
  const without = sql`(SELECT json_group_array(value) FROM (${others}) WHERE value <> ${code})`
  return [
    db
      .update(taxes)
      .set({ otherBillingEntities: without, updatedAt: now })
      .where(and(living(organizationId), sql`${code} IN (${others})`)),
    db
      .update(taxes)
      .set({ otherBillingEntities: sql`json_insert(${taxes.otherBillingEntities}, '$[#]', ${code})`, updatedAt: now })
      .where(and(living(organizationId), named)),
  ]
}

/** {@link findTaxes}, whatever the case of the codes (ASCII); a code that is spelled exactly so is preferred. */
export async function findTaxesAnyCase(
  db: Database,
  organizationId: string,
  codes: readonly string[],
): Promise<TaxRow[] | undefined> {
  const rows = await db
    .select()
    .from(taxes)
    .where(
      and(
        living(organizationId),
        sql`lower(${taxes.code}) IN (SELECT lower(value) FROM json_each(${JSON.stringify(codes)}))`,
      ),
    )
    .orderBy(asc(taxes.seq))
  const found = codes.map(
    (code) =>
      rows.find((row) => row.code === code) ?? rows.find((row) => row.code.toLowerCase() === code.toLowerCase()),
  )
  return found.every((row) => row !== undefined) ? [...new Set(found)] : undefined
}

/** Inserts those of the taxes whose code no living tax has. */
export const insertMissingTaxes = (db: Database, rows: readonly Omit<TaxRow, 'seq'>[]): Statement =>
  db
    .insert(taxes)
    .select(
      sql`SELECT NULL, value ->> 'id', value ->> 'organizationId', value ->> 'createdAt', value ->> 'updatedAt', NULL,
        value ->> 'code', value ->> 'name', NULL, value ->> 'rate', 0, '[]'
        FROM json_each(${JSON.stringify(rows)}) WHERE TRUE`,
    )
    .onConflictDoNothing()
