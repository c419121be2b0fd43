import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import type { Paged } from '../../http/pagination.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { charges } from '../charges/table.js'
import { fees } from '../fees/table.js'
import { billingPeriods, type InvoicingReason, invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'

/** Fees that are held at once. */
const FEES_AT_ONCE = 2_000

/** What bills a whole period, or what is left of it; not the invoice of a single event. */
const PERIODIC: InvoicingReason[] = ['subscription_starting', 'subscription_periodic', 'subscription_terminating']

const PERIOD_COLUMNS = {
  subscriptionId: billingPeriods.subscriptionId,
  fromAt: billingPeriods.chargesFromAt,
  toAt: billingPeriods.chargesToAt,
  toInclusive: billingPeriods.chargesToInclusive,
  invoiceId: invoices.id,
  issuingOn: invoices.issuingOn,
  currency: invoices.currency,
  feesAmountCents: invoices.feesAmountCents,
  taxesAmountCents: invoices.taxesAmountCents,
  totalAmountCents: invoices.totalAmountCents,
}

const FEE_COLUMNS = {
  seq: fees.seq,
  invoiceId: fees.invoiceId,
  subscriptionId: fees.subscriptionId,
  chargeId: fees.chargeId,
  chargeFilterId: fees.chargeFilterId,
  groupedBy: fees.groupedBy,
  units: fees.units,
  totalAggregatedUnits: fees.totalAggregatedUnits,
  eventsCount: fees.eventsCount,
  amountCents: fees.amountCents,
  pricingUnit: fees.pricingUnit,
  presentationBreakdowns: fees.presentationBreakdowns,
  metricId: fees.itemId,
  metricCode: fees.itemCode,
  metricName: fees.itemName,
  filters: fees.itemFilters,
  filterName: fees.itemFilterInvoiceDisplayName,
}

/** A stretch of usage that an invoice bills, and the amounts of that invoice. */
export type PastPeriod = Awaited<ReturnType<typeof periodRows>>[number]
/** A charge fee of one of them. */
export type PastFee = Awaited<ReturnType<typeof feeRows>>[number]

export interface PastQuery {
  readonly organizationId: string
  readonly customerId: string
  readonly externalSubscriptionId: string
}

/** The stretches of usage that were billed, the latest first, whatever became of the subscription. Voided invoices bill nothing. */
export async function listPastPeriods(
  db: Database,
  query: PastQuery,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<Paged<PastPeriod>> {
  const where = billed(query)
  const [rows, [counted]] = await Promise.all([
    periodRows(db, where, limit, offset),
    db
      .select({ n: count() })
      .from(billingPeriods)
      .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
      .innerJoin(subscriptions, eq(subscriptions.id, billingPeriods.subscriptionId))
      .where(where),
  ])
  return { rows, totalCount: counted?.n ?? 0 }
}

function billed({ organizationId, customerId, externalSubscriptionId }: PastQuery): SQL | undefined {
  return and(
    eq(billingPeriods.organizationId, organizationId),
    eq(subscriptions.customerId, customerId),
    eq(subscriptions.externalId, externalSubscriptionId),
    inArray(billingPeriods.invoicingReason, PERIODIC),
    inArray(invoices.status, ['draft', 'pending', 'failed', 'finalized']),
    // The stretch of an invoice that bills no usage is empty.
    or(
      sql`${billingPeriods.chargesFromAt} < ${billingPeriods.chargesToAt}`,
      and(isNotNull(billingPeriods.chargesFromAt), eq(billingPeriods.chargesToInclusive, true)),
    ),
  )
}

function periodRows(db: Database, where: SQL | undefined, limit: number, offset: number) {
  return db
    .select(PERIOD_COLUMNS)
    .from(billingPeriods)
    .innerJoin(invoices, eq(invoices.id, billingPeriods.invoiceId))
    .innerJoin(subscriptions, eq(subscriptions.id, billingPeriods.subscriptionId))
    .where(where)
    .orderBy(desc(billingPeriods.chargesFromAt), desc(billingPeriods.seq))
    .limit(limit)
    .offset(offset)
}

/** The charge fees of these periods, invoice by invoice, in the order in which they were made. Few are held at a time. */
export async function* pastFees(
  db: Database,
  organizationId: string,
  periods: readonly PastPeriod[],
  metricCode: string | undefined,
): AsyncGenerator<PastFee> {
  const where = and(
    eq(fees.organizationId, organizationId),
    isNotNull(fees.chargeId),
    isNull(fees.deletedAt),
    sql`${fees.invoiceId} IN ${valueList(periods.map(({ invoiceId }) => invoiceId))}`,
    sql`${fees.subscriptionId} IN ${valueList(periods.map(({ subscriptionId }) => subscriptionId))}`,
    metricCode === undefined ? undefined : eq(fees.itemCode, metricCode),
  )
  for (let last: PastFee | undefined; ; ) {
    const rows = await feeRows(db, and(where, last && after(last)))
    yield* rows
    if (rows.length < FEES_AT_ONCE) return
    last = rows.at(-1)
  }
}

const after = ({ invoiceId, seq }: PastFee): SQL | undefined =>
  or(gt(fees.invoiceId, invoiceId ?? ''), and(eq(fees.invoiceId, invoiceId ?? ''), gt(fees.seq, seq)))

const feeRows = (db: Database, where: SQL | undefined) =>
  db.select(FEE_COLUMNS).from(fees).where(where).orderBy(asc(fees.invoiceId), asc(fees.seq)).limit(FEES_AT_ONCE)

/** What usage rows say of these charges, deleted ones too. */
export async function chargesOfUsage(db: Database, organizationId: string, ids: readonly string[]) {
  const rows = await db
    .select({
      id: charges.id,
      code: charges.code,
      chargeModel: charges.chargeModel,
      invoiceDisplayName: charges.invoiceDisplayName,
      aggregationType: billableMetrics.aggregationType,
    })
    .from(charges)
    .innerJoin(billableMetrics, eq(billableMetrics.id, charges.billableMetricId))
    .where(and(eq(charges.organizationId, organizationId), sql`${charges.id} IN ${valueList(ids)}`))
  return new Map(rows.map((row) => [row.id, row]))
}
