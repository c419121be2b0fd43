import { and, asc, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { metricsById } from '../billable_metrics/store.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { filtersOfCharges } from '../charge_filters/store.js'
import { pricingUnitsById } from '../pricing_units/store.js'
import { assignedTaxes, assignedTaxesWhere } from '../taxes/store.js'
import { taxAssignments } from '../taxes/table.js'
import type { ChargeUpdate } from './changes.js'
import { type ChargeRecord, chargeRecords } from './record.js'
import { type ChargeRow, charges } from './table.js'

export type NewChargeRow = Omit<ChargeRow, 'seq'>

const living = (organizationId: string) => and(eq(charges.organizationId, organizationId), isNull(charges.deletedAt))

const ofPlans = (organizationId: string, planIds: Values) =>
  and(living(organizationId), sql`${charges.planId} IN ${valueList(planIds)}`)

/**
 * The charges of these plans, oldest first: a query, so that a caller can put it into its batch. Their metrics are a query
 * of their own, because D1's batches lose columns of a join that have the same name.
 */
export const chargesOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db.select().from(charges).where(ofPlans(organizationId, planIds)).orderBy(asc(charges.seq))

/** The metrics that these plans charge for. */
export const metricsOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  db
    .select()
    .from(billableMetrics)
    .where(
      and(
        eq(billableMetrics.organizationId, organizationId),
        inArray(
          billableMetrics.id,
          db.select({ id: charges.billableMetricId }).from(charges).where(ofPlans(organizationId, planIds)),
        ),
      ),
    )

/** The taxes that the charges of these plans name for themselves. */
export const taxesOfChargesOf = (db: Database, organizationId: string, planIds: Values) =>
  assignedTaxesWhere(
    db,
    organizationId,
    inArray(
      taxAssignments.ownerId,
      db.select({ id: charges.id }).from(charges).where(ofPlans(organizationId, planIds)),
    ),
  )

/** The filters of these plans' charges, each charge's in their order. */
export const filtersOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  filtersOfCharges(
    db,
    organizationId,
    sql`${db.select({ id: charges.id }).from(charges).where(ofPlans(organizationId, planIds))}`,
  )

/** The units that these plans' charges are priced in. */
export const pricingUnitsOfPlans = (db: Database, organizationId: string, planIds: Values) =>
  pricingUnitsById(
    db,
    organizationId,
    sql`${db.select({ id: charges.pricingUnitId }).from(charges).where(ofPlans(organizationId, planIds))}`,
  )

/** One plan's charges, the newest first. */
export async function listCharges(
  db: Database,
  organizationId: string,
  planId: string,
  page: Page,
): Promise<Paged<ChargeRecord>> {
  const where = ofPlans(organizationId, [planId])
  const [rows, counts] = await db.batch([
    db.select().from(charges).where(where).orderBy(desc(charges.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db.select({ n: count() }).from(charges).where(where),
  ])
  return { rows: await withParts(db, organizationId, rows), totalCount: counts[0]?.n ?? 0 }
}

export async function findCharge(
  db: Database,
  organizationId: string,
  planId: string,
  code: string,
): Promise<ChargeRecord | undefined> {
  const row = await findChargeRow(db, organizationId, planId, code)
  const [record] = await withParts(db, organizationId, row === undefined ? [] : [row])
  return record
}

/** A charge's own row alone. */
export async function findChargeRow(
  db: Database,
  organizationId: string,
  planId: string,
  code: string,
): Promise<ChargeRow | undefined> {
  const [row] = await db
    .select()
    .from(charges)
    .where(and(ofPlans(organizationId, [planId]), eq(charges.code, code)))
  return row
}

async function withParts(db: Database, organizationId: string, rows: readonly ChargeRow[]): Promise<ChargeRecord[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const unitIds = rows.flatMap((row) => row.pricingUnitId ?? [])
  const [metrics, assigned, filters, pricingUnits] = await db.batch([
    metricsById(db, organizationId, [...new Set(rows.map((row) => row.billableMetricId))]),
    assignedTaxes(db, organizationId, ids),
    filtersOfCharges(db, organizationId, ids),
    pricingUnitsById(db, organizationId, unitIds),
  ])
  return chargeRecords(rows, { metrics, assignedTaxes: assigned, filters, pricingUnits })
}

export async function countCharges(db: Database, organizationId: string, planId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(charges)
    .where(ofPlans(organizationId, [planId]))
  return row?.n ?? 0
}

export const insertCharge = (db: Database, row: NewChargeRow): Statement => db.insert(charges).values(row)

export function updateChargeRow(db: Database, organizationId: string, { id, ...changes }: ChargeUpdate): Statement {
  return db
    .update(charges)
    .set(changes)
    .where(and(living(organizationId), eq(charges.id, id)))
}

/** Gives each charge its own id as its code, so that charges can exchange codes within one commit. */
export function releaseCodes(db: Database, organizationId: string, ids: readonly string[]): Statement {
  return db
    .update(charges)
    .set({ code: sql`${charges.id}` })
    .where(and(living(organizationId), sql`${charges.id} IN ${valueList(ids)}`))
}

/** From `now` on, epoch milliseconds, the charges are gone; their usage that is not billed yet never will be. */
export function deleteCharges(db: Database, organizationId: string, ids: readonly string[], now: number): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), sql`${charges.id} IN ${valueList(ids)}`))
}

/** For the commit that deletes the metric. */
export function deleteChargesOfMetric(db: Database, organizationId: string, metricId: string, now: number): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), eq(charges.billableMetricId, metricId)))
}

/** For the commit that deletes the plan. */
export function deleteChargesOfPlan(db: Database, organizationId: string, planId: string, now: number): Statement {
  return db
    .update(charges)
    .set({ deletedAt: now })
    .where(and(living(organizationId), eq(charges.planId, planId)))
}
