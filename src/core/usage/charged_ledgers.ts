import { bucketKey } from '../metering/divider.js'
import type { Bucket, Division } from '../metering/division.js'
import { Decimal } from '../money/decimal.js'
import type { AdvanceLedger } from '../rating/advance_ledger.js'
import type { UsageWish } from './charge_division.js'
import { narrowedBucket } from './narrowed.js'

/** What one bucket has been charged in advance. */
export interface ChargedBucket {
  readonly bucket: Bucket
  readonly ledger: AdvanceLedger
}

/**
 * What was charged in advance, by the key of the bucket that it falls into for a wish: without groups, or with only those of
 * certain values. Ledgers that fall together are added, for their amounts are not rounded yet.
 * @param division of the charge as a whole, whose buckets the ledgers are of
 */
export function chargedLedgers(
  division: Division,
  charged: Iterable<ChargedBucket>,
  { only, skipsGrouping }: UsageWish,
): Map<string, AdvanceLedger> {
  const ledgers = new Map<string, AdvanceLedger>()
  for (const { bucket, ledger } of charged) {
    const left = narrowedBucket(division, only, bucket)
    if (left === null) continue
    const key = bucketKey({ filter: left.filter, group: skipsGrouping ? [] : left.group })
    const found = ledgers.get(key)
    ledgers.set(key, found === undefined ? ledger : added(found, ledger))
  }
  return ledgers
}

/** No tally is left: nothing more is going to be charged to a sum of several buckets. */
function added(a: AdvanceLedger, b: AdvanceLedger): AdvanceLedger {
  return {
    units: new Decimal(a.units).plus(b.units).toFixed(),
    eventsCount: a.eventsCount + b.eventsCount,
    tally: null,
    amount: new Decimal(a.amount).plus(b.amount).toFixed(),
  }
}
