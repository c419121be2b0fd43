import { and, asc, count, desc, eq, inArray, isNull, max, sql } from 'drizzle-orm'
import { agenda } from '../../agenda/table.js'
import { bulkInsert } from '../../db/bulk_insert.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { addOns } from '../add_ons/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { assignedTaxes, assignedTaxesWhere } from '../taxes/store.js'
import { taxAssignments } from '../taxes/table.js'
import type { NewFixedChargeRow, NewUnitsRow } from './build_fixed_charge.js'
import { type FixedChargeRecord, fixedChargeRecords } from './record.js'
import { type FixedChargeRow, fixedCharges, fixedChargeUnits } from './table.js'

const living = (organizationId: string) =>
  and(eq(fixedCharges.organizationId, organizationId), isNull(fixedCharges.deletedAt))

const ofPlans = (organizationId: string, planIds: Values) =>
  and(living(organizationId), sql`${fixedCharges.planId} IN ${valueList(planIds)}`)

const idsOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db.select({ id: fixedCharges.id }).from(fixedCharges).where(ofPlans(organizationId, planIds))

/** The fixed charges of these plans, oldest first: a query, so that a caller can put it into its batch. */
export const fixedChargesOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db.select().from(fixedCharges).where(ofPlans(organizationId, planIds)).orderBy(asc(fixedCharges.seq))

/** The add-ons that these plans bill, deleted ones too: what was made of them stays. */
export const addOnsOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db
    .select()
    .from(addOns)
    .where(
      and(
        eq(addOns.organizationId, organizationId),
        inArray(
          addOns.id,
          db.select({ id: fixedCharges.addOnId }).from(fixedCharges).where(ofPlans(organizationId, planIds)),
        ),
      ),
    )

export const taxesOfFixedCharges = (db: Database, organizationId: string, planIds: Values) =>
  assignedTaxesWhere(db, organizationId, inArray(taxAssignments.ownerId, idsOfPlans(db, organizationId, planIds)))

/** What was decided of units for all that are on these plans. */
export const unitsOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db
    .select()
    .from(fixedChargeUnits)
    .where(
      and(
        inArray(fixedChargeUnits.fixedChargeId, idsOfPlans(db, organizationId, planIds)),
        isNull(fixedChargeUnits.subscriptionId),
      ),
    )
    .orderBy(asc(fixedChargeUnits.seq))

/** One plan's fixed charges, the newest first. */
export async function listFixedCharges(
  db: Database,
  organizationId: string,
  planId: string,
  page: Page,
): Promise<Paged<FixedChargeRecord>> {
  const where = ofPlans(organizationId, [planId])
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(fixedCharges)
      .where(where)
      .orderBy(desc(fixedCharges.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(fixedCharges).where(where),
  ])
  return { rows: await withParts(db, organizationId, rows), totalCount: counts[0]?.n ?? 0 }
}

export async function findFixedCharge(
  db: Database,
  organizationId: string,
  planId: string,
  code: string,
): Promise<FixedChargeRecord | undefined> {
  const rows = await db
    .select()
    .from(fixedCharges)
    .where(and(ofPlans(organizationId, [planId]), eq(fixedCharges.code, code)))
  return (await withParts(db, organizationId, rows))[0]
}

async function withParts(
  db: Database,
  organizationId: string,
  rows: readonly FixedChargeRow[],
): Promise<FixedChargeRecord[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const [found, assigned, decisions] = await db.batch([
    db
      .select()
      .from(addOns)
      .where(
        and(
          eq(addOns.organizationId, organizationId),
          sql`${addOns.id} IN ${valueList([...new Set(rows.map((row) => row.addOnId))])}`,
        ),
      ),
    assignedTaxes(db, organizationId, ids),
    db
      .select()
      .from(fixedChargeUnits)
      .where(and(sql`${fixedChargeUnits.fixedChargeId} IN ${valueList(ids)}`, isNull(fixedChargeUnits.subscriptionId)))
      .orderBy(asc(fixedChargeUnits.seq)),
  ])
  return fixedChargeRecords(rows, { addOns: found, assignedTaxes: assigned, decisions })
}

