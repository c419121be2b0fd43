import type { Bucket } from '../metering/division.js'
import type { Decimal } from '../money/decimal.js'
import { rateCharge } from '../rating/rate_charge.js'
import { type ChargeUsage, explainRating } from '../rating/rating_steps.js'
import { propertiesOf } from '../usage/rated_buckets.js'
import { type ChargeTerms, type CountedUsage, fromCounted } from './fee_basis.js'
import { billingStepsShown, type Step, shown } from './steps.js'

/** Counted usage under the terms that price it. */
export interface PricedUsage {
  readonly terms: ChargeTerms
  readonly bucket: Bucket
  readonly currency: string
  readonly counted: CountedUsage
}

/** What a fee of usage has to say, made again. */
export interface UsageFigures {
  readonly units: Decimal
  readonly eventsCount: number
  /** Whole minor units. */
  readonly amountCents: Decimal
}

export function usageFigures(priced: PricedUsage): UsageFigures {
  const { units, eventsCount, amountCents } = rateCharge(chargeUsage(priced))
  return { units, eventsCount, amountCents }
}

/** From what was counted to the amount of the fee, step by step. */
export function usageSteps(priced: PricedUsage): Step[] {
  const { terms, currency, counted } = priced
  const { metric } = terms
  const { exactUnits, rounding, units, prorated, rating, belowZero, billing } = explainRating(chargeUsage(priced))
  const money = terms.pricingUnit?.code ?? currency
  const steps: Step[] = [
    {
      step: 'aggregate',
      inputs: {
        aggregation_type: metric.aggregationType,
        field_name: metric.fieldName,
        events_count: counted.eventsCount,
      },
      result: shown(exactUnits),
    },
  ]
  if (rounding !== null) {
    steps.push({
      step: 'metric_rounding',
      inputs: { units: shown(exactUnits), mode: rounding.function, decimals: rounding.precision },
      result: shown(units),
    })
  }
  if (prorated !== undefined && counted.prorated !== undefined) {
    const { days, periodDays } = counted.prorated
    steps.push({ step: 'proration', inputs: { days, period_days: periodDays }, result: shown(prorated) })
  }
  if (rating !== null) {
    steps.push({
      step: 'pricing',
      inputs: { charge_model: terms.chargeModel, units: shown(prorated ?? units), money },
      result: shown(rating.amount),
      details: rating.details,
    })
  }
  if (belowZero !== null || rating === null || billing === null) {
    return [...steps, { step: 'below_zero', inputs: { of: belowZero }, result: '0' }]
  }
  return [...steps, ...billingStepsShown(rating.amount, billing, currency)]
}

function chargeUsage({ terms, bucket, currency, counted }: PricedUsage): ChargeUsage {
  const { chargeModel, pricingUnit, metric } = terms
  const { tally, ...aggregate } = fromCounted(counted)
  return {
    ...{ chargeModel, pricingUnit, currency, aggregate, tally },
    properties: propertiesOf(terms, bucket),
    roundingFunction: metric.roundingFunction,
    roundingPrecision: metric.roundingPrecision,
  }
}
