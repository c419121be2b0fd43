import { Decimal } from '../core/money/decimal.js'
import { balanceAfter, type Credited, type CreditRate, type WalletBalance } from '../core/wallets/credits.js'
import type { WalletSource } from '../core/wallets/draw.js'
import { type Funding, fundingsOf, type InboundCredits } from '../core/wallets/fundings.js'
import type { WalletTransactionRow } from '../resources/wallet_transactions/table.js'
import type { WalletRow } from '../resources/wallets/table.js'
import { MAX_OPEN_INBOUND, rateOf } from '../resources/wallets/terms.js'

/** A wallet as one command moves it: what came and went before anything is committed is heeded by what follows. */
export class WalletAccount {
  readonly row: WalletRow
  #balance: WalletBalance
  #consumed: Decimal
  #lastConsumedAt: number | null
  readonly #inbound: InboundCredits[]

  /** @param inbound of the wallet, with something left, in the order of creation */
  constructor(row: WalletRow, inbound: readonly OpenInbound[]) {
    this.row = row
    this.#balance = { balanceCents: row.balanceCents, creditsBalance: new Decimal(row.creditsBalance) }
    this.#consumed = new Decimal(row.consumedCredits)
    this.#lastConsumedAt = row.lastConsumedCreditAt
    this.#inbound = inbound.map(inboundOf)
  }

  get rate(): CreditRate {
    return rateOf(this.row)
  }

  get balance(): WalletBalance {
    return this.#balance
  }

  /** Whether so many credits came in and are not used up that nothing more can. */
  get isFull(): boolean {
    return this.#inbound.length >= MAX_OPEN_INBOUND
  }

  /** The columns that moves decide, besides the money itself. */
  get columns(): Pick<WalletRow, 'creditsBalance' | 'consumedCredits' | 'lastConsumedCreditAt'> {
    return {
      creditsBalance: this.#balance.creditsBalance.toFixed(),
      consumedCredits: this.#consumed.toFixed(),
      lastConsumedCreditAt: this.#lastConsumedAt,
    }
  }

  asSource(): WalletSource {
    const { id, code, feeTypes, metricIds } = this.row
    const { balanceCents } = this.#balance
    return { id, code, balanceCents, limits: { feeTypes, metricIds }, inbound: [...this.#inbound] }
  }

  /**
   * Of which inbound credits so much money would be taken.
   * @param inboundId of the only one that it may be taken of; null for whichever is used first
   */
  fundingsOf(amountCents: number, inboundId: string | null): Funding[] {
    return fundingsOf(
      amountCents,
      this.#inbound.filter(({ id }) => inboundId === null || id === inboundId),
    )
  }

  receive(credited: Credited, inbound: InboundCredits): void {
    this.#balance = balanceAfter(this.#balance, credited, 1)
    this.#inbound.push(inbound)
  }

  give(credited: Credited, fundings: readonly Funding[]): void {
    this.#balance = balanceAfter(this.#balance, credited, -1)
    for (const { inboundId, amountCents } of fundings) {
      const at = this.#inbound.findIndex(({ id }) => id === inboundId)
      const inbound = this.#inbound[at]
      if (inbound === undefined) throw new Error(`transaction ${inboundId} was not loaded`)
      const remainingCents = inbound.remainingCents - amountCents
      this.#inbound.splice(at, 1, ...(remainingCents > 0 ? [{ ...inbound, remainingCents }] : []))
    }
  }

  /** What an invoice takes is consumed. */
  consume(credits: Decimal, now: number): void {
    this.#consumed = this.#consumed.plus(credits)
    this.#lastConsumedAt = now
  }

  /** What a void invoice gives back never was, but never less than nothing. */
  restore(credits: Decimal): void {
    this.#consumed = Decimal.max(this.#consumed.minus(credits), 0)
  }
}

/** A transaction of which something is left, as far as it is reckoned with. */
export type OpenInbound = Pick<
  WalletTransactionRow,
  'id' | 'walletId' | 'transactionStatus' | 'priority' | 'remainingAmountCents'
>

const inboundOf = (row: OpenInbound): InboundCredits => ({
  id: row.id,
  kind: row.transactionStatus === 'granted' ? 'granted' : 'purchased',
  priority: row.priority,
  remainingCents: row.remainingAmountCents ?? 0,
})
