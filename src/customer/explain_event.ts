import type { ChargeTerms, EventBasis } from '../core/explanation/fee_basis.js'
import type { ExplainedEvent, TracedEvent } from '../core/explanation/usage_trace.js'
import type { UsageSpan } from '../core/metering/aggregation.js'
import { aggregationOf } from '../core/metering/aggregations/registry.js'
import { formatDecimal } from '../core/money/format.js'
import type { AdvanceLedger } from '../core/rating/advance_ledger.js'
import type { AdvanceBucket, TakenEvent } from '../core/usage/advance_bucket.js'
import { BoundedMembers } from './bounded_members.js'
import { chargeLedger } from './charge_ledger.js'
import type { EventSlices } from './event_slices.js'
import { othersTurn } from './explain_usage.js'
import { EXPLAINED_AT_ONCE, MAX_EXPLAINED_IN_ADVANCE } from './limits.js'

export interface EventExplanationQuestion {
  readonly basis: EventBasis
  readonly terms: ChargeTerms
  readonly currency: string
}

/** What the log has to say to a fee in advance. */
export interface EventExplanation {
  /** The event that the fee is for; none when the log was not read so far. */
  readonly events: readonly ExplainedEvent[]
  /** The fee made again, from all that was received before the event; null when that cannot be done. */
  readonly again: EventAgain | null
  /**
   * `terms_changed`: what had been charged before the event was charged on other terms, and left another part of an allowance
   * than the terms of the fee would have.
   */
  readonly refusal: 'too_many_events' | 'too_many_values' | 'event_not_charged' | 'terms_changed' | null
}

export interface EventAgain {
  /** Decimal text. */
  readonly units: string
  /** Whole minor units, decimal text: it may exceed 2^53. */
  readonly amountCents: string
  readonly before: AdvanceLedger
  readonly after: AdvanceLedger
}

/** Aggregations that weigh by time are not charged in advance. */
const TIMELESS: UsageSpan = { toAt: 0, periodLength: 1 }

/** Charges the events of the bucket again, in the order of their reception and at the terms of the fee, up to its event. */
export async function explainEvent(
  log: Pick<EventSlices, 'byReception'>,
  { basis, terms, currency }: EventExplanationQuestion,
): Promise<EventExplanation> {
  const { externalSubscriptionId, window, bucket, prorated } = basis
  const subscription = { externalId: externalSubscriptionId }
  const ledger = chargeLedger(terms, { window, currency, subscription, period: prorated?.period })
  const members = new BoundedMembers()
  let state: AdvanceBucket | null = null
  for (let read = 0, afterSeq = 0; read <= MAX_EXPLAINED_IN_ADVANCE; ) {
    const start = read
    for (const event of log.byReception(ledger.stream, ledger.window, afterSeq, EXPLAINED_AT_ONCE)) {
      read++
      afterSeq = event.seq
      if (event.seq > basis.seq) return refused('event_not_charged')
      if (ledger.bucketOf(event) !== bucket) continue
      const taken: TakenEvent = ledger.takeUp(bucket, state, event, members)
      if (event.seq === basis.seq) return explained(basis, terms, event, state, taken)
      if (members.isFull) return refused('too_many_values')
      state = taken.state
    }
    if (read - start < EXPLAINED_AT_ONCE) return refused('event_not_charged')
    await othersTurn()
  }
  return refused('too_many_events')
}

const refused = (refusal: EventExplanation['refusal']): EventExplanation => ({ events: [], again: null, refusal })

function explained(
  basis: EventBasis,
  { metric }: ChargeTerms,
  event: TracedEvent,
  before: AdvanceBucket | null,
  { state, fee, chargedBefore }: TakenEvent,
): EventExplanation {
  const aggregation = aggregationOf(metric.aggregationType)
  const was = before?.aggregate ?? aggregation.start()
  const unitsOf = (aggregate: AdvanceBucket['aggregate']) => aggregation.result(aggregate, TIMELESS).units
  const { transactionId, at, seq, createdAt } = event
  const effect = {
    ...aggregation.describe(event, metric.fieldName, was, state.aggregate),
    isCounted: was !== state.aggregate,
    pricing: null,
    added: formatDecimal(unitsOf(state.aggregate).minus(unitsOf(was))),
    units: formatDecimal(unitsOf(state.aggregate)),
  }
  const events = [{ transactionId, at, seq, createdAt, effect }]
  if (fee === null) return { events, again: null, refusal: 'event_not_charged' }
  if (JSON.stringify(chargedBefore.tally) !== JSON.stringify(basis.before.tally)) {
    return { events, again: null, refusal: 'terms_changed' }
  }
  return {
    events,
    again: {
      ...{ units: fee.units.toFixed(), amountCents: fee.amountCents.toFixed() },
      ...{ before: chargedBefore, after: state.ledger },
    },
    refusal: null,
  }
}
