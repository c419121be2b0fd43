import { isCollected } from '../core/invoicing/collection.js'
import type { FeeRow } from '../resources/fees/table.js'

/** A paid fee without an invoice, of a charge whose fees are collected, with the external id of its subscription. */
export interface LoosePaidFee {
  readonly fee: FeeRow
  readonly externalSubscriptionId: string
}

/** The fees that a command may collect: what one invoice has taken up is not there for the next. */
export class PaidFees {
  #left: readonly LoosePaidFee[]

  /** @param fees the oldest first */
  constructor(fees: readonly LoosePaidFee[]) {
    this.#left = fees
  }

  /** Takes those of the subscriptions of one external id that are collected at a moment, by currency, the oldest first. */
  take(externalSubscriptionId: string, now: number, by: 'run' | 'end'): ReadonlyMap<string, readonly FeeRow[]> {
    const parts = Map.groupBy(
      this.#left,
      (one) => one.externalSubscriptionId === externalSubscriptionId && isCollected(one.fee, now, by),
    )
    this.#left = parts.get(false) ?? []
    const taken = (parts.get(true) ?? []).map(({ fee }) => fee)
    return Map.groupBy(taken, ({ currency }) => currency)
  }
}
