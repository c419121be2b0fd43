import { createHash } from 'node:crypto'
import type { ChargeTerms } from '../core/explanation/fee_basis.js'
import { bucketOfKey, Divider } from '../core/metering/divider.js'
import type { BucketRule, Division } from '../core/metering/division.js'
import { contains } from '../core/metering/window.js'
import { advanceChargeOf, startBucket, takeUp } from '../core/usage/advance_bucket.js'
import { chargeDivision } from '../core/usage/charge_division.js'
import { namedGroup } from '../core/usage/rated_buckets.js'
import type { LedgerDefinition } from './advance_ledgers.js'
import type { UsageFrame } from './rated_usage.js'

/** What of a usage's frame tells ledgers apart. */
type LedgerFrame = Pick<UsageFrame, 'window' | 'currency'> & {
  readonly subscription: Pick<UsageFrame['subscription'], 'externalId'>
}

/** The ledger of a charge in advance for the period of a frame. */
export function chargeLedger(charge: ChargeTerms, frame: LedgerFrame): LedgerDefinition {
  const { window, currency } = frame
  const { externalId: externalSubscriptionId } = frame.subscription
  const division = withoutTallies(chargeDivision(charge))
  const divider = new Divider(division)
  // A charge and its copy on the subscription's own plan are one charge, of which something else is asked from then on.
  const identity = JSON.stringify([charge.parentId ?? charge.id, externalSubscriptionId, window, division])
  return {
    key: createHash('sha256').update(identity).digest('base64'),
    stream: { externalSubscriptionId, code: charge.metric.code },
    window,
    bucketOf: (event) => (contains(window, event) ? divider.keyOf(event.properties) : null),
    groupedBy: (bucket) => namedGroup(division, bucketOfKey(bucket)),
    takeUp(bucket, before, event, members) {
      const advance = advanceChargeOf(charge, bucketOfKey(bucket), currency)
      return takeUp(charge, advance, before ?? startBucket(charge, advance), event, members)
    },
  }
}

/** A ledger keeps its tally itself, and goes on when the terms of the price change. */
function withoutTallies({ filters, rest, only }: Division): Division {
  const plain = <R extends BucketRule>(rule: R): R => ({ ...rule, tallyKey: null })
  return { filters: filters.map(plain), rest: plain(rest), only }
}
