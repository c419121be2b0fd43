import type { LoggedEvent } from './event_log.js'

/** A subscription that is billed on the way, and the usage at which the next threshold is passed. */
export interface WatchedUsage {
  readonly externalSubscriptionId: string
  /** When the period ends that this is of, epoch milliseconds. */
  readonly endsAt: number
  /** Of the period, whole minor units; null when there is none left to pass. */
  readonly limitCents: number | null
  /** What the period's usage is worth now, and how many priced buckets had to be added up. */
  current(): { readonly amountCents: number; readonly buckets: number }
}

/** Buckets that may be added up for each call that stores events, and milliseconds between two looks for each bucket beyond. */
const CHEAP_BUCKETS = 1_000

/**
 * Sees when events pass a threshold, without asking D1: after each call that has stored some, the usage of the subscriptions that they
 * are of is compared with what was found when D1 was asked last. Whether a threshold is passed is then decided by the command that
 * bills it.
 */
export class ProgressWatch {
  #watched = new Map<string, WatchedUsage>()
  readonly #touched = new Set<string>()
  /** Where adding up is dear, when it may be done again. */
  #nextLookAt = 0
  #isDue = false
  /** Whether D1 was asked since the object woke. */
  #isKnown = false

  /** Whether a threshold may have been passed. */
  get isDue(): boolean {
    return this.#isDue
  }

  /** What was found in D1. Nothing is due any more. */
  watch(found: readonly WatchedUsage[]): void {
    this.#watched = new Map(found.map((one) => [one.externalSubscriptionId, one]))
    this.#isDue = false
    this.#isKnown = true
  }

  /**
   * What was found may hold no more: D1 has to be asked again.
   * @param hasNew whether subscriptions may be billed on the way that were not before
   */
  doubt(hasNew: boolean): void {
    if (hasNew || this.#watched.size > 0) this.#isDue = true
  }

  /** Takes note of events that are being stored. */
  add(events: readonly LoggedEvent[]): void {
    if (this.#watched.size === 0) return
    for (const { externalSubscriptionId } of events) this.#touched.add(externalSubscriptionId)
  }

  /**
   * Looks at the usage of what has been stored. True if that has to be done again later: for it is dear, or not known yet what to look for.
   * @param now of the organization, epoch milliseconds
   * @param clock the real time, epoch milliseconds
   */
  look(now: number, clock: number): boolean {
    if (!this.#isKnown) return true
    if (this.#isDue || this.#touched.size === 0) return false
    if (clock < this.#nextLookAt) return true
    for (const externalId of this.#touched) {
      const watched = this.#watched.get(externalId)
      if (watched === undefined) continue
      const { amountCents, buckets } = watched.current()
      if (buckets > CHEAP_BUCKETS) this.#nextLookAt = clock + buckets
      const isPassed = watched.limitCents !== null && amountCents >= watched.limitCents
      if (isPassed || now >= watched.endsAt) this.#isDue = true
    }
    this.#touched.clear()
    return false
  }
}
