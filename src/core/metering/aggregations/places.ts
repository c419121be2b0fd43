import type { JsonState, MemberSet } from '../aggregation.js'

/** More additions than a log can hold. A power of 2. */
const MOST_ADDITIONS = 2 ** 31

type Node = { readonly n: number }

/**
 * Which of the items that are there take which place: they stand in the order in which they were added. A binary indexed tree over the
 * numbers of the additions, kept among the members of the set, so that any number of items costs a few members each.
 */
export class Places {
  constructor(private readonly members: MemberSet<JsonState>) {}

  /** @param addition number of the addition, from 1 */
  change(addition: number, by: 1 | -1): void {
    for (let at = addition; at <= MOST_ADDITIONS; at += lowestBit(at)) {
      this.members.set(keyOf(at), { n: this.#node(at) + by } satisfies Node)
    }
  }

  /** How many of those up to an addition are there. */
  upTo(addition: number): number {
    let found = 0
    for (let at = addition; at > 0; at -= lowestBit(at)) found += this.#node(at)
    return found
  }

  #node(at: number): number {
    return (this.members.get(keyOf(at)) as Node | undefined)?.n ?? 0
  }
}

/** Values of events stand behind another sign, so that none of them can be taken for a node. */
const keyOf = (at: number): string => `#${at}`
export const keyOfItem = (value: string): string => `=${value}`

/** Without bit operators, which are limited to 32 bits with a sign. */
function lowestBit(number: number): number {
  let bit = 1
  while (number % (bit * 2) === 0) bit *= 2
  return bit
}
