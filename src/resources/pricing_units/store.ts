import { and, count, desc, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type PricingUnitRow, pricingUnits } from './table.js'

export type NewPricingUnitRow = Omit<PricingUnitRow, 'seq'>

const of = (organizationId: string) => eq(pricingUnits.organizationId, organizationId)

/** The newest first. */
export async function listPricingUnits(
  db: Database,
  organizationId: string,
  page: Page,
): Promise<Paged<PricingUnitRow>> {
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(pricingUnits)
      .where(of(organizationId))
      .orderBy(desc(pricingUnits.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(pricingUnits).where(of(organizationId)),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findPricingUnit(
  db: Database,
  organizationId: string,
  code: string,
): Promise<PricingUnitRow | undefined> {
  const [row] = await db
    .select()
    .from(pricingUnits)
    .where(and(of(organizationId), eq(pricingUnits.code, code)))
  return row
}

/** The units with these codes, by code. Unknown codes are missing. */
export async function findPricingUnits(
  db: Database,
  organizationId: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, PricingUnitRow>> {
  if (codes.length === 0) return new Map()
  const rows = await db
    .select()
    .from(pricingUnits)
    .where(and(of(organizationId), sql`${pricingUnits.code} IN ${valueList([...new Set(codes)])}`))
  return new Map(rows.map((row) => [row.code, row]))
}

/** The units with these ids: a query, so that a caller can put it into its batch. */
export const pricingUnitsById = (db: Database, organizationId: string, ids: Values) =>
  db
    .select()
    .from(pricingUnits)
    .where(and(of(organizationId), sql`${pricingUnits.id} IN ${valueList(ids)}`))

export const insertPricingUnit = (db: Database, row: NewPricingUnitRow): Statement =>
  db.insert(pricingUnits).values(row)

export function updatePricingUnitRow(
  db: Database,
  organizationId: string,
  { id, ...row }: NewPricingUnitRow,
): Statement {
  return db
    .update(pricingUnits)
    .set(row)
    .where(and(of(organizationId), eq(pricingUnits.id, id)))
}
