import { asc, eq } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { agenda } from '../../../src/agenda/table.js'
import { type CreditNoteItemRow, creditNoteItems, creditNotes } from '../../../src/resources/credit_notes/table.js'
import { customers } from '../../../src/resources/customers/table.js'
import { type FeeRow, fees } from '../../../src/resources/fees/table.js'
import {
  type BillingPeriodRow,
  billingPeriods,
  type InvoiceRow,
  invoiceCredits,
  invoices,
} from '../../../src/resources/invoices/table.js'
import { type SubscriptionRow, subscriptions } from '../../../src/resources/subscriptions/table.js'
import {
  type WalletFundingRow,
  type WalletTransactionRow,
  walletFundings,
  walletTransactions,
} from '../../../src/resources/wallet_transactions/table.js'
import { type WalletRow, wallets } from '../../../src/resources/wallets/table.js'
import type { HistoryWorld } from './world.js'

/** What a history has left in the tables, in the order of its making. */
export interface HistoryRecord {
  readonly subscriptions: readonly SubscriptionRow[]
  readonly periods: readonly BillingPeriodRow[]
  readonly invoices: readonly InvoiceRow[]
  readonly fees: readonly FeeRow[]
  readonly items: readonly CreditNoteItemRow[]
  readonly wallets: readonly WalletRow[]
  readonly transactions: readonly WalletTransactionRow[]
  readonly fundings: readonly WalletFundingRow[]
}

type Owned = SQLiteTable & { readonly organizationId: SQLiteColumn; readonly seq: SQLiteColumn }

const rowsOf = <T extends Owned>({ db, organizationId }: HistoryWorld, table: T) =>
  db
    .select()
    .from(table as Owned)
    .where(eq(table.organizationId, organizationId))
    .orderBy(asc(table.seq)) as unknown as Promise<T['$inferSelect'][]>

export async function readRecord(world: HistoryWorld): Promise<HistoryRecord> {
  return {
    subscriptions: await rowsOf(world, subscriptions),
    periods: await rowsOf(world, billingPeriods),
    invoices: await rowsOf(world, invoices),
    fees: await rowsOf(world, fees),
    items: await rowsOf(world, creditNoteItems),
    wallets: await rowsOf(world, wallets),
    transactions: await rowsOf(world, walletTransactions),
    fundings: await rowsOf(world, walletFundings),
  }
}

/**
 * Everything that a history has left, as text by which two of them can be compared. Ids are numbered in the order in which they
 * appear. Left out is what says when something was learned rather than what it is: places in the log of events, and subscriptions that
 * were called off before they came.
 */
export async function dumpOf(world: HistoryWorld): Promise<string> {
  const { db, organizationId } = world
  const called = (await rowsOf(world, subscriptions)).filter(({ status }) => status !== 'canceled')
  const due = await db.select().from(agenda).where(eq(agenda.organizationId, organizationId))
  const tables = {
    customers: await rowsOf(world, customers),
    subscriptions: called,
    invoices: await rowsOf(world, invoices),
    periods: await rowsOf(world, billingPeriods),
    fees: await rowsOf(world, fees),
    notes: await rowsOf(world, creditNotes),
    items: await rowsOf(world, creditNoteItems),
    credits: await rowsOf(world, invoiceCredits),
    wallets: await rowsOf(world, wallets),
    transactions: await rowsOf(world, walletTransactions),
    fundings: await rowsOf(world, walletFundings),
    agenda: due.toSorted(
      (a, b) => a.dueAt - b.dueAt || a.kind.localeCompare(b.kind) || a.subjectId.localeCompare(b.subjectId),
    ),
  }
  return numbered(JSON.stringify(tables, (key, value) => (LEFT_OUT.has(key) ? undefined : value), 1))
}

const LEFT_OUT = new Set(['seq', 'usageThroughSeq', 'throughSeq', 'startedAfterSeq', 'endedAfterSeq', 'terms'])

function numbered(text: string): string {
  const numbers = new Map<string, number>()
  return text.replace(/id-\d+-\d+/g, (id) => {
    const number = numbers.get(id) ?? numbers.size
    numbers.set(id, number)
    return `#${number}`
  })
}
