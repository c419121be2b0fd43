import type { BillableMetric, ChargeModelName } from '../catalog.js'
import { aggregationOf } from '../metering/aggregations/registry.js'
import type { Decimal } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { type BilledAmount, billedAmount, type ChargeMoney, moneyExponentOf } from './billed_amount.js'
import type { RatedUsage } from './rate_charge.js'
import { chargeModelOf } from './registry.js'
import { averageUnitAmount } from './unit_amount.js'

/** Decimals that projected units are rounded to, half up. */
const UNITS_DECIMALS = 2

export interface ProjectedCharge extends ChargeMoney {
  readonly chargeModel: ChargeModelName
  /** Of the bucket whose usage is projected. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly metric: Pick<BillableMetric, 'aggregationType' | 'recurring'>
}

/** How much of a period has passed, in whole local days, today included. */
export interface PeriodProgress {
  /** From 1 to `days`. */
  readonly daysBegun: number
  readonly days: number
}

/** What a usage will come to by the end of its period if it goes on like this. */
export interface ProjectedUsage extends BilledAmount {
  readonly units: Decimal
}

/**
 * Projects the usage of one bucket (metering rules, section 6). Its units are scaled to the whole period and, as the charge model
 * declares, priced, or its amount is scaled. Recurring usage stays until it is taken back, and a weighted sum already counts
 * the rest of the period: these stand as they are.
 * @param usage the current usage as it is shown
 */
export function projectUsage(charge: ProjectedCharge, usage: RatedUsage, progress: PeriodProgress): ProjectedUsage {
  const { metric } = charge
  if (metric.recurring || aggregationOf(metric.aggregationType).weighted) return asItStands(usage)
  const scaled = (value: Decimal) => value.times(progress.days).div(progress.daysBegun)
  const units = roundHalfUp(scaled(usage.units), UNITS_DECIMALS)
  const model = chargeModelOf(charge.chargeModel)
  if (model.projection === 'amount') {
    const amount = scaled(usage.pricingUnit?.preciseAmount ?? usage.preciseAmount)
    return { units, ...billedAmount(amount, averageUnitAmount(amount, units), charge) }
  }
  // No units grow to none: a flat amount is in the current usage if it is due, and usage below zero is not priced.
  if (usage.units.isZero()) return asItStands(usage)
  const { amount, unitAmount } = model.rate(charge.properties, {
    units,
    exactUnits: units,
    eventsCount: usage.eventsCount,
    tally: null,
    moneyExponent: moneyExponentOf(charge),
  })
  return { units, ...billedAmount(amount, unitAmount, charge) }
}

const asItStands = ({ units, amountCents, preciseAmount, unitAmount, pricingUnit }: RatedUsage): ProjectedUsage => ({
  units,
  amountCents,
  preciseAmount,
  unitAmount,
  pricingUnit,
})
