import { and, asc, eq, sql } from 'drizzle-orm'
import { LONGEST_PERIOD_MS } from '../../core/time/billing_periods.js'
import type { Database } from '../../db/client.js'
import { fees } from '../fees/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { fixedChargeUnits } from './table.js'

/**
 * The units that the customer's subscriptions have for themselves, as far as running periods and drafts depend on them: what was decided
 * since long enough ago, and the last decision before that.
 * @param now epoch milliseconds
 */
export const ownUnits = (db: Database, organizationId: string, customerId: string, now: number) => {
  const theirs = sql`SELECT ${subscriptions.id} FROM ${subscriptions}
    WHERE ${subscriptions.organizationId} = ${organizationId} AND ${subscriptions.customerId} = ${customerId}`
  return db
    .select()
    .from(fixedChargeUnits)
    .where(
      and(
        sql`${fixedChargeUnits.subscriptionId} IN (${theirs})`,
        sql`(${fixedChargeUnits.createdAt} > ${earliest(customerId, now)} OR ${fixedChargeUnits.seq} IN
          (SELECT max(before.seq) FROM ${fixedChargeUnits} AS before WHERE before.subscription_id IN (${theirs})
            AND before.created_at <= ${earliest(customerId, now)} GROUP BY before.subscription_id, before.fixed_charge_id))`,
      ),
    )
    .orderBy(asc(fixedChargeUnits.seq))
}

/** A fee of a fixed charge in advance, as far as later ones look at it. */
export type FixedFeeAhead = Awaited<ReturnType<typeof fixedFeesAhead>>[number]

/**
 * The fees of fixed charges in advance for the running periods of the customer, and for those of drafts: what is paid of them already.
 * @param now epoch milliseconds
 */
export const fixedFeesAhead = (db: Database, organizationId: string, customerId: string, now: number) =>
  db
    .select({
      subscriptionId: sql<string>`${fees.subscriptionId}`.as('fixed_subscription_id'),
      fixedChargeId: sql<string>`${fees.fixedChargeId}`.as('fixed_charge_id_of_fee'),
      addOnId: sql<string>`${fees.itemId}`.as('fixed_add_on_id'),
      fromAt: sql<number>`${fees.fromAt}`.as('fixed_from_at'),
      toAt: sql<number>`${fees.toAt}`.as('fixed_to_at'),
      units: sql<string>`${fees.units}`.as('fixed_units'),
      amountCents: sql<number>`${fees.amountCents}`.as('fixed_amount_cents'),
      basis: fees.basis,
    })
    .from(fees)
    .innerJoin(invoices, eq(invoices.id, fees.invoiceId))
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.customerId, customerId),
        sql`${fees.feeType} = 'fixed_charge' AND ${fees.payInAdvance} = 1`,
        sql`${fees.toAt} > ${earliest(customerId, now)}`,
        sql`${fees.deletedAt} IS NULL AND ${invoices.status} <> 'voided'`,
      ),
    )
    .orderBy(asc(fees.seq))

/** The end of what no draft and no running period needs any more. */
const earliest = (customerId: string, now: number) => sql`coalesce(
  (SELECT min(${billingPeriods.planFromAt}) FROM ${billingPeriods} WHERE ${billingPeriods.invoiceId} IN
    (SELECT id FROM invoices WHERE customer_id = ${customerId} AND status = 'draft')),
  ${now}) - ${LONGEST_PERIOD_MS}`
