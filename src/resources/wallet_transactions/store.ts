import { and, asc, count, desc, eq, gte, or, sql } from 'drizzle-orm'
import { bulkInsert } from '../../db/bulk_insert.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { jsonLists } from '../../db/text_chunks.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { MAX_PARAMETER_TEXT } from '../../limits.js'
import {
  type SettlementStatus,
  type TransactionStatus,
  type TransactionType,
  type WalletFundingRow,
  type WalletTransactionRow,
  walletFundings,
  walletTransactions,
} from './table.js'

const of = (organizationId: string) => eq(walletTransactions.organizationId, organizationId)

export interface TransactionFilters {
  readonly status?: SettlementStatus | undefined
  readonly transactionStatus?: TransactionStatus | undefined
  readonly transactionType?: TransactionType | undefined
}

/** Those of one wallet, the newest first. */
export async function listTransactions(
  db: Database,
  organizationId: string,
  walletId: string,
  { status, transactionStatus, transactionType }: TransactionFilters,
  page: Page,
): Promise<Paged<WalletTransactionRow>> {
  const where = and(
    of(organizationId),
    eq(walletTransactions.walletId, walletId),
    status && eq(walletTransactions.status, status),
    transactionStatus && eq(walletTransactions.transactionStatus, transactionStatus),
    transactionType && eq(walletTransactions.transactionType, transactionType),
  )
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(walletTransactions)
      .where(where)
      .orderBy(desc(walletTransactions.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(walletTransactions).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export const transactionQuery = (db: Database, organizationId: string, id: string) =>
  db
    .select()
    .from(walletTransactions)
    .where(and(of(organizationId), eq(walletTransactions.id, id)))

/** All of these, in the order of their creation. */
export const transactionsById = (db: Database, organizationId: string, ids: readonly string[]) =>
  db
    .select()
    .from(walletTransactions)
    .where(and(of(organizationId), sql`${walletTransactions.id} IN ${valueList(ids)}`))
    .orderBy(asc(walletTransactions.seq))

/** What the customer's wallets consist of, in the order of creation: a query, so that a caller can put it into its batch. */
export const inboundLeft = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({
      id: walletTransactions.id,
      walletId: walletTransactions.walletId,
      transactionStatus: walletTransactions.transactionStatus,
      priority: walletTransactions.priority,
      remainingAmountCents: walletTransactions.remainingAmountCents,
    })
    .from(walletTransactions)
    .where(
      and(
        of(organizationId),
        eq(walletTransactions.customerId, customerId),
        // As the index has it: a bound value would not lead to that.
        sql`${walletTransactions.remainingAmountCents} > 0`,
      ),
    )
    .orderBy(asc(walletTransactions.seq))

/** What the customer has bought that is not paid yet, or was paid or failed since a moment, in the order of creation: a query for a batch. */
export const recentPurchases = (db: Database, organizationId: string, customerId: string, since: number) =>
  db
    .select()
    .from(walletTransactions)
    .where(
      and(
        of(organizationId),
        eq(walletTransactions.customerId, customerId),
        sql`${walletTransactions.transactionStatus} = 'purchased'`,
        or(eq(walletTransactions.status, 'pending'), gte(walletTransactions.updatedAt, since)),
      ),
    )
    .orderBy(asc(walletTransactions.seq))

/** What an invoice has sold to wallets or taken of them: a query for a batch. */
export const transactionsOfInvoice = (db: Database, organizationId: string, invoiceId: string) =>
  db
    .select()
    .from(walletTransactions)
    .where(and(of(organizationId), eq(walletTransactions.invoiceId, invoiceId)))
    .orderBy(asc(walletTransactions.seq))

/** What an outbound transaction was taken of, or what was taken of an inbound one, the newest first, with the other one. */
export async function listFundings(
  db: Database,
  organizationId: string,
  { id, transactionType }: Pick<WalletTransactionRow, 'id' | 'transactionType'>,
  page: Page,
): Promise<Paged<{ readonly funding: WalletFundingRow; readonly transaction: WalletTransactionRow }>> {
  const [own, other] =
    transactionType === 'inbound'
      ? [walletFundings.inboundId, walletFundings.outboundId]
      : [walletFundings.outboundId, walletFundings.inboundId]
  const where = and(eq(walletFundings.organizationId, organizationId), eq(own, id))
  // Not one batch: there D1 gives rows as objects, in which the columns of joined tables fall together.
  const [rows, counts] = await Promise.all([
    db
      .select({ funding: walletFundings, transaction: walletTransactions })
      .from(walletFundings)
      .innerJoin(walletTransactions, eq(walletTransactions.id, other))
      .where(where)
      .orderBy(desc(walletFundings.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(walletFundings).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

export const insertTransaction = (db: Database, row: Omit<WalletTransactionRow, 'seq'>): Statement =>
  db.insert(walletTransactions).values(row)

export const updateTransactionRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<WalletTransactionRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(walletTransactions)
    .set(changes)
    .where(and(of(organizationId), eq(walletTransactions.id, id)))

/** Any number of fundings, in their order. */
export const insertFundings = (db: Database, rows: readonly Omit<WalletFundingRow, 'seq'>[]) =>
  bulkInsert(db, walletFundings, rows)

/** Takes of what is left of inbound transactions. What is not there cannot be taken: the table refuses a rest below 0. */
export function takeFromInbound(
  db: Database,
  organizationId: string,
  takes: readonly { readonly inboundId: string; readonly amountCents: number }[],
  now: number,
): Statement[] {
  const { id, remainingAmountCents } = walletTransactions
  const pairs = takes.map(({ inboundId, amountCents }) => [inboundId, amountCents] as const)
  return jsonLists(pairs, MAX_PARAMETER_TEXT).map((list) =>
    db
      .update(walletTransactions)
      .set({ remainingAmountCents: sql`${remainingAmountCents} - take.value->>1`, updatedAt: now })
      .from(sql`json_each(${list}) AS take`)
      .where(and(of(organizationId), sql`${id} = take.value->>0`)),
  )
}
