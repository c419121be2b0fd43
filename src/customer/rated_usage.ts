import type { Charge } from '../core/catalog.js'
import type { UsageSpan } from '../core/metering/aggregation.js'
import { aggregationOf } from '../core/metering/aggregations/registry.js'
import type { BucketUsage, CounterDefinition } from '../core/metering/counter.js'
import type { Division } from '../core/metering/division.js'
import { dayNumber, type Held } from '../core/metering/held.js'
import type { EventWindow, Position } from '../core/metering/window.js'
import { chargeModelOf } from '../core/rating/registry.js'
import {
  chargePeriod,
  chargePeriodLength,
  chargePeriodShare,
  type ProratedPeriod,
} from '../core/subscription/charge_period.js'
import type { TimeWindow } from '../core/time/windows.js'
import { brokenDown } from '../core/usage/broken_down.js'
import {
  ALL_USAGE,
  chargeDivision,
  isGroupedBy,
  presentationDivision,
  type UsageWish,
} from '../core/usage/charge_division.js'
import { chargedLedgers } from '../core/usage/charged_ledgers.js'
import { narrowed } from '../core/usage/narrowed.js'
import { type RatedBucket, ratedBuckets } from '../core/usage/rated_buckets.js'
import type { BrokenDownUnits } from '../core/usage/usage_rows.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { AdvanceReader, CommandContext, UsageReader } from './command_context.js'
import { type CustomerState, planOf } from './load_customer.js'

type Owner = Pick<SubscriptionRow, 'externalId' | 'startedAt' | 'startedAfterSeq' | 'endedAfterSeq'>

/** Whose usage, of which time. */
export interface UsageFrame {
  readonly subscription: SubscriptionRow
  readonly stretch: TimeWindow
  readonly window: EventWindow
  readonly span: UsageSpan
  readonly share: { readonly days: number; readonly periodDays: number }
  /** The whole charge period that the stretch lies in, and the zone that both were reckoned in. */
  readonly period: ProratedPeriod
  /** Since when a level that is carried from period to period is there. */
  readonly levelFrom: Position
  /** Of the plan. */
  readonly currency: string
}

/**
 * The events that a stretch of a subscription holds. At a change of hands every event has one owner (metering rules,
 * section 1): the instant of a termination belongs to what ends, except for what arrived after a successor had started at
 * that same instant.
 */
export function eventWindow(owner: Owner, stretch: TimeWindow): EventWindow {
  const fromSeq = stretch.fromAt === owner.startedAt ? (owner.startedAfterSeq ?? -1) + 1 : 0
  const from = { at: stretch.fromAt * 1000, seq: fromSeq }
  const end = stretch.toAt * 1000
  if (!stretch.toInclusive) return { from, to: { at: end, seq: 0 } }
  return {
    from,
    to: owner.endedAfterSeq === null ? { at: end + 1, seq: 0 } : { at: end, seq: owner.endedAfterSeq + 1 },
  }
}

/**
 * The frame of a stretch of a subscription.
 * @param zone the one that the stretch was reckoned in
 */
export function usageFrame(
  state: CustomerState,
  subscription: SubscriptionRow,
  stretch: TimeWindow,
  zone: string,
): UsageFrame {
  const plan = planOf(state, subscription)
  const terms = termsOf(subscription, plan)
  const period = chargePeriod(terms, stretch, zone)
  return {
    subscription,
    stretch,
    share: chargePeriodShare(terms, stretch, zone),
    levelFrom: levelFrom(state, subscription),
    window: eventWindow(subscription, stretch),
    span: { toAt: stretch.toAt * 1000, periodLength: chargePeriodLength(terms, stretch, zone) },
    period: { zone, fromOn: period.fromOn.toString(), toOn: period.toOn.toString() },
    currency: plan.currency,
  }
}

/** The first of the subscriptions that took over from one another: without one before, a level starts at 0. */
function levelFrom(state: CustomerState, subscription: SubscriptionRow): Position {
  const startedAt = subscription.startedAt ?? subscription.subscriptionAt
  if (subscription.previousSubscriptionId === null) {
    return { at: startedAt * 1000, seq: (subscription.startedAfterSeq ?? -1) + 1 }
  }
  return { at: (state.firstStarts.get(subscription.externalId) ?? startedAt) * 1000, seq: 0 }
}

/**
 * The usage of one charge as it stands, priced bucket by bucket as it is read: to be consumed before anything is awaited. That is
 * what an invoice bills in arrears.
 */
export function ratedUsage(usage: UsageReader, charge: Charge, frame: UsageFrame): Iterable<RatedBucket> {
  const buckets = bucketsOf(usage, charge, frame, ALL_USAGE)
  return ratedBuckets(charge, chargeDivision(charge), buckets, { ...frame, charged: null })
}

