import { and, asc, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { type WalletRuleRow, walletRules } from './table.js'

const of = (organizationId: string) =>
  // As the index has it: a bound value would not lead to that.
  and(eq(walletRules.organizationId, organizationId), sql`${walletRules.status} = 'active'`)

/** The rules by which the customer's wallets are filled: a query, so that a caller can put it into its batch. */
export const activeRules = (db: Database, organizationId: string, customerId: string) =>
  db
    .select()
    .from(walletRules)
    .where(and(of(organizationId), eq(walletRules.customerId, customerId)))
    .orderBy(asc(walletRules.seq))

export const rulesOfWallets = (db: Database, organizationId: string, walletIds: readonly string[]) =>
  db
    .select()
    .from(walletRules)
    .where(and(of(organizationId), sql`${walletRules.walletId} IN ${valueList(walletIds)}`))
    .orderBy(asc(walletRules.seq))

export const insertRule = (db: Database, row: Omit<WalletRuleRow, 'seq'>): Statement =>
  db.insert(walletRules).values(row)

export const updateRuleRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<WalletRuleRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(walletRules)
    .set(changes)
    .where(and(eq(walletRules.organizationId, organizationId), eq(walletRules.id, id)))

/** Ends the rules of a wallet, but for one that is named. */
export const endRulesOf = (
  db: Database,
  organizationId: string,
  walletId: string,
  { except, now }: { readonly except: string; readonly now: number },
): Statement =>
  db
    .update(walletRules)
    .set({ status: 'terminated', updatedAt: now })
    .where(and(of(organizationId), eq(walletRules.walletId, walletId), sql`${walletRules.id} <> ${except}`))
