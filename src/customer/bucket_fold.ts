import type { MeteredEvent } from '../core/metering/aggregation.js'
import type { Counter, CounterState } from '../core/metering/counter.js'
import { bucketOfKey } from '../core/metering/divider.js'
import type { BucketMembers } from './bucket_members.js'

/** The states of a counter's buckets. A bucket without one has not seen a counted event; null stands for a stale bucket. */
export interface BucketStates {
  get(bucket: string): CounterState | null | undefined
  set(bucket: string, state: CounterState): void
}

/**
 * Folds an event into its bucket. `'stale'`: the bucket has to be built again from the log, or waits for that already;
 * nothing was changed.
 * @param bucket the key of the event's bucket
 */
export function foldInto(
  counter: Counter,
  bucket: string,
  event: MeteredEvent,
  states: BucketStates,
  members: BucketMembers,
): 'folded' | 'stale' {
  const known = states.get(bucket)
  if (known === null) return 'stale'
  const { filter } = bucketOfKey(bucket)
  const state = known ?? counter.start(filter)
  const written = members.written
  const next = counter.fold(filter, state, event, members.of(bucket))
  if (next === 'stale') return 'stale'
  // Neither an ordered tally's mark nor an event that is not counted makes a bucket; a value that is absent when it is removed does.
  const isCounted = next.aggregate !== state.aggregate || members.written > written
  if (next !== state ? known !== undefined || isCounted : known === undefined && isCounted) states.set(bucket, next)
  return 'folded'
}
