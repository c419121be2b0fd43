import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { agenda } from '../../agenda/table.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { fees } from '../fees/table.js'
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

/** Progressive invoices of the customer whose period no final bill has settled yet. */
export const openProgressiveInvoices = (customerId: string): SQL =>
  sql`(SELECT bills.id FROM invoices AS bills JOIN billing_periods AS billed ON billed.invoice_id = bills.id
    WHERE bills.customer_id = ${customerId} AND bills.invoice_type = 'progressive_billing' AND bills.status = 'finalized'
      AND NOT EXISTS (SELECT 1 FROM billing_periods AS settled JOIN invoices AS bill ON bill.id = settled.invoice_id
        WHERE settled.subscription_id = billed.subscription_id
          AND (settled.charges_from_at = billed.charges_from_at
            OR settled.charges_from_at < billed.charges_from_at AND billed.charges_from_at < settled.charges_to_at)
          AND settled.invoicing_reason IN ('subscription_periodic', 'subscription_terminating')
          AND bill.status IN ('finalized', 'closed', 'deleted')))`

export const progressiveInvoices = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(invoices)
    .where(
      and(eq(invoices.organizationId, organizationId), sql`${invoices.id} IN ${openProgressiveInvoices(customerId)}`),
    )
    .orderBy(asc(invoices.seq))

export const progressivePeriods = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(billingPeriods)
    .where(
      and(
        eq(billingPeriods.organizationId, organizationId),
        sql`${billingPeriods.invoiceId} IN ${openProgressiveInvoices(customerId)}`,
      ),
    )

export const progressiveFees = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(fees)
    .where(
      and(eq(fees.organizationId, organizationId), sql`${fees.invoiceId} IN ${openProgressiveInvoices(customerId)}`),
    )
    .orderBy(asc(fees.seq))
