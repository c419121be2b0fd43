import type { BillableMetric } from '../catalog.js'
import type { Aggregate, MeteredEvent } from '../metering/aggregation.js'
import { roundAggregate } from '../metering/metric_rounding.js'
import { Decimal, ZERO } from '../money/decimal.js'
import {
  type AdvanceCharge,
  type AdvanceLedger,
  ledgerAt,
  priceOf,
  ratableState,
  type UsageState,
} from './advance_ledger.js'
import { billedAmount, moneyExponentOf } from './billed_amount.js'
import type { RatableUsage } from './charge_model.js'
import { type DayShare, proratedUnits } from './prorated_units.js'
import type { RatedUsage } from './rate_charge.js'
import { chargeModelOf } from './registry.js'
import { averageUnitAmount } from './unit_amount.js'

/** One event of a bucket, and the usage of the period that holds it, recurring units included. */
export interface AdvanceStep {
  readonly event: MeteredEvent
  /** Without the event: all that had arrived by then, whenever it happened. */
  readonly before: UsageState
  /** With the event. */
  readonly after: UsageState
  /** The days that are left from the event on, for which alone it pays; null where it pays for the whole period. */
  readonly share: DayShare | null
}

/** The fee of one event, and what has been charged with it. */
export interface RatedEvent {
  /** Its `eventsCount` is 1. `units` are those paid for; of an event that pays for none, those it adds. */
  readonly fee: RatedUsage
  /** To be kept for the next event; the very ledger that was given when the event charges nothing. */
  readonly ledger: AdvanceLedger
}

/**
 * Prices one event of a charge in advance (recurring rules, section 5). It pays for the units by which it rises above everything
 * that was charged or used before: the difference between the price of all units with and without these. An event that stays
 * below pays nothing and uses up no free allowance. One of 0 units at the top pays no units, but counts as an event.
 *
 * Events are priced in the order in which they arrive, each against the usage as it is then, so that the fees add up to the price
 * of the whole, late events or not (section 12.7). A price that the event brings along is charged as it is, below the top too.
 * Where the charge is prorated, it pays for its share of the units, which the fee itself shows whole. The amount is rounded by itself
 * and never below 0.
 */
export function rateEvent(charge: AdvanceCharge, ledger: AdvanceLedger, step: AdvanceStep): RatedEvent {
  const { eventDetails } = chargeModelOf(charge.chargeModel)
  const from = positionBefore(charge, ledger, step.before)
  const to = positionAfter(charge, from, step)
  const amount = Decimal.max(ZERO, amountBetween(charge, from, to, step))
  const paid = to.units.minus(from.units)
  const units = paid.gt(0) ? paid : Decimal.max(ZERO, step.after.units.minus(step.before.units))
  const charged = to !== from || amount.gt(0)
  return {
    fee: {
      units,
      totalAggregatedUnits: units,
      eventsCount: 1,
      ...billedAmount(amount, averageUnitAmount(amount, units), charge),
      details: eventDetails?.(charge.properties, from, to) ?? {},
    },
    ledger: charged ? ledgerAt(charge, to, amount.plus(ledger.amount)) : ledger,
  }
}

function amountBetween(charge: AdvanceCharge, from: RatableUsage, to: RatableUsage, step: AdvanceStep): Decimal {
  const { eventAmount } = chargeModelOf(charge.chargeModel)
  if (eventAmount === undefined) return priceOf(charge, paidUpTo(from, to, step.share)).minus(priceOf(charge, from))
  return seen(step) ? eventAmount(step.event, moneyExponentOf(charge)) : ZERO
}

/** What the price reaches up to: all the units, or the prorated part of those that are paid for. */
function paidUpTo(from: RatableUsage, to: RatableUsage, share: DayShare | null): RatableUsage {
  if (share === null) return to
  const units = from.units.plus(proratedUnits(to.units.minus(from.units), share))
  return { ...to, units, exactUnits: units }
}

/**
 * What the event is priced above: what was charged, or what was there without a fee, such as the events before the charge
 * was made, if that is more.
 */
function positionBefore(charge: AdvanceCharge, ledger: AdvanceLedger, before: UsageState): RatableUsage {
  const units = new Decimal(ledger.units)
  const state = before.units.gt(units) ? before : { units, eventsCount: ledger.eventsCount, tally: null }
  return ratableState(charge, state, ledger)
}

function positionAfter(charge: AdvanceCharge, from: RatableUsage, { event, before, after }: AdvanceStep): RatableUsage {
  const paid = Decimal.max(ZERO, after.units.minus(from.units))
  const staysAtTop = before.units.eq(from.units) && after.units.eq(from.units) && seen({ before, after })
  if (paid.isZero() && !staysAtTop) return from
  const tally = chargeModelOf(charge.chargeModel).tally(charge.properties, charge.aggregation)
  const units = from.units.plus(paid)
  return {
    ...from,
    units,
    exactUnits: units,
    eventsCount: from.eventsCount + 1,
    tally: tally === null || from.tally === null ? null : tally.fold(from.tally, paid, event),
  }
}

/** Whether the aggregation counts the event: it does not see one without a number, nor a value that is there already. */
const seen = ({ before, after }: Pick<AdvanceStep, 'before' | 'after'>): boolean =>
  after.eventsCount > before.eventsCount

/**
 * The current usage of a charge in advance (recurring rules, section 5): the units that are there now, and the amount of all that
 * was charged for, rounded as a whole.
 * @param ledger of the period; without one, what {@link startLedger} gives
 * @param now the usage of the period, carried units of a recurring metric included
 */
export function rateChargedUsage(
  charge: AdvanceCharge,
  metric: Pick<BillableMetric, 'roundingFunction' | 'roundingPrecision'>,
  ledger: AdvanceLedger,
  now: Aggregate,
): RatedUsage {
  const amount = new Decimal(ledger.amount)
  const unitAmount = averageUnitAmount(amount, new Decimal(ledger.units))
  return {
    units: Decimal.max(ZERO, roundAggregate(now.units, metric)),
    totalAggregatedUnits: Decimal.max(ZERO, roundAggregate(now.totalAggregatedUnits, metric)),
    eventsCount: now.eventsCount,
    ...billedAmount(amount, unitAmount, charge),
    details: {},
  }
}
