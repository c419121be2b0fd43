import { and, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type AddOnRow, addOns } from './table.js'

const living = (organizationId: string) => and(eq(addOns.organizationId, organizationId), isNull(addOns.deletedAt))

/** Newest first. */
export async function listAddOns(db: Database, organizationId: string, page: Page): Promise<Paged<AddOnRow>> {
  const where = living(organizationId)
  const [rows, counts] = await db.batch([
    db.select().from(addOns).where(where).orderBy(desc(addOns.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db.select({ n: count() }).from(addOns).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

/** The add-ons with these codes, in no particular order: a query, so that a caller can put it into its batch. */
export const addOnsByCode = (db: Database, organizationId: string, codes: Values) =>
  db
    .select()
    .from(addOns)
    .where(and(living(organizationId), sql`${addOns.code} IN ${valueList(codes)}`))

/** The add-ons with these ids or these codes, in no particular order. */
export function findAddOns(
  db: Database,
  organizationId: string,
  ids: readonly string[],
  codes: readonly string[],
): Promise<AddOnRow[]> {
  const isNamed = sql`(${addOns.id} IN ${valueList(ids)} OR ${addOns.code} IN ${valueList(codes)})`
  return db
    .select()
    .from(addOns)
    .where(and(living(organizationId), isNamed))
}

export async function findAddOn(db: Database, organizationId: string, code: string): Promise<AddOnRow | undefined> {
  const [row] = await addOnsByCode(db, organizationId, [code])
  return row
}

export const insertAddOn = (db: Database, row: Omit<AddOnRow, 'seq'>): Statement => db.insert(addOns).values(row)

export const updateAddOnRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<AddOnRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(addOns)
    .set(changes)
    .where(and(living(organizationId), eq(addOns.id, id)))
