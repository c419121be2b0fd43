import type { BucketUsage } from '../metering/counter.js'
import { bucketKey } from '../metering/divider.js'
import type { PresentationBreakdown } from './breakdown.js'
import { Breakdown } from './breakdown.js'
import type { BrokenDownUnits } from './usage_rows.js'

/**
 * The units of each bucket by the values of presentation keys, by the key of the bucket.
 * @param buckets of a division whose groups end with the values of these keys
 * @param values null, or those of which a breakdown has to have one
 */
export function brokenDown(
  buckets: Iterable<BucketUsage>,
  presentationKeys: readonly string[],
  values: ReadonlySet<string> | null,
): Map<string, BrokenDownUnits[]> {
  const byBucket = new Map<string, BrokenDownUnits[]>()
  for (const { bucket, usage } of buckets) {
    const groups = bucket.group.length - presentationKeys.length
    const shown = bucket.group.slice(groups)
    if (values !== null && !shown.some((value) => value !== null && values.has(value))) continue
    const key = bucketKey({ filter: bucket.filter, group: bucket.group.slice(0, groups) })
    const units = byBucket.get(key) ?? []
    byBucket.set(key, units)
    units.push({ values: shown, units: usage.units })
  }
  return byBucket
}

/** The rows of one bucket. */
export function breakdownRows(
  units: readonly BrokenDownUnits[],
  presentationKeys: readonly string[],
): PresentationBreakdown[] {
  const breakdown = new Breakdown(presentationKeys)
  for (const row of units) breakdown.add(row.values, row.units)
  return breakdown.rows()
}
