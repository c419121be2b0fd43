import { and, count, desc, eq, exists, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type Values, valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { type SubscriptionStatus, subscriptions } from '../subscriptions/table.js'
import { type PlanRow, plans } from './table.js'

export type NewPlanRow = Omit<PlanRow, 'seq'>

/** A plan, and how firmly it is held. */
export interface FoundPlan {
  readonly plan: PlanRow
  /** Whether any subscription, of whatever status, refers to it. */
  readonly attached: boolean
  /** Whether one of them is running or to come. */
  readonly subscribed: boolean
}

const living = (organizationId: string) => and(eq(plans.organizationId, organizationId), isNull(plans.deletedAt))

/** The newest first. */
export async function listPlans(db: Database, organizationId: string, page: Page): Promise<Paged<PlanRow>> {
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(plans)
      .where(living(organizationId))
      .orderBy(desc(plans.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(plans).where(living(organizationId)),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findPlan(db: Database, organizationId: string, code: string): Promise<FoundPlan | undefined> {
  const [row] = await db
    .select({
      plan: plans,
      attached: isHeld(db),
      subscribed: isHeld(db, inArray(subscriptions.status, ['pending', 'active'] satisfies SubscriptionStatus[])),
    })
    .from(plans)
    .where(and(living(organizationId), eq(plans.code, code)))
  return row
}

const isHeld = (db: Database, by?: SQL): SQL<boolean> =>
  exists(
    db
      .select({ one: sql`1` })
      .from(subscriptions)
      .where(and(eq(subscriptions.planId, plans.id), by)),
  ).mapWith(Boolean) as SQL<boolean>

/** The plans with these ids, deleted ones too: a query, so that a caller can put it into its batch. */
export const plansById = (db: Database, organizationId: string, ids: Values) =>
  db
    .select()
    .from(plans)
    .where(and(eq(plans.organizationId, organizationId), sql`${plans.id} IN ${valueList(ids)}`))

export const insertPlan = (db: Database, row: NewPlanRow): Statement => db.insert(plans).values(row)

export function updatePlanRow(
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<NewPlanRow>,
): Statement {
  return db
    .update(plans)
    .set(changes)
    .where(and(living(organizationId), eq(plans.id, id)))
}
