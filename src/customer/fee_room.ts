import { mergedUsage } from '../core/usage/merged_usage.js'
import type { RatedBucket } from '../core/usage/rated_buckets.js'
import { MAX_GROUP_FEES } from './limits.js'

/** How many groups may still have a fee of their own on one invoice. */
export class FeeRoom {
  #left = MAX_GROUP_FEES

  take(): boolean {
    if (this.#left === 0) return false
    this.#left -= 1
    return true
  }
}

/**
 * The buckets of a charge as its fees show them. Where the invoice has no room left, the groups that are left make one bucket for each
 * filter, that costs what they cost together and names no group: billed to the cent, rather than not at all.
 */
export function* withinRoom(
  buckets: Iterable<RatedBucket>,
  room: FeeRoom,
  isBilled: (bucket: RatedBucket) => boolean,
): Generator<RatedBucket & { readonly isMerged: boolean }> {
  const merged = new Map<number | null, RatedBucket>()
  for (const one of buckets) {
    if (!isBilled(one)) continue
    const { filter, group } = one.bucket
    if (group.length === 0 || room.take()) {
      yield { ...one, isMerged: false }
      continue
    }
    const before = merged.get(filter)
    const usage = before === undefined ? one.usage : mergedUsage(before.usage, one.usage)
    merged.set(filter, { ...one, bucket: { filter, group: [] }, groupedBy: {}, usage })
  }
  for (const one of merged.values()) yield { ...one, isMerged: true }
}
