import type { BillableMetric, Charge } from '../catalog.js'
import type { JsonState, MemberSet, MeteredEvent, UsageSpan } from '../metering/aggregation.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import type { Bucket } from '../metering/division.js'
import { propertyText } from '../metering/property.js'
import { comparePositions, type Position } from '../metering/window.js'
import type { Decimal } from '../money/decimal.js'
import { rateEvent } from '../rating/advance.js'
import {
  type AdvanceCharge,
  type AdvanceLedger,
  lifted,
  NOTHING_CHARGED,
  startLedger,
  type UsageState,
} from '../rating/advance_ledger.js'
import type { DayShare } from '../rating/prorated_units.js'
import type { RatedUsage } from '../rating/rate_charge.js'
import { chargeModelOf } from '../rating/registry.js'
import { propertiesOf } from './rated_buckets.js'

/** How far one bucket of a charge in advance has come in one period. Plain JSON. */
export interface AdvanceBucket {
  /** The metric's aggregation over all events that were taken up. */
  readonly aggregate: JsonState
  readonly ledger: AdvanceLedger
  /**
   * Whether nothing was taken up yet but what the period begins with: then that is what was charged, see {@link chargedSoFar}, and
   * the ledger only keeps its tally.
   */
  readonly isCarried?: true
}

export interface TakenEvent {
  readonly state: AdvanceBucket
  /** Null for an event that makes none. */
  readonly fee: RatedUsage | null
  /** Of an event with a fee: what had been charged before it. */
  readonly chargedBefore: AdvanceLedger
}

/** What of a charge its event-by-event prices depend on. */
type Charged = Pick<Charge, 'chargeModel' | 'properties' | 'filters' | 'pricingUnit' | 'createdAt'> & {
  readonly metric: Pick<BillableMetric, 'aggregationType' | 'fieldName'>
}

/** A bucket of a charge in one period, as its events are priced. */
export interface ChargedBucketTerms {
  readonly charge: Charged
  readonly advance: AdvanceCharge
  /**
   * Of a recurring metric: where the period begins. What lies before it is carried and was paid when the period was renewed (recurring
   * rules, sections 5, 6 and 12.6). Null: only events of the period are taken up.
   */
  readonly carriedUntil: Position | null
}

/** An event of the log. */
export interface ReceivedEvent extends MeteredEvent {
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

/** Only aggregations that weigh by time look at it, and none of them is charged in advance. */
const TIMELESS: UsageSpan = { toAt: 0, periodLength: 1 }

/** A charge in advance as one of its buckets is priced. */
export function advanceChargeOf(charge: Charged, bucket: Bucket, currency: string): AdvanceCharge {
  return {
    chargeModel: charge.chargeModel,
    properties: propertiesOf(charge, bucket),
    aggregation: charge.metric.aggregationType,
    currency,
    pricingUnit: charge.pricingUnit,
  }
}

export function startBucket({ charge, carriedUntil }: ChargedBucketTerms): AdvanceBucket {
  const aggregate = aggregationOf(charge.metric.aggregationType).start()
  return { aggregate, ledger: NOTHING_CHARGED, ...(carriedUntil === null ? {} : { isCarried: true }) }
}

/** What was charged in a bucket: at first what it was renewed for. */
export function chargedSoFar(advance: AdvanceCharge, { aggregate, ledger, isCarried }: AdvanceBucket): AdvanceLedger {
  if (isCarried !== true) return ledger
  const tally = ledger.tally?.key === tallyOf(advance)?.key ? (ledger.tally?.state ?? null) : null
  return startLedger(advance, { ...usageOf(advance, aggregate), tally })
}

/**
 * Takes up the event of a bucket that was received next. It makes a fee unless it lacks the property that the metric aggregates
 * (recurring rules, section 5), or was received before there was the charge: then it only counts as used. Nor does one that lies
 * before the period: its fee is that period's.
 * @param share the days that are left from the event on, where the charge is prorated
 */
export function takeUp(
  terms: ChargedBucketTerms,
  before: AdvanceBucket,
  event: ReceivedEvent,
  share: DayShare | null,
  members: MemberSet<JsonState>,
): TakenEvent {
  const { charge, advance, carriedUntil } = terms
  const { aggregationType, fieldName } = charge.metric
  const aggregate = aggregationOf(aggregationType).fold(before.aggregate, event, fieldName, members)
  if (carriedUntil !== null && comparePositions(event, carriedUntil) < 0) {
    return carry(advance, before, aggregate, event, carriedUntil)
  }
  const chargedBefore = chargedSoFar(advance, before)
  if (event.createdAt < charge.createdAt || lacksProperty(charge, event)) {
    return { state: { aggregate, ledger: chargedBefore }, fee: null, chargedBefore }
  }
  const usage = (state: JsonState): UsageState => ({ ...usageOf(advance, state), tally: null })
  const step = { event, before: usage(before.aggregate), after: usage(aggregate), share }
  const { fee, ledger } = rateEvent(advance, chargedBefore, step)
  return { state: { aggregate, ledger }, fee, chargedBefore }
}

/** One that came when the period had begun may be behind its renewal: its units are there without a fee. */
function carry(
  advance: AdvanceCharge,
  before: AdvanceBucket,
  aggregate: JsonState,
  event: ReceivedEvent,
  carriedUntil: Position,
): TakenEvent {
  const isLate = event.createdAt * 1000 > carriedUntil.at
  if (before.isCarried === true && !isLate) {
    const ledger = { ...before.ledger, tally: foldedTally(advance, before, aggregate, event) }
    return { state: { aggregate, ledger, isCarried: true }, fee: null, chargedBefore: before.ledger }
  }
  const chargedBefore = chargedSoFar(advance, before)
  return {
    state: { aggregate, ledger: lifted(advance, chargedBefore, usageOf(advance, aggregate)) },
    fee: null,
    chargedBefore,
  }
}

/** What carried events leave of free allowances. */
function foldedTally(
  advance: AdvanceCharge,
  { aggregate: was, ledger }: AdvanceBucket,
  aggregate: JsonState,
  event: MeteredEvent,
): AdvanceLedger['tally'] {
  const tally = tallyOf(advance)
  if (tally === null || aggregate === was) return ledger.tally
  const state = ledger.tally?.key === tally.key ? ledger.tally.state : tally.start()
  const added = usageOf(advance, aggregate).units.minus(usageOf(advance, was).units)
  return { key: tally.key, state: tally.fold(state, added, event) }
}

const tallyOf = ({ chargeModel, properties, aggregation }: AdvanceCharge) =>
  chargeModelOf(chargeModel).tally(properties, aggregation)

const usageOf = ({ aggregation }: AdvanceCharge, aggregate: JsonState) =>
  aggregationOf(aggregation).result(aggregate, TIMELESS)

function lacksProperty({ metric }: Charged, { properties }: MeteredEvent): boolean {
  if (!aggregationOf(metric.aggregationType).needsField || metric.fieldName === null) return false
  const text = propertyText(properties, metric.fieldName)
  return text === null || text === ''
}

/** After a fee that was made at another price than the one that is reckoned now: by the amount that was really asked. */
export function askedInstead({ state, chargedBefore }: TakenEvent, amount: Decimal): AdvanceBucket {
  return { ...state, ledger: { ...state.ledger, amount: amount.plus(chargedBefore.amount).toFixed() } }
}
