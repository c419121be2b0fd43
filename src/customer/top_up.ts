import type { Decimal } from '../core/money/decimal.js'
import { type Credited, toppedUp } from '../core/wallets/credits.js'
import type { AskedCredits } from '../core/wallets/top_up.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import type { WalletAccount } from './wallet_account.js'
import { grantStatements, newTransaction } from './wallet_movements.js'
import { type PurchaseTerms, purchase } from './wallet_purchases.js'

/** Buys and gives credits, in that order; asked for without errors. Gives the ids of the transactions: none for nothing. */
export function topUp(
  context: CommandContext,
  state: CustomerState,
  account: WalletAccount,
  { paidCredits, grantedCredits }: AskedCredits,
  terms: PurchaseTerms,
): { readonly ids: readonly string[]; readonly prepared: Prepared } {
  const paid = worthOf(paidCredits, account)
  const given = worthOf(grantedCredits, account)
  const bought = paid && purchase(context, state, account, paid, terms)
  const granted = given && grant(context, account, given, terms)
  return {
    ids: [bought, granted].flatMap((one) => (one === null ? [] : [one.id])),
    prepared: joined([bought?.prepared ?? NOTHING, granted?.prepared ?? NOTHING]),
  }
}

/** Null for no credits, and for less than a minor unit of them. */
function worthOf(credits: Decimal | null, { rate }: WalletAccount): Credited | null {
  const credited = credits && toppedUp(credits, rate)
  return credited === null || credited.amountCents === 0 ? null : credited
}

function grant(context: CommandContext, account: WalletAccount, credited: Credited, terms: PurchaseTerms) {
  const what = { transactionType: 'inbound', transactionStatus: 'granted', status: 'settled' } as const
  const transaction = newTransaction(context, account, credited, { ...terms, ...what })
  return {
    id: transaction.id,
    prepared: prepared({ statements: grantStatements(context, account, transaction, credited) }),
  }
}
