import type { AggregationType, ChargeModelName } from '../catalog.js'
import type { JsonState } from '../metering/aggregation.js'
import type { CounterResult } from '../metering/counter.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { type ChargeMoney, moneyExponentOf } from './billed_amount.js'
import type { RatableUsage } from './charge_model.js'
import { chargeModelOf } from './registry.js'

/** A charge that is paid in advance, event by event. */
export interface AdvanceCharge extends ChargeMoney {
  readonly chargeModel: ChargeModelName
  /** Of the bucket: the charge's or its filter's, as the model's `parseProperties` gave them. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly aggregation: AggregationType
}

/** What has been used at some point. `tally` is the state of the charge model's tally; null where none was folded. */
export type UsageState = Pick<CounterResult, 'units' | 'eventsCount' | 'tally'>

/**
 * What has been charged in advance in one bucket and one period. Plain JSON, and all that has to be kept between two events.
 * It is not the usage: what falls is not given back, and what rises again is not charged twice (recurring rules, section 5).
 */
export interface AdvanceLedger {
  /** High-water mark: the most units that were ever there, carried ones included. Decimal text, at least 0. */
  readonly units: string
  /** Events that were charged, free ones included. */
  readonly eventsCount: number
  /** The model's tally over what was charged, in the order in which it was. */
  readonly tally: { readonly key: string; readonly state: JsonState } | null
  /** What it all came to, unrounded, in the money of the charge. Decimal text. */
  readonly amount: string
}

export const NOTHING_CHARGED: AdvanceLedger = { units: '0', eventsCount: 0, tally: null, amount: '0' }

/**
 * The ledger at the start of a period. A recurring metric starts with what it carried, which was charged when the period was
 * renewed (recurring rules, sections 6 and 12.6); carried units of 0 or less were not.
 * @param carried the usage at the start of the period; null for a metric that is not recurring
 */
export function startLedger(charge: AdvanceCharge, carried: UsageState | null): AdvanceLedger {
  if (carried === null || carried.units.lte(0)) return NOTHING_CHARGED
  const ratable = ratableState(charge, carried, null)
  return ledgerAt(charge, ratable, priceOf(charge, ratable))
}

/** What the units of a ledger or of a usage are priced as: exactly, for the metric's rounding is not applied to single events. */
export function ratableState(charge: AdvanceCharge, usage: UsageState, ledger: AdvanceLedger | null): RatableUsage {
  const tally = chargeModelOf(charge.chargeModel).tally(charge.properties, charge.aggregation)
  return {
    units: usage.units,
    exactUnits: usage.units,
    eventsCount: usage.eventsCount,
    tally: tally === null ? null : (usage.tally ?? tallyState(ledger, tally.key) ?? tally.start()),
    moneyExponent: moneyExponentOf(charge),
  }
}

/** Of a tally with other terms nothing can be taken over: when these change, free allowances begin anew. */
function tallyState(ledger: AdvanceLedger | null, key: string): JsonState | null {
  return ledger?.tally?.key === key ? ledger.tally.state : null
}

export function ledgerAt(charge: AdvanceCharge, ratable: RatableUsage, amount: Decimal): AdvanceLedger {
  const tally = chargeModelOf(charge.chargeModel).tally(charge.properties, charge.aggregation)
  return {
    units: ratable.units.toFixed(),
    eventsCount: ratable.eventsCount,
    tally: tally === null || ratable.tally === null ? null : { key: tally.key, state: ratable.tally },
    amount: amount.toFixed(),
  }
}

/** The price of all that was charged, unrounded. Before the first event nothing is due, no flat amount either. */
export function priceOf(charge: AdvanceCharge, ratable: RatableUsage): Decimal {
  if (ratable.units.isZero() && ratable.eventsCount === 0) return ZERO
  return Decimal.max(ZERO, chargeModelOf(charge.chargeModel).rate(charge.properties, ratable).amount)
}

/**
 * With carried units that became known when the period had begun: as if it had begun with them, so no event of it pays for them. What
 * was charged stays, whatever has gone.
 */
export function lifted(
  charge: AdvanceCharge,
  ledger: AdvanceLedger,
  { units }: { readonly units: Decimal },
): AdvanceLedger {
  const charged = new Decimal(ledger.units)
  if (units.lte(charged)) return ledger
  const { eventsCount } = ledger
  const price = (of: Decimal) => priceOf(charge, ratableState(charge, { units: of, eventsCount, tally: null }, ledger))
  const amount = price(units).minus(price(charged)).plus(ledger.amount)
  return { ...ledger, units: units.toFixed(), amount: amount.toFixed() }
}
