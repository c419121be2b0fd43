import type { JsonState, MemberSet, MeteredEvent, UsageSpan } from './aggregation.js'
import { compareBucketKeys } from './bucket_order.js'
import {
  type BucketUsage,
  Counter,
  type CounterDefinition,
  type CounterResult,
  type CounterState,
  type EventEffect,
} from './counter.js'
import { bucketOfKey } from './divider.js'
import type { Bucket, TallyOf } from './division.js'
import { comparePositions } from './window.js'

/** One bucket of a definition, folded from its first event to its last. */
export class BucketFold {
  readonly bucket: Bucket
  #state: CounterState
  #isSeen = false

  /**
   * @param key of the bucket
   * @param members empty, with the number of values that were put into it
   */
  constructor(
    private readonly counter: Counter,
    key: string,
    private readonly members: MemberSet<JsonState> & { readonly size: number } = new Map<string, JsonState>(),
  ) {
    this.bucket = bucketOfKey(key)
    this.#state = counter.start(this.bucket.filter)
  }

  /** Whether the aggregation has seen any of the events: what it does not see makes no bucket. */
  get isSeen(): boolean {
    return this.#isSeen
  }

  /** Folds the bucket's next event, in the order of position. Gives what it did, told only if that is asked for. */
  add(event: MeteredEvent): () => EventEffect {
    const before = this.#state
    const after = this.counter.fold(this.bucket.filter, before, event, this.members)
    if (after === 'stale') throw new Error(`two events stand at ${event.at}, ${event.seq}`)
    // Removing what is absent changes no state, but it is remembered as a member.
    this.#isSeen ||= after.aggregate !== before.aggregate || this.members.size > 0
    this.#state = after
    return () => this.counter.describe(this.bucket.filter, event, before, after)
  }

  /** What the events so far come to. */
  usage(span: UsageSpan): CounterResult {
    return this.counter.result(this.#state, span)
  }
}

/**
 * What a definition makes of events, folded from the first to the last in memory: what a running counter has to agree with,
 * and a way to explain it. The buckets stand in the order of their keys.
 * @param events of the definition's subscription and code, in any order; those outside its window play no part
 */
export function foldLog(
  definition: CounterDefinition,
  tallyOf: TallyOf,
  events: Iterable<MeteredEvent>,
  span: UsageSpan,
): BucketUsage[] {
  const counter = new Counter(definition, tallyOf)
  const buckets = new Map<string, BucketFold>()
  for (const event of [...events].sort(comparePositions)) {
    const key = counter.bucketOf(event)
    if (key === null) continue
    const known = buckets.get(key) ?? new BucketFold(counter, key)
    buckets.set(key, known)
    known.add(event)
  }
  return [...buckets]
    .filter(([, { isSeen }]) => isSeen)
    .sort(([a], [b]) => compareBucketKeys(a, b))
    .map(([, fold]) => ({ bucket: fold.bucket, usage: fold.usage(span) }))
}