/** What the charges in arrears have come to, whole minor units, and how many priced buckets that was. */
export function arrearsAmount(
  usage: UsageReader,
  charges: readonly Charge[],
  frame: UsageFrame,
): { readonly amountCents: number; readonly buckets: number } {
  let [amountCents, buckets] = [0, 0]
  for (const charge of charges) {
    if (charge.payInAdvance) continue
    for (const rated of ratedUsage(usage, charge, frame)) {
      amountCents += rated.usage.amountCents.toNumber()
      buckets++
    }
  }
  return { amountCents, buckets }
}

/** The usage of one charge as an answer shows it: of a charge in advance with the amounts that have been charged. */
export function shownUsage(
  { usage, advance }: Pick<CommandContext, 'usage' | 'advance'>,
  charge: Charge,
  frame: UsageFrame,
  wish: UsageWish,
): Iterable<RatedBucket> {
  const charged = chargedAmounts(advance, charge, frame, wish)
  const buckets = bucketsOf(usage, charge, frame, wish)
  return ratedBuckets(charge, chargeDivision(charge, wish), buckets, { ...frame, charged })
}

/** What was charged cannot be divided by keys that it was not grouped by: then the usage is priced as it stands. */
function chargedAmounts(advance: AdvanceReader, charge: Charge, frame: UsageFrame, wish: UsageWish) {
  if (!charge.payInAdvance || !isGroupedBy(charge, Object.keys(wish.only))) return null
  return chargedLedgers(chargeDivision(charge), advance.charged(charge, frame), wish)
}

/** The units of each of the charge's buckets by the values of presentation keys, by {@link RatedBucket.key}. */
export function presentedUsage(
  usage: UsageReader,
  charge: Charge,
  frame: UsageFrame,
  { keys, values }: { readonly keys: readonly string[]; readonly values: ReadonlySet<string> | null },
  wish: UsageWish = ALL_USAGE,
): ReadonlyMap<string, readonly BrokenDownUnits[]> {
  if (keys.length === 0) return new Map()
  const definition = counterOf(charge, frame, presentationDivision(charge, keys, wish))
  return brokenDown(readOrScan(usage, definition, frame.span), keys, values)
}

/** What is asked for by the values of a group is taken from the counter that the invoice reads, wherever that tells them apart. */
function bucketsOf(usage: UsageReader, charge: Charge, frame: UsageFrame, wish: UsageWish): Iterable<BucketUsage> {
  const keys = Object.keys(wish.only)
  if (keys.length === 0 || wish.skipsGrouping || !isGroupedBy(charge, keys)) {
    return readOrScan(usage, counterOf(charge, frame, chargeDivision(charge, wish)), frame.span)
  }
  const division = chargeDivision(charge)
  return narrowed(division, wish.only, usage.read(counterOf(charge, frame, division), frame.span))
}

/** A counter of its own for every value that somebody may ask for would burden every event to come. */
function readOrScan(usage: UsageReader, definition: CounterDefinition, span: UsageSpan): Iterable<BucketUsage> {
  const isNarrow = Object.keys(definition.division.only).length > 0
  return isNarrow ? usage.scan(definition, span) : usage.read(definition, span)
}

/** Which running counter a charge is billed from. A recurring metric looks at all events up to the end (recurring rules, section 3). */
export function counterOf(charge: Charge, frame: UsageFrame, division: Division): CounterDefinition {
  const { metric } = charge
  const held = heldOf(charge, frame)
  const isWeighted = held?.kind === 'time'
  return {
    externalSubscriptionId: frame.subscription.externalId,
    code: metric.code,
    aggregation: metric.aggregationType,
    fieldName: metric.fieldName,
    window: metric.recurring ? { ...frame.window, from: isWeighted ? frame.levelFrom : null } : frame.window,
    division,
    ...(held !== null && { held }),
  }
}

/** How what is carried from period to period is weighed; null where it is not (recurring rules, sections 3 and 4). */
export function heldOf(
  { metric, prorated, chargeModel }: Pick<Charge, 'metric' | 'prorated' | 'chargeModel'>,
  frame: UsageFrame,
): Held | null {
  if (!metric.recurring) return null
  const { stretch, window, period, share } = frame
  if (aggregationOf(metric.aggregationType).weighted) return { kind: 'time', fromAt: stretch.fromAt * 1000 }
  if (!prorated || window.from === null) return null
  const places = chargeModelOf(chargeModel).proratedTally !== undefined && { places: true as const }
  const { zone } = period
  return { kind: 'days', from: window.from, zone, firstDay: dayNumber(stretch.fromAt, zone), ...share, ...places }
}
