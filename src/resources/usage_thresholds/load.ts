import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import { MAX_EARLIER_PROGRESSIVE_FEES } from '../../limits.js'
import { fees } from '../fees/table.js'
import { openProgressiveInvoices, type ProgressScope } from './store.js'

/** Of each period the last progressive invoice that is open. */
const lastProgressiveInvoices = (scope: ProgressScope): SQL =>
  sql`(SELECT invoice_id FROM billing_periods WHERE seq IN (SELECT max(seq) FROM billing_periods
    WHERE invoice_id IN ${openProgressiveInvoices(scope)} GROUP BY subscription_id, charges_from_at))`

/** A fee that was billed on the way, as far as later invoices look at it. */
export type ProgressiveFeeRow = Awaited<ReturnType<typeof lastProgressiveFees>>[number]

const looked = {
  seq: fees.seq,
  id: fees.id,
  invoiceId: fees.invoiceId,
  subscriptionId: fees.subscriptionId,
  chargeId: fees.chargeId,
  chargeFilterId: fees.chargeFilterId,
  groupedBy: fees.groupedBy,
  eventTransactionId: fees.eventTransactionId,
  itemFilters: fees.itemFilters,
  amountCents: fees.amountCents,
  preciseCouponsAmountCents: fees.preciseCouponsAmountCents,
  appliedTaxes: fees.appliedTaxes,
}

/** All fees of the last progressive invoice of each period: the next invoice takes them off. */
export const lastProgressiveFees = (db: Database, organizationId: string, scope: ProgressScope) =>
  db
    .select(looked)
    .from(fees)
    .where(and(eq(fees.organizationId, organizationId), sql`${fees.invoiceId} IN ${lastProgressiveInvoices(scope)}`))
    .orderBy(asc(fees.seq))

/** Fees of the ones before, the newest first: only what falls far is given back of them. */
export const earlierProgressiveFees = (db: Database, organizationId: string, scope: ProgressScope) =>
  db
    .select(looked)
    .from(fees)
    .where(
      and(
        eq(fees.organizationId, organizationId),
        sql`${fees.invoiceId} IN ${openProgressiveInvoices(scope)}`,
        sql`${fees.invoiceId} NOT IN ${lastProgressiveInvoices(scope)}`,
      ),
    )
    .orderBy(desc(fees.seq))
    .limit(MAX_EARLIER_PROGRESSIVE_FEES)
