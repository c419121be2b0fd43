import { and, count, desc, eq, gt, gte, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import type { InvoiceStatus } from '../../core/invoicing/status.js'
import type { Database } from '../../db/client.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { customers } from '../customers/table.js'
import { type InvoiceListing, joined } from './store.js'
import { invoices, type PaymentStatus } from './table.js'

export interface InvoiceFilters {
  readonly statuses: readonly InvoiceStatus[]
  readonly paymentStatuses?: readonly PaymentStatus[]
  readonly externalCustomerId?: string
  readonly customerId?: string
  readonly amountFrom?: number
  readonly amountTo?: number
  readonly issuingFrom?: string
  readonly issuingTo?: string
  readonly currency?: string
  readonly invoiceType?: string
  readonly searchTerm?: string
  readonly billingEntityCodes?: readonly string[]
  readonly selfBilled?: boolean
  readonly purchaseOrderNumber?: string
  readonly paymentOverdue?: boolean
  readonly paymentDisputeLost?: boolean
  /** Whether something was paid of it, and something is still due. */
  readonly partiallyPaid?: boolean
  /** What has settled something of it; one of them is enough. */
  readonly settlements?: readonly Settlement[]
  /** Keys and values, all of which must be there; a key without a value must not. */
  readonly metadata?: readonly (readonly [string, string])[]
}

/** By issuing date, then order of creation, the latest first. */
export async function listInvoices(
  db: Database,
  organizationId: string,
  filters: InvoiceFilters,
  page: Page,
): Promise<Paged<InvoiceListing>> {
  const where = and(eq(invoices.organizationId, organizationId), ...conditions(filters))
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db)
      .where(where)
      .orderBy(desc(invoices.issuingOn), desc(invoices.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

function conditions(filters: InvoiceFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    inArray(invoices.status, [...filters.statuses]),
    given(filters.paymentStatuses, (statuses) => inArray(invoices.paymentStatus, [...statuses])),
    given(filters.externalCustomerId, (id) => eq(customers.externalId, id)),
    given(filters.customerId, (id) => eq(invoices.customerId, id)),
    given(filters.amountFrom, (cents) => gte(invoices.totalAmountCents, cents)),
    given(filters.amountTo, (cents) => lte(invoices.totalAmountCents, cents)),
    given(filters.issuingFrom, (on) => gte(invoices.issuingOn, on)),
    given(filters.issuingTo, (on) => lte(invoices.issuingOn, on)),
    given(filters.currency, (currency) => eq(invoices.currency, currency)),
    given(filters.invoiceType, (type) => sql`${invoices.invoiceType} = ${type}`),
    given(filters.searchTerm, (term) => searched(term)),
    given(filters.billingEntityCodes, (codes) => sql`${invoices.billingEntityCode} IN ${valueList(codes)}`),
    given(filters.purchaseOrderNumber, (number) => eq(invoices.purchaseOrderNumber, number)),
    given(filters.paymentOverdue, (overdue) => eq(invoices.paymentOverdue, overdue)),
    given(filters.paymentDisputeLost, (lost) => sql`(${invoices.paymentDisputeLostAt} IS NOT NULL) = ${lost ? 1 : 0}`),
    given(filters.partiallyPaid, (partially) => sql`(${IS_PARTIALLY_PAID}) = ${partially ? 1 : 0}`),
    given(filters.settlements, (kinds) => or(...kinds.map((kind) => gt(SETTLED_BY[kind], 0)))),
    ...metadataConditions(filters.metadata ?? []),
    given(filters.selfBilled, (self) => sql`(${customers.accountType} = 'partner') = ${self ? 1 : 0}`),
  ]
}

export const SETTLEMENTS = ['payment', 'credit_note'] as const
export type Settlement = (typeof SETTLEMENTS)[number]
const SETTLED_BY = {
  payment: invoices.totalPaidAmountCents,
  credit_note: invoices.offsetAmountCents,
} satisfies Record<Settlement, unknown>

const { totalAmountCents, totalPaidAmountCents, offsetAmountCents } = invoices
const IS_PARTIALLY_PAID = sql`${invoices.status} <> 'voided' AND ${totalPaidAmountCents} > 0
  AND ${totalAmountCents} > ${totalPaidAmountCents} + ${offsetAmountCents}`

/** However many entries are asked for, they are two parameters. */
function metadataConditions(asked: readonly (readonly [string, string])[]): SQL[] {
  const there = asked.filter(([, value]) => value !== '')
  const absent = asked.filter(([, value]) => value === '').map(([key]) => key)
  const entry = sql`SELECT 1 FROM json_each(${invoices.metadata}) AS entry WHERE entry.value ->> 'key'`
  return [
    ...(there.length === 0
      ? []
      : [
          sql`NOT EXISTS (SELECT 1 FROM json_each(${JSON.stringify(there)}) AS wanted WHERE NOT EXISTS
            (${entry} = wanted.value ->> 0 AND entry.value ->> 'value' = wanted.value ->> 1))`,
        ]),
    ...(absent.length === 0 ? [] : [sql`NOT EXISTS (${entry} IN ${valueList(absent)})`]),
  ]
}

/** A part of the number or of the customer's name, id or address, any case; a whole id finds its invoice. */
function searched(term: string): SQL | undefined {
  const columns = [invoices.number, customers.name, customers.externalId, customers.email]
  // LIKE patterns are limited to 50 bytes; `instr` is not.
  return or(eq(invoices.id, term), ...columns.map((column) => sql`instr(lower(${column}), ${term.toLowerCase()}) > 0`))
}
