import { and, asc, count, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type BillingEntityRow, billingEntities } from './table.js'
import type { BillingEntityChanges, NewBillingEntityRow } from './terms.js'

const of = (organizationId: string) => eq(billingEntities.organizationId, organizationId)

/** The billing entities of the organization, oldest first: a query, so that a caller can put it into its batch. */
export const billingEntitiesQuery = (db: Database, organizationId: string) =>
  db.select().from(billingEntities).where(of(organizationId)).orderBy(asc(billingEntities.seq))

export async function findBillingEntity(
  db: Database,
  organizationId: string,
  code: string,
): Promise<BillingEntityRow | undefined> {
  const [row] = await db
    .select()
    .from(billingEntities)
    .where(and(of(organizationId), eq(billingEntities.code, code)))
  return row
}

/** The zones of the organization's billing entities, by code. */
export async function readZones(db: Database, organizationId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .select({ code: billingEntities.code, timezone: billingEntities.timezone })
    .from(billingEntities)
    .where(of(organizationId))
  return new Map(rows.map(({ code, timezone }) => [code, timezone]))
}

export async function countBillingEntities(db: Database, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(billingEntities).where(of(organizationId))
  return row?.n ?? 0
}

export const insertBillingEntity = (db: Database, row: NewBillingEntityRow): Statement =>
  db.insert(billingEntities).values(row)

export const updateBillingEntityRow = (
  db: Database,
  organizationId: string,
  code: string,
  changes: BillingEntityChanges & { readonly updatedAt: number },
): Statement =>
  db
    .update(billingEntities)
    .set(changes)
    .where(and(of(organizationId), eq(billingEntities.code, code)))

/** Takes the next place among the entity's invoices, for the batch that gives it to one. */
export const advanceInvoiceSequence = (db: Database, organizationId: string, code: string): Statement =>
  db
    .update(billingEntities)
    .set({ invoiceSequence: sql`${billingEntities.invoiceSequence} + 1` })
    .where(and(of(organizationId), eq(billingEntities.code, code)))
