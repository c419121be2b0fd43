import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { fees } from '../fees/table.js'
import { billingPeriods, type InvoicingReason, invoices } from '../invoices/table.js'
import { plans } from '../plans/table.js'
import { subscriptions } from '../subscriptions/table.js'

/** Reasons of invoices that a subscription's own calendar makes; events and payments make the others. */
const CALENDAR: InvoicingReason[] = ['subscription_starting', 'subscription_periodic', 'subscription_terminating']

/** All that ever ran or is to run under an external id at a customer, with their plans, in the order of their creation. */
export function livesOf(db: Database, organizationId: string, customerId: string, externalId: string) {
  return db
    .select({ subscription: subscriptions, plan: plans })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        eq(subscriptions.externalId, externalId),
        ne(subscriptions.status, 'canceled'),
      ),
    )
    .orderBy(asc(subscriptions.seq))
}

/** What has been billed of these subscriptions, the oldest first, each with its invoice. */
export function billedPeriodsOf(db: Database, organizationId: string, ids: readonly string[], limit: number) {
  return db
    .select({ period: billingPeriods, invoice: invoices })
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .where(
      and(
        eq(billingPeriods.organizationId, organizationId),
        sql`${billingPeriods.subscriptionId} IN ${valueList(ids)}`,
        inArray(billingPeriods.invoicingReason, CALENDAR),
        inArray(invoices.status, [...VISIBLE_STATUSES]),
      ),
    )
    .orderBy(asc(billingPeriods.seq))
    .limit(limit)
}

/** The plan fees of these subscriptions, the oldest first. */
export function planFeesOf(db: Database, organizationId: string, ids: readonly string[]) {
  return db
    .select()
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.feeType, 'subscription'),
        sql`${fees.subscriptionId} IN ${valueList(ids)}`,
      ),
    )
    .orderBy(asc(fees.seq))
}

/** What an invoice asked of the fixed charges of a subscription, whole minor units. */
export interface FixedAmount {
  readonly invoiceId: string | null
  readonly subscriptionId: string | null
  readonly amountCents: number
}

export function fixedAmountsOf(db: Database, organizationId: string, ids: readonly string[]): Promise<FixedAmount[]> {
  return db
    .select({
      invoiceId: fees.invoiceId,
      subscriptionId: fees.subscriptionId,
      amountCents: sql<number>`sum(${fees.amountCents})`,
    })
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.feeType, 'fixed_charge'),
        sql`${fees.subscriptionId} IN ${valueList(ids)}`,
      ),
    )
    .groupBy(fees.invoiceId, fees.subscriptionId)
}
