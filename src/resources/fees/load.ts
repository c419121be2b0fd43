import { and, asc, eq, inArray, isNotNull, isNull, min, sql } from 'drizzle-orm'
import type { ChargeTerms } from '../../core/explanation/fee_basis.js'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { MAX_COLLECTED_FEES } from '../../limits.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { charges } from '../charges/table.js'
import { type InvoiceRow, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { visible } from './store.js'
import { type FeeRow, fees, feeTerms } from './table.js'

/** A kind of usage that is charged in advance. */
export type AdvanceStreamRow = Awaited<ReturnType<typeof advanceStreams>>[number]

/**
 * What the customer's subscriptions, running or ended, charge in advance: by external id and code of the metric, since when
 * there is such a charge (epoch milliseconds).
 */
export const advanceStreams = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      externalSubscriptionId: subscriptions.externalId,
      code: billableMetrics.code,
      since: min(charges.createdAt),
    })
    .from(subscriptions)
    .innerJoin(charges, eq(charges.planId, subscriptions.planId))
    .innerJoin(billableMetrics, eq(billableMetrics.id, charges.billableMetricId))
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        isNotNull(subscriptions.startedAt),
        eq(charges.payInAdvance, true),
        isNull(charges.deletedAt),
      ),
    )
    .groupBy(subscriptions.externalId, billableMetrics.code)

/** A page of the organization's customers who may have events to charge in advance, by id, from behind `after`. */
export async function customersChargedInAdvance(
  db: Database,
  organizationId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ customerId: subscriptions.customerId })
    .from(charges)
    .innerJoin(subscriptions, eq(subscriptions.planId, charges.planId))
    .where(
      and(
        eq(charges.organizationId, organizationId),
        eq(charges.payInAdvance, true),
        isNull(charges.deletedAt),
        eq(subscriptions.organizationId, organizationId),
        isNotNull(subscriptions.startedAt),
        sql`${subscriptions.customerId} > ${after}`,
      ),
    )
    .orderBy(asc(subscriptions.customerId))
    .limit(limit)
  return rows.map(({ customerId }) => customerId)
}

/** All that ever ran for the customer under these external ids, in the order of their creation. */
export const startedSubscriptions = (
  db: Database,
  organizationId: string,
  customerId: string,
  externalIds: readonly string[],
) =>
  db
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.customerId, customerId),
        sql`${subscriptions.externalId} IN ${valueList(externalIds)}`,
        inArray(subscriptions.status, ['active', 'terminated']),
      ),
    )
    .orderBy(asc(subscriptions.seq))

/**
 * The customer's paid fees without an invoice, of charges whose fees are collected, the oldest first. A charge that was deleted since
 * still says so: what was paid gets its invoice.
 */
export const paidLooseFees = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ fee: fees, externalSubscriptionId: subscriptions.externalId })
    .from(fees)
    .innerJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
    .innerJoin(charges, eq(charges.id, fees.chargeId))
    .where(
      and(
        eq(fees.organizationId, organizationId),
        eq(fees.customerId, customerId),
        // As the index of these fees has it.
        sql`${fees.invoiceId} IS NULL AND ${fees.deletedAt} IS NULL AND ${fees.paymentStatus} = 'succeeded'`,
        eq(charges.regroupPaidFees, 'invoice'),
      ),
    )
    .orderBy(asc(fees.seq))
    .limit(MAX_COLLECTED_FEES)

/** What a fee in advance is made for, once. */
export interface ChargedEventKey {
  readonly subscriptionId: string
  readonly chargeId: string
  readonly transactionId: string
}

/** The fees that exist of these; deleted ones too, for an event is charged once, whatever becomes of its fee. */
export async function feesOfEvents(db: Database, organizationId: string, keys: readonly ChargedEventKey[]) {
  const wanted = JSON.stringify(keys.map((key) => [key.subscriptionId, key.chargeId, key.transactionId]))
  const rows = await db
    .select({ fee: fees })
    .from(fees)
    .innerJoin(
      sql`json_each(${wanted}) AS wanted`,
      sql`${fees.subscriptionId} = wanted.value->>0 AND ${fees.chargeId} = wanted.value->>1
        AND ${fees.eventTransactionId} = wanted.value->>2`,
    )
    .where(eq(fees.organizationId, organizationId))
  return rows.map(({ fee }) => fee)
}

/** A fee with what its explanation says of its surroundings. */
export interface FeeToExplain {
  readonly fee: FeeRow
  readonly externalSubscriptionId: string | null
  /** Null for a fee on no invoice. */
  readonly invoiceStatus: InvoiceRow['status'] | null
}

export async function feeToExplain(
  db: Database,
  organizationId: string,
  id: string,
): Promise<FeeToExplain | undefined> {
  const [row] = await db
    .select({ fee: fees, externalSubscriptionId: subscriptions.externalId, invoiceStatus: invoices.status })
    .from(fees)
    .leftJoin(subscriptions, eq(subscriptions.id, fees.subscriptionId))
    .leftJoin(invoices, eq(invoices.id, fees.invoiceId))
    .where(and(eq(fees.organizationId, organizationId), eq(fees.id, id), visible))
  return row
}

/** The terms that fees were priced by; null when they were not kept. */
export async function readTerms(db: Database, organizationId: string, key: string): Promise<ChargeTerms | null> {
  const parts = await db
    .select({ text: feeTerms.text })
    .from(feeTerms)
    .where(and(eq(feeTerms.organizationId, organizationId), eq(feeTerms.key, key)))
    .orderBy(asc(feeTerms.part))
  return parts.length === 0 ? null : JSON.parse(parts.map(({ text }) => text).join(''))
}

/** What the fees of the customer's drafts come to, and who may pay for them. */
export const feesOfDrafts = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      id: fees.id,
      feeType: fees.feeType,
      itemId: fees.itemId,
      groupedBy: fees.groupedBy,
      currency: fees.currency,
      amountCents: fees.amountCents,
      preciseCouponsAmountCents: fees.preciseCouponsAmountCents,
      appliedTaxes: fees.appliedTaxes,
    })
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        sql`${fees.invoiceId} IN (SELECT ${invoices.id} FROM ${invoices}
          WHERE ${invoices.customerId} = ${customerId} AND ${invoices.status} = 'draft')`,
      ),
    )
