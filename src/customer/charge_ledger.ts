import { createHash } from 'node:crypto'
import type { ChargeTerms } from '../core/explanation/fee_basis.js'
import { bucketOfKey, Divider } from '../core/metering/divider.js'
import type { BucketRule, Division } from '../core/metering/division.js'
import { contains } from '../core/metering/window.js'
import { daysLeft } from '../core/subscription/charge_period.js'
import { advanceChargeOf, chargedSoFar, startBucket, takeUp } from '../core/usage/advance_bucket.js'
import { chargeDivision } from '../core/usage/charge_division.js'
import { namedGroup } from '../core/usage/rated_buckets.js'
import type { LedgerDefinition } from './ledger.js'
import type { UsageFrame } from './rated_usage.js'

/** What of a usage's frame tells ledgers apart. */
type LedgerFrame = Pick<UsageFrame, 'window' | 'currency'> & {
  readonly subscription: Pick<UsageFrame['subscription'], 'externalId'>
  /** Of a prorated charge. */
  readonly period?: UsageFrame['period'] | undefined
}

/**
 * The ledger of a charge in advance for the period of a frame. That of a recurring metric begins with all that was there before, under
 * the same external id.
 */
export function chargeLedger(charge: ChargeTerms, frame: LedgerFrame): LedgerDefinition {
  const { window, currency } = frame
  const { externalId: externalSubscriptionId } = frame.subscription
  const division = withoutTallies(chargeDivision(charge))
  const divider = new Divider(division)
  const period = charge.prorated ? frame.period : undefined
  const carriedUntil = charge.metric.recurring ? window.from : null
  const seen = carriedUntil === null ? window : { ...window, from: null }
  // A charge and its copy on the subscription's own plan are one charge, of which something else is asked from then on.
  const identity = [charge.parentId ?? charge.id, externalSubscriptionId, window, division]
  const isCarried = carriedUntil === null ? [] : ['carried']
  const parts = JSON.stringify([...identity, ...isCarried, ...(period === undefined ? [] : [period])])
  const termsOf = (bucket: string) => {
    const advance = advanceChargeOf(charge, bucketOfKey(bucket), currency)
    return { charge, advance, carriedUntil }
  }
  return {
    key: createHash('sha256').update(parts).digest('base64'),
    stream: { externalSubscriptionId, code: charge.metric.code },
    window: seen,
    carriedUntil,
    bucketOf: (event) => (contains(seen, event) ? divider.keyOf(event.properties) : null),
    groupedBy: (bucket) => namedGroup(division, bucketOfKey(bucket)),
    charged: (bucket, state) => chargedSoFar(termsOf(bucket).advance, state),
    takeUp(bucket, before, event, members) {
      const terms = termsOf(bucket)
      const share = period === undefined ? null : daysLeft(period, Math.floor(event.at / 1000))
      return { ...takeUp(terms, before ?? startBucket(terms), event, share, members), share }
    },
  }
}

/** A ledger keeps its tally itself, and goes on when the terms of the price change. */
function withoutTallies({ filters, rest, only }: Division): Division {
  const plain = <R extends BucketRule>(rule: R): R => ({ ...rule, tallyKey: null })
  return { filters: filters.map(plain), rest: plain(rest), only }
}
