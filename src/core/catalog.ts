/**
 * What an organization sells, as the core sees it: already parsed, with prices as decimal text and times in epoch
 * milliseconds. Stores build these from rows; nothing here knows how they are kept.
 */

export const AGGREGATION_TYPES = [
  'count_agg',
  'sum_agg',
  'max_agg',
  'unique_count_agg',
  'weighted_sum_agg',
  'latest_agg',
] as const
export type AggregationType = (typeof AGGREGATION_TYPES)[number]

export const CHARGE_MODELS = [
  'standard',
  'graduated',
  'graduated_percentage',
  'package',
  'percentage',
  'volume',
  'dynamic',
] as const
export type ChargeModelName = (typeof CHARGE_MODELS)[number]

export const PLAN_INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const
export type PlanInterval = (typeof PLAN_INTERVALS)[number]

export const BILLING_TIMES = ['calendar', 'anniversary'] as const
export type BillingTime = (typeof BILLING_TIMES)[number]

export type RoundingFunction = 'round' | 'ceil' | 'floor'

/** A property of events by which charges may tell them apart, and the values that they may name. */
export interface MetricFilter {
  readonly key: string
  /** Sorted, each once. */
  readonly values: readonly string[]
}

/** In a charge filter: all the values that the metric lists at the time. Not any value. */
export const ALL_FILTER_VALUES = '__ALL_FILTER_VALUES__'

export interface BillableMetric {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly aggregationType: AggregationType
  /** The event property that is aggregated; null for counts. */
  readonly fieldName: string | null
  readonly recurring: boolean
  readonly roundingFunction: RoundingFunction | null
  /** Decimal places; null counts as 0, negative rounds to tens, hundreds ... */
  readonly roundingPrecision: number | null
  readonly expression: string | null
  /** In the order of their keys. */
  readonly filters: readonly MetricFilter[]
}

export interface Tax {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Percent, decimal text: "20" is 20 %. */
  readonly rate: string
}

/** A price of its own for the events of a charge whose properties have certain values (metering rules, section 4). */
export interface ChargeFilter {
  readonly id: string
  /** By key of a metric's filter; a list of values, or only {@link ALL_FILTER_VALUES}. At least one key, each with a value. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Like those of a charge, group keys included; never completed by defaults. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly invoiceDisplayName: string | null
}

/** A charge priced in a unit of the organization's own, and what that unit is worth. */
export interface AppliedPricingUnit {
  readonly pricingUnitId: string
  readonly code: string
  readonly shortName: string
  /** Currency units for one pricing unit, decimal text above 0. */
  readonly conversionRate: string
}

export interface Charge {
  readonly id: string
  /** The charge that this one was copied from, for a subscription with terms of its own. */
  readonly parentId: string | null
  readonly code: string
  readonly planId: string
  readonly metric: BillableMetric
  readonly chargeModel: ChargeModelName
  readonly invoiceDisplayName: string | null
  readonly payInAdvance: boolean
  readonly invoiceable: boolean
  readonly prorated: boolean
  readonly minAmountCents: number
  /** Null, or `invoice`: paid fees without an invoice are collected on one. */
  readonly regroupPaidFees: 'invoice' | null
  /** Already checked and normalised by the charge model's `parseProperties`; group keys stand beside the prices. */
  readonly properties: Readonly<Record<string, unknown>>
  /** In the order in which they were defined: of identical ones the first gets the events. */
  readonly filters: readonly ChargeFilter[]
  /** Null: prices are in the plan's currency. */
  readonly pricingUnit: AppliedPricingUnit | null
  readonly taxes: readonly Tax[]
  /** Epoch milliseconds. */
  readonly createdAt: number
}

export const FIXED_CHARGE_MODELS = ['standard', 'graduated', 'volume'] as const
export type FixedChargeModelName = (typeof FIXED_CHARGE_MODELS)[number]

/** What can be billed without any usage. */
export interface AddOn {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly invoiceDisplayName: string | null
}

/** How many units of a fixed charge there are to be from some time on (recurring rules, section 10). */
export interface UnitsDecision {
  /** Decimal text, at least 0. */
  readonly units: string
  /** When it was decided, epoch milliseconds. */
  readonly at: number
  /** Whether it holds from that moment on, rather than from the next period. */
  readonly isImmediate: boolean
  /** The same for all that one request decided. */
  readonly batchId: string
}

/** An add-on with a number of units that a plan bills every period. */
export interface FixedCharge {
  readonly id: string
  /** The fixed charge that this one was copied from, for a subscription with terms of its own. */
  readonly parentId: string | null
  readonly code: string
  readonly planId: string
  readonly addOn: AddOn
  readonly chargeModel: FixedChargeModelName
  readonly invoiceDisplayName: string | null
  readonly payInAdvance: boolean
  readonly prorated: boolean
  /** Already checked and normalised by the charge model's `parseProperties`. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly taxes: readonly Tax[]
  /** In the order in which they were made, at least one. */
  readonly decisions: readonly UnitsDecision[]
}

/** What a plan brings in per period at least: what is missing is billed (recurring rules, section 9). */
export interface MinimumCommitment {
  readonly id: string
  /** Minor units above 0, for a whole plan period. */
  readonly amountCents: number
  readonly invoiceDisplayName: string | null
  readonly taxes: readonly Tax[]
}

export interface Plan {
  readonly id: string
  /** The plan that this one was copied from, for a subscription with terms of its own. */
  readonly parentId: string | null
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly invoiceDisplayName: string | null
  readonly interval: PlanInterval
  readonly amountCents: number
  readonly currency: string
  readonly payInAdvance: boolean
  /** Null unless the interval is semiannual or yearly. */
  readonly billChargesMonthly: boolean | null
  readonly billFixedChargesMonthly: boolean | null
  /** Days, decimal text. */
  readonly trialPeriod: string | null
  readonly taxes: readonly Tax[]
  readonly charges: readonly Charge[]
  readonly fixedCharges: readonly FixedCharge[]
  readonly minimumCommitment: MinimumCommitment | null
}