export async function countFixedCharges(db: Database, organizationId: string, planId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(fixedCharges)
    .where(ofPlans(organizationId, [planId]))
  return row?.n ?? 0
}

export const insertFixedCharge = (db: Database, row: NewFixedChargeRow): Statement =>
  db.insert(fixedCharges).values(row)

export const insertUnits = (db: Database, rows: readonly NewUnitsRow[]): Statement[] => [
  ...bulkInsert(db, fixedChargeUnits, rows),
]

export const updateFixedChargeRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<NewFixedChargeRow>,
): Statement =>
  db
    .update(fixedCharges)
    .set(changes)
    .where(and(living(organizationId), eq(fixedCharges.id, id)))

/** Gives each its own id as its code, so that fixed charges can exchange codes within one commit. */
export const releaseFixedChargeCodes = (db: Database, organizationId: string, ids: readonly string[]): Statement =>
  db
    .update(fixedCharges)
    .set({ code: sql`${fixedCharges.id}` })
    .where(and(living(organizationId), sql`${fixedCharges.id} IN ${valueList(ids)}`))

/** From `now` on, epoch milliseconds, they are gone: what is not billed of them yet never will be. */
export const deleteFixedCharges = (
  db: Database,
  organizationId: string,
  ids: readonly string[],
  now: number,
): Statement =>
  db
    .update(fixedCharges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), sql`${fixedCharges.id} IN ${valueList(ids)}`))

/** For the commit that deletes the plan. */
export const deleteFixedChargesOfPlan = (
  db: Database,
  organizationId: string,
  planId: string,
  now: number,
): Statement =>
  db
    .update(fixedCharges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), eq(fixedCharges.planId, planId)))

/**
 * For the commit that decides of units, behind it: whoever pays in advance for some that hold at once is billed for them. Those who have
 * units of their own are not concerned.
 */
export function scheduleUnitsCharges(db: Database, batchId: string, now: number): Statement {
  return db
    .insert(agenda)
    .select(
      sql`SELECT ${subscriptions.organizationId}, ${subscriptions.customerId}, 'charge_units',
          ${subscriptions.id} || ' ' || ${batchId}, ${now}
        FROM ${fixedChargeUnits}
        JOIN ${fixedCharges} ON ${fixedCharges.id} = ${fixedChargeUnits.fixedChargeId}
          AND ${fixedCharges.deletedAt} IS NULL AND ${fixedCharges.payInAdvance} = 1
        JOIN ${subscriptions} ON ${subscriptions.planId} = ${fixedCharges.planId} AND ${subscriptions.status} = 'active'
        WHERE ${fixedChargeUnits.batchId} = ${batchId} AND ${fixedChargeUnits.isImmediate} = 1
          AND ${fixedChargeUnits.subscriptionId} IS NULL
          AND NOT EXISTS (SELECT 1 FROM ${fixedChargeUnits} AS own
            WHERE own.fixed_charge_id = ${fixedCharges.id} AND own.subscription_id = ${subscriptions.id})
        GROUP BY ${subscriptions.id}`,
    )
    .onConflictDoNothing()
}

/** The last units that a subscription was given for itself, of each fixed charge. */
export const unitsOfSubscription = (db: Database, organizationId: string, subscriptionId: string) =>
  db
    .select()
    .from(fixedChargeUnits)
    .where(
      and(
        eq(fixedChargeUnits.organizationId, organizationId),
        inArray(
          fixedChargeUnits.seq,
          db
            .select({ seq: max(fixedChargeUnits.seq) })
            .from(fixedChargeUnits)
            .where(eq(fixedChargeUnits.subscriptionId, subscriptionId))
            .groupBy(fixedChargeUnits.fixedChargeId),
        ),
      ),
    )
