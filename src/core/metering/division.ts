import type { Tally } from './tally.js'

/** How the events of one bucket rule are priced apart from one another. */
export interface BucketRule {
  /** Properties by whose values the events are grouped; empty: not at all. */
  readonly groupKeys: readonly string[]
  /** Key of the tally that is folded along in every group; null when its price needs none. */
  readonly tallyKey: string | null
}

/** The events whose properties have certain values. */
export interface FilterRule extends BucketRule {
  /**
   * By property, the texts that match; "all values" is spelled out. A filter takes nothing when one of its properties has no
   * texts, or when it has no property.
   */
  readonly values: Readonly<Record<string, readonly string[]>>
}

/**
 * How the events of a counter are divided into buckets: each goes to exactly one filter, or to the rest, and there to the group
 * of its values (metering rules, sections 4 and 5).
 */
export interface Division {
  /** In the order of their definition. */
  readonly filters: readonly FilterRule[]
  /** For events that match no filter. */
  readonly rest: BucketRule
  /** Only events with these texts are counted at all; null stands for a missing or empty property. */
  readonly only: Readonly<Record<string, string | null>>
}

/** One share of a division's events. */
export interface Bucket {
  /** Position of the filter in the division; null for the rest. */
  readonly filter: number | null
  /** One value for each group key of its rule; null where the property is missing or empty. */
  readonly group: readonly (string | null)[]
}

/** Gives the tally of a key that a division names. Throws for a key that no charge model made. */
export type TallyOf = (key: string) => Tally

/** Everything in one bucket. */
export const UNDIVIDED: Division = { filters: [], rest: { groupKeys: [], tallyKey: null }, only: {} }
