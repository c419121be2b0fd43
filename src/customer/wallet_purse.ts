import { creditsOf } from '../core/wallets/credits.js'
import type { WalletDraw, WalletSource } from '../core/wallets/draw.js'
import type { WalletTransactionRow } from '../resources/wallet_transactions/table.js'
import type { WalletRow } from '../resources/wallets/table.js'
import { WalletAccount } from './wallet_account.js'

/** The customer's active wallets. */
export class WalletPurse {
  readonly accounts: readonly WalletAccount[]

  /**
   * @param wallets in the order of their use
   * @param inbound what they consist of, in the order of creation
   */
  constructor(wallets: readonly WalletRow[], inbound: readonly WalletTransactionRow[]) {
    const inboundOf = Map.groupBy(inbound, ({ walletId }) => walletId)
    this.accounts = wallets.map((row) => new WalletAccount(row, inboundOf.get(row.id) ?? []))
  }

  account(id: string): WalletAccount | undefined {
    return this.accounts.find(({ row }) => row.id === id)
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
