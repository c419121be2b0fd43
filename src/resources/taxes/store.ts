import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
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
  if (codes.length === 0) return []
  const rows = await db
    .select()
    .from(taxes)
    .where(and(living(organizationId), inArray(taxes.code, [...codes])))
  const found = codes.map((code) => rows.find((row) => row.code === code))
  return found.every((row) => row !== undefined) ? [...new Set(found)] : undefined
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
  return [
    db
      .delete(taxAssignments)
      .where(and(eq(taxAssignments.organizationId, organizationId), eq(taxAssignments.ownerId, owner.id))),
    ...taxIds.map((taxId) =>
      db.insert(taxAssignments).values({ organizationId, ownerKind: owner.kind, ownerId: owner.id, taxId }),
    ),
  ]
}

export interface AssignedTax {
  readonly ownerId: string
  readonly tax: TaxRow
}

/** The taxes that these owners name for themselves: a query, so that a caller can put it into its batch. */
export function assignedTaxes(db: Database, organizationId: string, ownerIds: readonly string[]) {
  return db
    .select({ ownerId: taxAssignments.ownerId, tax: taxes })
    .from(taxAssignments)
    .innerJoin(taxes, eq(taxes.id, taxAssignments.taxId))
    .where(
      and(
        living(organizationId),
        sql`${taxAssignments.ownerId} IN (SELECT value FROM json_each(${JSON.stringify(ownerIds)}))`,
      ),
    )
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
