import type { BillableMetric, Charge, FixedCharge } from '../catalog.js'
import type { MinimumTerms } from '../invoicing/shortfall.js'
import type { JsonState, UsageSpan } from '../metering/aggregation.js'
import type { CounterResult } from '../metering/counter.js'
import type { Held } from '../metering/held.js'
import type { EventWindow } from '../metering/window.js'
import { Decimal } from '../money/decimal.js'
import type { AdvanceLedger } from '../rating/advance_ledger.js'
import type { DayShare } from '../rating/prorated_units.js'
import type { ProratedPeriod } from '../subscription/charge_period.js'
import type { Trial } from '../subscription/trial.js'
import type { BillingWindows } from '../subscription/windows.js'
import type { TimeWindow } from '../time/windows.js'

/** What a fee was made from, kept with it so that it can be explained, and made again, whatever becomes of the catalog. Plain JSON. */
export type FeeBasis = UsageBasis | EventBasis | PlanBasis | FixedBasis | MinimumBasis

interface ChargedBasis {
  /** Key of the {@link ChargeTerms} that priced it, which many fees have in common. */
  readonly terms: string
  readonly externalSubscriptionId: string
  readonly window: EventWindow
  /** Key of its bucket in the division of these terms. */
  readonly bucket: string
}

/** Of a fee for the usage of a period. */
export interface UsageBasis extends ChargedBasis {
  readonly kind: 'usage'
  readonly span: UsageSpan
  /** Of units that are carried and weighed. */
  readonly held?: Held
  /** What was priced: the bucket as it was counted, before the metric's rounding. */
  readonly counted: CountedUsage
  /** The last place in the log of events that it could have seen. */
  readonly throughSeq: number
}

/** Of a fee in advance, for one event. */
export interface EventBasis extends ChargedBasis {
  readonly kind: 'event'
  /** The event's place in the log. */
  readonly seq: number
  /** Where the charge is prorated: by which period, and for which of its days. */
  readonly prorated?: { readonly period: ProratedPeriod; readonly share: DayShare }
  /** What had been charged before the event, and with it. */
  readonly before: AdvanceLedger
  readonly after: AdvanceLedger
}

/** Of a plan's own fee. */
export interface PlanBasis {
  readonly kind: 'plan'
  /** The plan's price for a whole period, minor units. */
  readonly amountCents: number
  readonly reason: BillingWindows['reason']
  /** The whole period, local dates, the second exclusive. */
  readonly periodFromOn: string
  readonly periodToOn: string
  /** What was to be paid for, days of a trial included. */
  readonly window: TimeWindow
  readonly billedBefore: boolean
  readonly trial: Trial | null
  readonly zone: string
  /** The days that were paid for, of those of the whole period. */
  readonly days: number
  readonly periodDays: number
}

/** Of a fee for the units of a fixed charge. */
export interface FixedBasis {
  readonly kind: 'fixed'
  readonly chargeModel: FixedCharge['chargeModel']
  readonly properties: FixedCharge['properties']
  readonly prorated: boolean
  /** Units, decimal text, one after the other, and the days of each. */
  readonly held: readonly { readonly units: string; readonly days: number }[]
  readonly periodDays: number
  /** What was paid for the same days by the plan before, whole minor units. */
  readonly paidCents: number
  /** Units that were paid of the period before they were changed; null where none were. */
  readonly paidUnits: string | null
}

/** Of a fee that lifts a charge to its spending minimum, or a plan to its commitment. */
export interface MinimumBasis {
  readonly kind: 'minimum'
  /** Key of the {@link ChargeTerms} of the charge; null for a plan. */
  readonly terms: string | null
  readonly minimum: MinimumTerms
}

/** The outcome of a bucket as plain JSON. Decimals are text. */
export interface CountedUsage {
  readonly units: string
  readonly eventsCount: number
  readonly totalAggregatedUnits: string
  readonly tally: JsonState | null
  /** Absent where units are not paid by days. */
  readonly prorated?: { readonly units: string; readonly days: number; readonly periodDays: number }
}

/** A charge as it was: all that dividing and pricing its events depends on. */
export type ChargeTerms = Pick<
  Charge,
  'id' | 'parentId' | 'code' | 'chargeModel' | 'properties' | 'filters' | 'pricingUnit' | 'createdAt'
> & {
  /** Absent where there is none. */
  readonly minAmountCents?: number
  /** Absent where it is not. */
  readonly prorated?: boolean
  readonly metric: Pick<
    BillableMetric,
    'id' | 'code' | 'aggregationType' | 'fieldName' | 'roundingFunction' | 'roundingPrecision' | 'filters'
  > & {
    /** Absent where it is not. */
    readonly recurring?: boolean
  }
}

/** The terms of a charge as they are kept: once, for all fees that they price. */
export interface KeptTerms {
  readonly key: string
  /** JSON of {@link ChargeTerms}. May be longer than a row can hold. */
  readonly text: string
}

export function chargeTerms(charge: Charge): ChargeTerms {
  const { id, parentId, code, chargeModel, properties, filters, pricingUnit, createdAt, metric, minAmountCents } =
    charge
  const { aggregationType, fieldName, roundingFunction, roundingPrecision } = metric
  return {
    ...{ id, parentId, code, chargeModel, properties, filters, pricingUnit, createdAt },
    ...(minAmountCents > 0 && { minAmountCents }),
    ...(charge.prorated && { prorated: true }),
    metric: {
      ...(metric.recurring && { recurring: true }),
      ...{ id: metric.id, code: metric.code, filters: metric.filters },
      ...{ aggregationType, fieldName, roundingFunction, roundingPrecision },
    },
  }
}

export const toCounted = ({
  units,
  eventsCount,
  totalAggregatedUnits,
  tally,
  prorated,
}: CounterResult): CountedUsage => ({
  units: units.toFixed(),
  eventsCount,
  totalAggregatedUnits: totalAggregatedUnits.toFixed(),
  tally,
  ...(prorated && { prorated: { ...prorated, units: prorated.units.toFixed() } }),
})

export const fromCounted = ({
  units,
  eventsCount,
  totalAggregatedUnits,
  tally,
  prorated,
}: CountedUsage): CounterResult => ({
  units: new Decimal(units),
  eventsCount,
  totalAggregatedUnits: new Decimal(totalAggregatedUnits),
  tally,
  ...(prorated && { prorated: { ...prorated, units: new Decimal(prorated.units) } }),
})
