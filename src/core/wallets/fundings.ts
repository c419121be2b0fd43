/** Credits that came into a wallet and are not used up. */
export interface InboundCredits {
  /** Of the transaction that brought them. */
  readonly id: string
  readonly kind: 'granted' | 'purchased'
  /** 1 is used first. */
  readonly priority: number
  /** Whole minor units, above 0. */
  readonly remainingCents: number
}

/** What something that left a wallet took of one inbound transaction. */
export interface Funding {
  readonly inboundId: string
  readonly kind: InboundCredits['kind']
  /** Whole minor units, above 0. */
  readonly amountCents: number
}

/** The order in which inbound credits are used (wallet rules, section 1.4): by priority, what was given before what was bought. */
export function inOrderOfUse<C extends InboundCredits>(inbound: readonly C[]): C[] {
  const rank = ({ kind }: C) => (kind === 'granted' ? 0 : 1)
  return inbound.toSorted((a, b) => a.priority - b.priority || rank(a) - rank(b))
}

/**
 * The inbound credits that so much money is taken of, in the order of their use.
 * @param inbound in the order of creation; they hold no less than the amount, for a wallet's balance is what is left of them
 */
export function fundingsOf(amountCents: number, inbound: readonly InboundCredits[]): Funding[] {
  const fundings: Funding[] = []
  let leftCents = amountCents
  for (const { id: inboundId, kind, remainingCents } of inOrderOfUse(inbound)) {
    const takenCents = Math.min(leftCents, remainingCents)
    if (takenCents > 0) fundings.push({ inboundId, kind, amountCents: takenCents })
    leftCents -= takenCents
  }
  if (leftCents > 0) throw new Error(`a wallet holds ${leftCents} that never came into it`)
  return fundings
}
