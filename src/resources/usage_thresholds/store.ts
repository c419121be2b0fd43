import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { agenda } from '../../agenda/table.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { plans } from '../plans/table.js'
import { subscriptions } from '../subscriptions/table.js'
import type { KeptThreshold } from './terms.js'

const parents = alias(plans, 'parent_plans')

/** The thresholds of the customer's running subscriptions, as JSON text: their own, else the plan's, else those of its original. */
export const thresholdsOfSubscriptions = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      subscriptionId: subscriptions.id,
      thresholds: sql<string>`${applicable}`.as('thresholds'),
    })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(parents, eq(parents.id, plans.parentId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        isBilledOnTheWay(),
      ),
    )

const applicable = sql`coalesce(${subscriptions.usageThresholds}, ${plans.usageThresholds}, ${parents.usageThresholds})`

const hasThresholds = () => and(eq(subscriptions.progressiveBillingDisabled, false), sql`${applicable} IS NOT NULL`)

const isBilledOnTheWay = () => and(eq(subscriptions.status, 'active'), hasThresholds())

/** The thresholds that these subscriptions are billed at on the way, by id of those that have any. */
export async function applicableThresholds(
  db: Database,
  organizationId: string,
  subscriptionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KeptThreshold[]>> {
  if (subscriptionIds.length === 0) return new Map()
  const rows = await db
    .select({ id: subscriptions.id, thresholds: sql<string>`${applicable}`.as('thresholds') })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(parents, eq(parents.id, plans.parentId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        sql`${subscriptions.id} IN ${valueList(subscriptionIds)}`,
        hasThresholds(),
      ),
    )
  return new Map(rows.map(({ id, thresholds }) => [id, JSON.parse(thresholds)]))
}

/** A page of the organization's customers who may be billed on the way, by id, from behind `after`. */
export async function customersWithThresholds(
  db: Database,
  organizationId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(parents, eq(parents.id, plans.parentId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        sql`${subscriptions.customerId} > ${after}`,
        isBilledOnTheWay(),
      ),
    )
    .orderBy(asc(subscriptions.customerId))
    .limit(limit)
  return rows.map(({ customerId }) => customerId)
}

/** Puts on the agenda of everybody who is subscribed to the plan or to a copy of it to look at its thresholds. */
export const scheduleThresholdChecks = (db: Database, organizationId: string, planId: string, now: number): Statement =>
  db
    .insert(agenda)
    .select(
      sql`SELECT DISTINCT ${organizationId}, customer_id, 'check_thresholds', customer_id, ${now} FROM subscriptions
        WHERE organization_id = ${organizationId} AND status = 'active'
          AND plan_id IN (SELECT id FROM plans WHERE id = ${planId} OR parent_id = ${planId})`,
    )
    .onConflictDoNothing()

/** Whose progressive invoices are looked for. */
export interface ProgressScope {
  readonly customerId: string
  /** The void invoice that is to be made anew: what was billed on the way of its periods is looked for too. Null for none. */
  readonly voidInvoiceId: string | null
}

/**
 * Progressive invoices of the customer whose usage is still to be billed for good: of the running periods, and of those that stand on a
 * draft, or are to be billed anew. Found from the subscriptions, for a customer may have any number of invoices.
 */
export const openProgressiveInvoices = ({ customerId, voidInvoiceId }: ProgressScope): SQL =>
  sql`(SELECT billed.invoice_id FROM subscriptions AS own
    JOIN billing_periods AS billed ON billed.subscription_id = own.id AND billed.invoicing_reason = 'progressive_billing'
    JOIN invoices AS bill ON bill.id = billed.invoice_id AND bill.status = 'finalized'
    WHERE own.customer_id = ${customerId} AND (
      own.status = 'active' AND billed.charges_from_at >= coalesce(own.charges_billed_until_at, 0)
      OR EXISTS (SELECT 1 FROM billing_periods AS again JOIN invoices AS draft ON draft.id = again.invoice_id
        WHERE again.subscription_id = own.id AND (draft.status = 'draft' OR draft.id = ${voidInvoiceId ?? ''})
          AND again.invoicing_reason IN ('subscription_periodic', 'subscription_terminating')
          AND (again.charges_from_at = billed.charges_from_at
            OR again.charges_from_at < billed.charges_from_at AND billed.charges_from_at < again.charges_to_at))))`

export const progressiveInvoices = (db: Database, organizationId: string, scope: ProgressScope) =>
  db
    .select()
    .from(invoices)
    .where(and(eq(invoices.organizationId, organizationId), sql`${invoices.id} IN ${openProgressiveInvoices(scope)}`))
    .orderBy(asc(invoices.seq))

export const progressivePeriods = (db: Database, organizationId: string, scope: ProgressScope) =>
  db
    .select()
    .from(billingPeriods)
    .where(
      and(
        eq(billingPeriods.organizationId, organizationId),
        sql`${billingPeriods.invoiceId} IN ${openProgressiveInvoices(scope)}`,
      ),
    )
    .orderBy(asc(billingPeriods.seq))
