import { and, eq, exists, inArray, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { type AgendaKind, agenda } from '../../agenda/table.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { plans } from '../plans/table.js'
import { type SubscriptionRow, type SubscriptionStatus, subscriptions } from '../subscriptions/table.js'

/** What a change of a plan means for those who are subscribed to it: work of their own, put on the agenda with the change. */

/** For the commit that takes a plan and its copies away: everything on them is ended, drafts with them become final. */
export function scheduleEnds(db: Database, organizationId: string, planId: string, now: number): Statement {
  const living: SubscriptionStatus[] = ['pending', 'active']
  return scheduleFor(db, 'end_with_plan', now, [
    eq(subscriptions.organizationId, organizationId),
    sql`${subscriptions.planId} IN ${withCopies(db, organizationId, planId)}`,
    or(inArray(subscriptions.status, living), exists(draftsOfSubscription(db))),
  ])
}

/** A plan whose price is edited, and the copies that the edit reaches. */
export interface Repricing {
  readonly planId: string
  /** The copies with this price get the new one too; null when the edit leaves the copies alone. */
  readonly cascadedFromCents: number | null
}

/**
 * For the commit that edits the price, before the edit itself: every change of plan that waits for the end of a period, to or from
 * a plan that is edited, is looked at again.
 */
export function scheduleReconsiderations(
  db: Database,
  organizationId: string,
  { planId, cascadedFromCents }: Repricing,
  now: number,
): Statement {
  const edited = db
    .select({ id: plans.id })
    .from(plans)
    .where(
      and(
        eq(plans.organizationId, organizationId),
        or(
          eq(plans.id, planId),
          cascadedFromCents === null
            ? undefined
            : and(eq(plans.parentId, planId), eq(plans.amountCents, cascadedFromCents)),
        ),
      ),
    )
  const successors = alias(subscriptions, 'successors')
  const isLeft = exists(
    db
      .select({ one: sql`1` })
      .from(successors)
      .where(and(eq(successors.previousSubscriptionId, subscriptions.id), eq(successors.status, 'pending'))),
  )
  return scheduleFor(db, 'reconsider_plan_change', now, [
    eq(subscriptions.organizationId, organizationId),
    inArray(subscriptions.planId, edited),
    sql`(${subscriptions.status} = 'pending' AND ${subscriptions.previousSubscriptionId} IS NOT NULL
      OR ${subscriptions.status} = 'active' AND ${isLeft})`,
  ])
}

type Subscriber = Pick<SubscriptionRow, 'id' | 'organizationId'>

/**
 * For a commit that puts a subscription on a plan: should the plan have been taken away since it was read, the subscription ends
 * like all others on it.
 */
export function endIfPlanIsGone(db: Database, { id, organizationId }: Subscriber, now: number): Statement {
  const parents = alias(plans, 'parents')
  const gone = db
    .select({ one: sql`1` })
    .from(plans)
    .leftJoin(parents, eq(parents.id, plans.parentId))
    .where(and(eq(plans.id, subscriptions.planId), sql`coalesce(${plans.deletedAt}, ${parents.deletedAt}) IS NOT NULL`))
  return scheduleFor(db, 'end_with_plan', now, [
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.id, id),
    exists(gone),
  ])
}

/**
 * For a commit that lets a change of plan wait because of the prices of both: should one have been edited since it was read, the
 * change is looked at again.
 * @param seenAmountCents the price of the subscription's plan by which that was decided
 */
export function reconsiderIfRepriced(
  db: Database,
  { id, organizationId }: Subscriber,
  seenAmountCents: number,
  now: number,
): Statement {
  const repriced = db
    .select({ one: sql`1` })
    .from(plans)
    .where(and(eq(plans.id, subscriptions.planId), sql`${plans.amountCents} <> ${seenAmountCents}`))
  return scheduleFor(db, 'reconsider_plan_change', now, [
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.id, id),
    exists(repriced),
  ])
}

/** One item for each of these subscriptions, due now. */
function scheduleFor(db: Database, kind: AgendaKind, now: number, conditions: (SQL | undefined)[]): Statement {
  return db
    .insert(agenda)
    .select(
      db
        .select({
          organizationId: subscriptions.organizationId,
          customerId: subscriptions.customerId,
          kind: sql<AgendaKind>`${kind}`.as('kind'),
          subjectId: sql<string>`${subscriptions.id}`.as('subject_id'),
          dueAt: sql<number>`${now}`.as('due_at'),
        })
        .from(subscriptions)
        .where(and(...conditions)),
    )
    .onConflictDoNothing()
}

/** The ids of a plan and of the copies of it that subscriptions have for themselves, as a query in parentheses. */
function withCopies(db: Database, organizationId: string, planId: string): SQL {
  return sql`${db
    .select({ id: plans.id })
    .from(plans)
    .where(and(eq(plans.organizationId, organizationId), or(eq(plans.id, planId), eq(plans.parentId, planId))))}`
}

const draftsOfSubscription = (db: Database) =>
  db
    .select({ id: billingPeriods.id })
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(and(eq(billingPeriods.subscriptionId, subscriptions.id), eq(invoices.status, 'draft')))
