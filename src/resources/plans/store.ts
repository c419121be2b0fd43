import { and, count, desc, eq, exists, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { changedFields } from '../../db/changes.js'
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

/** Those that are no copy which a subscription has for itself: only they are listed, and found by their code. */
const shared = (organizationId: string) => and(living(organizationId), isNull(plans.parentId))

const LIVING: SubscriptionStatus[] = ['pending', 'active']

/** The newest first. */
export async function listPlans(db: Database, organizationId: string, page: Page): Promise<Paged<PlanRow>> {
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(plans)
      .where(shared(organizationId))
      .orderBy(desc(plans.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(plans).where(shared(organizationId)),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export async function findPlan(db: Database, organizationId: string, code: string): Promise<FoundPlan | undefined> {
  const [row] = await db
    .select({
      plan: plans,
      attached: isHeld(db),
      subscribed: isHeld(db, inArray(subscriptions.status, LIVING)),
    })
    .from(plans)
    .where(and(shared(organizationId), eq(plans.code, code)))
  return row
}

/** Copies count: their interval and timing are those of the plan. */
const isHeld = (db: Database, by?: SQL): SQL<boolean> =>
  sql<boolean>`(${exists(subscribers(db).where(and(eq(subscriptions.planId, plans.id), by)))} OR ${exists(
    subscribers(db)
      .innerJoin(copies, eq(copies.id, subscriptions.planId))
      .where(and(eq(copies.parentId, plans.id), by)),
  )})`.mapWith(Boolean)

const copies = alias(plans, 'copies')
const subscribers = (db: Database) => db.select({ one: sql`1` }).from(subscriptions)

/** The ids of a plan's copies that somebody is, or is to be, subscribed to: a query in parentheses. */
export function usedCopies(db: Database, organizationId: string, planId: string): SQL {
  const isUsed = exists(
    db
      .select({ one: sql`1` })
      .from(subscriptions)
      .where(and(eq(subscriptions.planId, plans.id), inArray(subscriptions.status, LIVING))),
  )
  return sql`${db
    .select({ id: plans.id })
    .from(plans)
    .where(and(living(organizationId), eq(plans.parentId, planId), isUsed))}`
}

export async function hasUsedCopies(db: Database, organizationId: string, planId: string): Promise<boolean> {
  const rows = await db
    .select({ id: plans.id })
    .from(plans)
    .where(sql`${plans.id} IN ${usedCopies(db, organizationId, planId)}`)
    .limit(1)
  return rows.length > 0
}

/** For the commit that changes a plan's price: its copies that have the old one get the new one. */
export function repriceCopies(
  db: Database,
  organizationId: string,
  planId: string,
  { fromCents, toCents, now }: { readonly fromCents: number; readonly toCents: number; readonly now: number },
): Statement {
  return db
    .update(plans)
    .set({ amountCents: toCents, updatedAt: now })
    .where(and(living(organizationId), eq(plans.parentId, planId), eq(plans.amountCents, fromCents)))
}

/** Takes a plan and its copies away. Who is subscribed to them sees that they are about to end. */
export function deletePlans(db: Database, organizationId: string, planId: string, now: number): Statement {
  return db
    .update(plans)
    .set({ deletedAt: now, pendingDeletion: true })
    .where(and(living(organizationId), or(eq(plans.id, planId), eq(plans.parentId, planId))))
}

/** The plans with these ids, deleted ones too: a query, so that a caller can put it into its batch. */
export const plansById = (db: Database, organizationId: string, ids: Values) =>
  db
    .select()
    .from(plans)
    .where(and(eq(plans.organizationId, organizationId), sql`${plans.id} IN ${valueList(ids)}`))

export const insertPlan = (db: Database, row: NewPlanRow): Statement => db.insert(plans).values(row)

export const updatePlanMetadata = (
  db: Database,
  organizationId: string,
  id: string,
  metadata: PlanRow['metadata'],
  now: number,
): Statement =>
  db
    .update(plans)
    .set({ metadata, updatedAt: now })
    .where(and(living(organizationId), eq(plans.id, id)))

/** Writes what differs between a plan and what it is to be. */
export function savePlanChanges(db: Database, before: NewPlanRow, after: NewPlanRow): Statement[] {
  const { id, organizationId } = before
  const changes = changedFields(before, after)
  if (changes === null) return []
  return [
    db
      .update(plans)
      .set(changes)
      .where(and(living(organizationId), eq(plans.id, id))),
  ]
}
