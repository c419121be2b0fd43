import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { billableMetrics } from '../billable_metrics/table.js'
import { customers } from '../customers/table.js'
import { walletTransactions } from '../wallet_transactions/table.js'
import { type WalletRow, wallets } from './table.js'

const of = (organizationId: string) => eq(wallets.organizationId, organizationId)

/** A wallet with what its answer names of its customer. */
export interface WalletListing {
  readonly wallet: WalletRow
  readonly externalCustomerId: string
  /** Who bills the customer. */
  readonly customerEntityCode: string
}

export interface WalletFilters {
  readonly customerId?: string | undefined
  readonly currency?: string | undefined
  readonly billingEntityCodes?: readonly string[] | undefined
}

/** The newest first. */
export async function listWallets(
  db: Database,
  organizationId: string,
  { customerId, currency, billingEntityCodes: codes }: WalletFilters,
  page: Page,
): Promise<Paged<WalletListing>> {
  const entity = sql`coalesce(${wallets.billingEntityCode}, ${customers.billingEntityCode})`
  const where = and(
    of(organizationId),
    customerId === undefined ? undefined : eq(wallets.customerId, customerId),
    currency === undefined ? undefined : eq(wallets.currency, currency),
    codes === undefined ? undefined : sql`${entity} IN ${valueList(codes)}`,
  )
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    joined(db).where(where).orderBy(desc(wallets.seq)).limit(limitOf(page)).offset(offsetOf(page)),
    db.select({ n: count() }).from(wallets).innerJoin(customers, eq(customers.id, wallets.customerId)).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

const joined = (db: Database) =>
  db
    .select({
      wallet: wallets,
      externalCustomerId: customers.externalId,
      customerEntityCode: customers.billingEntityCode,
    })
    .from(wallets)
    .innerJoin(customers, eq(customers.id, wallets.customerId))

export async function findWallet(db: Database, organizationId: string, id: string) {
  const [row] = await joined(db).where(and(of(organizationId), eq(wallets.id, id)))
  return row
}

/** The customer's wallet with a code: the active one, else the last that had it. */
export async function findWalletByCode(db: Database, organizationId: string, customerId: string, code: string) {
  const [row] = await joined(db)
    .where(and(of(organizationId), eq(wallets.customerId, customerId), eq(wallets.code, code)))
    .orderBy(asc(wallets.status), desc(wallets.seq))
    .limit(1)
  return row
}

/** What the customer's invoices may draw on, in the order of their use: a query, so that a caller can put it into its batch. */
export const activeWallets = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(wallets)
    .where(and(of(organizationId), eq(wallets.customerId, customerId), eq(wallets.status, 'active')))
    .orderBy(asc(wallets.priority), asc(wallets.seq))

/** A page of customers of an organization with active wallets, by id, from behind `after`. */
export async function customersWithWallets(
  db: Database,
  organizationId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ customerId: wallets.customerId })
    .from(wallets)
    .where(and(of(organizationId), eq(wallets.status, 'active'), sql`${wallets.customerId} > ${after}`))
    .orderBy(asc(wallets.customerId))
    .limit(limit)
  return rows.map(({ customerId }) => customerId)
}

/** One wallet of the customer, whatever has become of it: a query for a batch. */
export const walletQuery = (db: Database, organizationId: string, customerId: string, id: string) =>
  db
    .select()
    .from(wallets)
    .where(and(of(organizationId), eq(wallets.customerId, customerId), eq(wallets.id, id)))

/** The wallets that an invoice has sold something to, or taken of, whatever has become of them: a query for a batch. */
export const walletsOfInvoice = (db: Database, organizationId: string, invoiceId: string) =>
  db
    .select()
    .from(wallets)
    .where(
      and(
        of(organizationId),
        sql`${wallets.id} IN (SELECT ${walletTransactions.walletId} FROM ${walletTransactions}
          WHERE ${walletTransactions.invoiceId} = ${invoiceId})`,
      ),
    )

/** Id and code of the metrics that wallets are limited to, deleted ones too. */
export const metricsById = (db: Database, organizationId: string, ids: readonly string[]) =>
  metricsWhere(db, organizationId, sql`${billableMetrics.id} IN ${valueList(ids)}`)

export const livingMetricsByCode = (db: Database, organizationId: string, codes: readonly string[]) =>
  metricsWhere(
    db,
    organizationId,
    sql`${billableMetrics.code} IN ${valueList(codes)} AND ${billableMetrics.deletedAt} IS NULL`,
  )

const metricsWhere = (db: Database, organizationId: string, which: SQL) =>
  db
    .select({ id: billableMetrics.id, code: billableMetrics.code })
    .from(billableMetrics)
    .where(and(eq(billableMetrics.organizationId, organizationId), which))

export const insertWallet = (db: Database, row: Omit<WalletRow, 'seq'>): Statement => db.insert(wallets).values(row)

export const updateWalletRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<WalletRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(wallets)
    .set(changes)
    .where(and(of(organizationId), eq(wallets.id, id)))

/**
 * Adds to the money that a wallet holds, or takes of it. What is not there cannot be taken: the table refuses a balance below 0.
 * @param changes what else changes with it
 */
export const moveWalletBalance = (
  db: Database,
  organizationId: string,
  {
    id,
    movedCents,
    ...changes
  }: Partial<Omit<WalletRow, 'balanceCents'>> & Pick<WalletRow, 'id'> & { movedCents: number },
): Statement =>
  db
    .update(wallets)
    .set({ balanceCents: sql`${wallets.balanceCents} + ${movedCents}`, ...changes })
    .where(and(of(organizationId), eq(wallets.id, id)))
