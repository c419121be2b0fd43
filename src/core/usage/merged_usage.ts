import type { PricingUnitAmount } from '../rating/billed_amount.js'
import type { RatedUsage } from '../rating/rate_charge.js'
import { averageUnitAmount } from '../rating/unit_amount.js'

/**
 * Usage of several groups as one, each rounded for itself before: the amount is the sum of what they cost apart, to the cent. Only the
 * details of their prices are lost.
 */
export function mergedUsage(a: RatedUsage, b: RatedUsage): RatedUsage {
  const units = a.units.plus(b.units)
  const preciseAmount = a.preciseAmount.plus(b.preciseAmount)
  return {
    units,
    totalAggregatedUnits: a.totalAggregatedUnits.plus(b.totalAggregatedUnits),
    eventsCount: a.eventsCount + b.eventsCount,
    amountCents: a.amountCents.plus(b.amountCents),
    preciseAmount,
    unitAmount: averageUnitAmount(preciseAmount, units),
    pricingUnit: a.pricingUnit && b.pricingUnit && mergedAmount(a.pricingUnit, b.pricingUnit, units),
    details: {},
  }
}

function mergedAmount(a: PricingUnitAmount, b: PricingUnitAmount, units: RatedUsage['units']): PricingUnitAmount {
  const preciseAmount = a.preciseAmount.plus(b.preciseAmount)
  return {
    amountCents: a.amountCents.plus(b.amountCents),
    preciseAmount,
    unitAmount: averageUnitAmount(preciseAmount, units),
  }
}
