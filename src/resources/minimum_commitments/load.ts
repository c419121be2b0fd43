import { and, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { LONGEST_PERIOD_MS } from '../../core/time/billing_periods.js'
import type { Database } from '../../db/client.js'
import { type Values, valueList } from '../../db/value_list.js'
import { fees } from '../fees/table.js'
import { billingPeriods, invoices } from '../invoices/table.js'
import { plans } from '../plans/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { assignedTaxesWhere } from '../taxes/store.js'
import { taxAssignments } from '../taxes/table.js'

/** Fees of one window, which count towards a commitment. */
export type CommittedFees = Awaited<ReturnType<typeof committedFees>>[number]

/**
 * What was billed of the customer's subscriptions whose plans have a minimum commitment, window by window, as far back as a period may
 * still have to be settled, be it on a draft. Before coupons and taxes, whatever was given back of it; what was billed on the way is
 * left out, for it is billed again with its period.
 */
export const committedFees = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      subscriptionId: sql<string>`${fees.subscriptionId}`.as('committed_subscription_id'),
      fromAt: sql<number>`${fees.fromAt}`.as('committed_from_at'),
      toAt: sql<number>`${fees.toAt}`.as('committed_to_at'),
      /** Null where the invoices are no drafts. */
      draftInvoiceId: draftInvoiceId.as('committed_draft_id'),
      amountCents: sql<number>`sum(${fees.amountCents})`.as('committed_amount_cents'),
    })
    .from(subscriptions)
    .innerJoin(plans, and(eq(plans.id, subscriptions.planId), isNotNull(plans.minimumCommitment)))
    .innerJoin(
      fees,
      and(eq(fees.subscriptionId, subscriptions.id), sql`${fees.toAt} > ${settledFrom} - ${LONGEST_PERIOD_MS}`),
    )
    .leftJoin(invoices, eq(invoices.id, fees.invoiceId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        isNull(fees.deletedAt),
        ne(fees.feeType, 'commitment'),
        sql`(${invoices.id} IS NULL OR (${invoices.status} <> 'voided' AND ${invoices.invoiceType} <> 'progressive_billing'))`,
      ),
    )
    .groupBy(fees.subscriptionId, fees.fromAt, fees.toAt, draftInvoiceId)

const draftInvoiceId = sql<string | null>`CASE WHEN ${invoices.status} = 'draft' THEN ${invoices.id} END`

/** The instant from which a subscription is not billed for good. */
const settledFrom = sql`min(
  coalesce(${subscriptions.chargesBilledUntilAt}, ${subscriptions.startedAt}, 0),
  coalesce(
    (SELECT min(${billingPeriods.planFromAt}) FROM ${billingPeriods}
      WHERE ${billingPeriods.subscriptionId} = ${subscriptions.id} AND ${billingPeriods.invoiceId} IN
        (SELECT id FROM invoices WHERE customer_id = ${subscriptions.customerId} AND status = 'draft')),
    coalesce(${subscriptions.chargesBilledUntilAt}, ${subscriptions.startedAt}, 0)
  )
)`

/** The taxes of these plans' minimum commitments, by the commitments' ids. */
export const taxesOfCommitments = (db: Database, organizationId: string, planIds: Values) =>
  assignedTaxesWhere(
    db,
    organizationId,
    inArray(
      taxAssignments.ownerId,
      db
        .select({ id: sql<string>`${plans.minimumCommitment} ->> 'id'` })
        .from(plans)
        .where(and(eq(plans.organizationId, organizationId), sql`${plans.id} IN ${valueList(planIds)}`)),
    ),
  )
