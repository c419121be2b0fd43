import type { AggregationType, ChargeModelName } from '../catalog.js'
import type { JsonState, MeteredEvent, ProratedUnits } from '../metering/aggregation.js'
import type { Tally } from '../metering/tally.js'
import type { Decimal } from '../money/decimal.js'

/** The usage of one charge in one window, ready to be priced. */
export interface RatableUsage {
  /** After the metric's rounding, never negative. */
  readonly units: Decimal
  /** Before the metric's rounding; free allowances are computed from it. */
  readonly exactUnits: Decimal
  readonly eventsCount: number
  /** The state of the tally that the model asked for; null when it asked for none or nothing was folded. */
  readonly tally: JsonState | null
  /** Decimal places of the money that the charge is priced in: amounts that events carry are in its smallest part. */
  readonly moneyExponent: number
}

/** A price before it is rounded to a fee, in the money of the charge: units of the currency, or of its pricing unit. */
export interface Rating {
  /** Unrounded. */
  readonly amount: Decimal
  /** Unrounded; 0 when there are no units. */
  readonly unitAmount: Decimal
  /** `amount_details` of the API: decimals as text. */
  readonly details: Readonly<Record<string, unknown>>
}

export type ParsedProperties<P> =
  | { readonly ok: true; readonly properties: P }
  /** The codes that belong under `properties` in `error_details`. */
  | { readonly ok: false; readonly codes: readonly string[] }

/**
 * How one kind of charge prices usage. Everything that other code needs to know of a model is declared here: nothing
 * outside the registry asks for a model by its name.
 */
export interface ChargeModel<P = Readonly<Record<string, unknown>>> {
  readonly name: ChargeModelName
  /** Whether a charge of this model may be paid in advance, event by event. */
  readonly supportsPayInAdvance: boolean
  /** Whether usage prorated by day can be priced in arrears. */
  readonly supportsProration: boolean
  /** Whether it can also be priced in advance, event by event. */
  readonly supportsProrationInAdvance: boolean
  /**
   * How the usage of a whole period is estimated before its end (metering rules, section 6): by pricing the units that there
   * will be, or by scaling the amount that there is.
   */
  readonly projection: 'units' | 'amount'
  /**
   * Whether units that are set by hand can be priced, without the events that they are made of (invoicing rules, section 6,
   * "Adjusted fees").
   */
  readonly adjustsUnits: 'always' | 'unless_prorated' | 'never'
  /** Null when the model can price this aggregation, else the field and code of the refusal. */
  refusesAggregation(aggregation: AggregationType): { readonly field: string; readonly code: string } | null
  /**
   * Checks the properties of a request and gives them in their canonical form, unknown keys dropped. `{}` and null take
   * the model's defaults. Prices must be decimal text, sizes and bounds JSON numbers.
   */
  parseProperties(input: unknown): ParsedProperties<P>
  /** The tally that these properties need for this aggregation, null when units and events are enough. */
  tally(properties: P, aggregation: AggregationType): Tally | null
  rate(properties: P, usage: RatableUsage): Rating
  /** Prices units that are paid by the days on which they are held, 0 or more. Absent: they cannot be priced. */
  rateProrated?(properties: P, usage: RatableUsage, prorated: ProratedUnits): Rating
  /** The tally that this needs; null, or absent, where units and prorated units are enough. */
  proratedTally?(properties: P): Tally | null
  /** The part of the price that is due whatever share of its period the usage is for, unrounded. Absent: none is. */
  flatAmount?(properties: P, units: Decimal): Decimal
  /** What one event of so many units (0 or more) costs by itself, unrounded. Absent where that says nothing about a fee. */
  instantAmount?(properties: P, units: Decimal): Decimal
  /** The price that an event brings along, unrounded and possibly negative: in advance it is charged, whatever was used before. */
  eventAmount?(event: MeteredEvent, moneyExponent: number): Decimal
  /** `amount_details` of an event that is paid in advance and took the usage from `before` to `after`; absent: none are shown. */
  eventDetails?(properties: P, before: RatableUsage, after: RatableUsage): Readonly<Record<string, unknown>>
}
