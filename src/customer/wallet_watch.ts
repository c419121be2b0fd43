import { WALLET_REFRESH_MS, WALLET_REFRESH_MS_PER_FEE } from './limits.js'

/**
 * Whether what wallets will have to pay may be something else than was last written down, without asking D1: after events and
 * commands, as long as the customer has wallets.
 */
export class WalletWatch {
  /** Null since the object woke, until D1 was asked. */
  #hasWallets: boolean | null = null
  /** Whatever was to be looked at when the object fell asleep still is. */
  #isDue = true
  #nextLookAt = 0

  /** @param clock the real time, epoch milliseconds */
  constructor(private readonly clock: () => number) {}

  /** Whether it has to be looked at, be it a little later. */
  get isDue(): boolean {
    return this.#isDue && this.#hasWallets !== false
  }

  /** Milliseconds until it is to be looked at: events may come one after the other, and each look asks D1. */
  get wait(): number {
    return Math.max(0, this.#nextLookAt - this.clock())
  }

  /** Something has happened that may matter. */
  doubt(): void {
    this.#isDue = true
  }

  /** What D1 says. */
  heed(hasWallets: boolean): void {
    this.#hasWallets = hasWallets
  }

  /** It is being looked at now: what happens from here on has to be looked at again. */
  look(): void {
    this.#isDue = false
    this.#nextLookAt = this.clock() + WALLET_REFRESH_MS
  }

  /** How many fees were looked at, for the next look is the later the more there are. */
  looked(fees: number): void {
    this.#nextLookAt += fees * WALLET_REFRESH_MS_PER_FEE
  }
}
