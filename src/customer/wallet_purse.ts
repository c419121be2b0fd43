import { creditsOf } from '../core/wallets/credits.js'
import type { WalletDraw, WalletSource } from '../core/wallets/draw.js'
import type { WalletRuleRow } from '../resources/wallet_rules/table.js'
import { isExpired } from '../resources/wallet_rules/terms.js'
import type { WalletTransactionRow } from '../resources/wallet_transactions/table.js'
import type { WalletRow } from '../resources/wallets/table.js'
import { type OpenInbound, WalletAccount } from './wallet_account.js'

/** The customer's active wallets. */
export class WalletPurse {
  readonly accounts: readonly WalletAccount[]

  /**
   * @param wallets in the order of their use
   * @param inbound what they consist of, in the order of creation
   * @param rules by which they are filled
   * @param purchases what is not paid yet, and what was paid or failed of late, in the order of creation
   */
  constructor(
    wallets: readonly WalletRow[],
    inbound: readonly OpenInbound[],
    readonly rules: readonly WalletRuleRow[] = [],
    private readonly purchases: readonly WalletTransactionRow[] = [],
  ) {
    const inboundOf = Map.groupBy(inbound, ({ walletId }) => walletId)
    this.accounts = wallets.map((row) => new WalletAccount(row, inboundOf.get(row.id) ?? []))
  }

  account(id: string): WalletAccount | undefined {
    return this.accounts.find(({ row }) => row.id === id)
  }

  /** The rule by which a wallet is filled, unless it is over. */
  ruleOf(walletId: string, now: number): WalletRuleRow | undefined {
    return this.rules.find((rule) => rule.walletId === walletId && !isExpired(rule, now))
  }

  purchasesOf(walletId: string): readonly WalletTransactionRow[] {
    return this.purchases.filter((purchase) => purchase.walletId === walletId)
  }

  /** What an invoice in a currency may draw on. */
  sourcesFor(currency: string): WalletSource[] {
    return this.accounts
      .filter(({ row, balance }) => row.currency === currency && balance.balanceCents > 0)
      .map((account) => account.asSource())
  }

  /** Takes what an invoice draws: what one has used is not there for the next. */
  spend(draws: readonly WalletDraw[], now: number): void {
    for (const { draw, account } of this.accountsOf(draws)) {
      const creditAmount = creditsOf(draw.amountCents, account.rate)
      account.give({ amountCents: draw.amountCents, creditAmount }, draw.fundings)
      account.consume(creditAmount, now)
    }
  }

  /** The account of each draw, which has to be one of the purse's. */
  accountsOf(draws: readonly WalletDraw[]): { readonly draw: WalletDraw; readonly account: WalletAccount }[] {
    return draws.map((draw) => {
      const account = this.account(draw.walletId)
      if (account === undefined) throw new Error(`wallet ${draw.walletId} was not loaded`)
      return { draw, account }
    })
  }
}
