import type { BucketUsage } from '../metering/counter.js'
import type { Bucket, Division } from '../metering/division.js'

/**
 * The bucket that remains of one when only events with certain values are wanted, of keys that it is grouped by: without these
 * keys in its group. Null when it holds others.
 */
export function narrowedBucket(
  { filters, rest }: Division,
  only: Division['only'],
  { filter, group }: Bucket,
): Bucket | null {
  const { groupKeys } = filter === null ? rest : (filters[filter] ?? rest)
  const holds = Object.entries(only).every(([key, value]) => group[groupKeys.indexOf(key)] === value)
  return holds ? { filter, group: group.filter((_, i) => !Object.hasOwn(only, groupKeys[i] ?? '')) } : null
}

/**
 * The buckets of a division, narrowed: those that a division with these values as its `only` would have, as long as all its buckets
 * are grouped by the keys.
 */
export function* narrowed(
  division: Division,
  only: Division['only'],
  buckets: Iterable<BucketUsage>,
): Generator<BucketUsage> {
  for (const { bucket, usage } of buckets) {
    const left = narrowedBucket(division, only, bucket)
    if (left !== null) yield { bucket: left, usage }
  }
}
