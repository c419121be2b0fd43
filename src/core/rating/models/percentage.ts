import type { AggregationType } from '../../catalog.js'
import { Decimal } from '../../money/decimal.js'
import type { ChargeModel, ParsedProperties } from '../charge_model.js'
import { allowanceTally } from '../percentage/allowance.js'
import { detailsOf, partsBetween, partsOf, rateParts } from '../percentage/parts.js'
import { hasAllowance, hasBounds, type PercentageTerms } from '../percentage/terms.js'
import { transactionAmount, transactionsTally } from '../percentage/transactions.js'
import {
  accepted,
  fieldsOf,
  isDecimalText,
  isEmptyProperties,
  isOptionalDecimalText,
  isSize,
  refused,
} from '../properties.js'

/** Keys that were not given, or null, are left out. */
export type PercentageProperties = {
  /** Percent of the units. */
  readonly rate: string
  /** Price of each event. */
  readonly fixed_amount?: string
  readonly free_units_per_events?: number
  readonly free_units_per_total_aggregation?: string
  readonly per_transaction_min_amount?: string
  readonly per_transaction_max_amount?: string
}

/** The last value alone says nothing of the amounts that a percentage is taken of. */
const REFUSED: ReadonlySet<AggregationType> = new Set(['latest_agg'])

/** Of these, n units are n events of one unit each, so that nothing depends on which came first. */
const ONE_UNIT_PER_EVENT: ReadonlySet<AggregationType> = new Set(['count_agg', 'unique_count_agg'])

/**
 * A percentage of the units and a fixed amount for each event, after the first events or units that are free (metering rules,
 * sections 3 and 8). With a minimum or maximum per transaction, events are priced one by one instead.
 */
export const percentage: ChargeModel<PercentageProperties> = {
  name: 'percentage',
  supportsPayInAdvance: true,
  supportsProration: false,
  supportsProrationInAdvance: false,
  projection: 'amount',
  adjustsUnits: 'never',
  refusesAggregation: (aggregation) =>
    REFUSED.has(aggregation) ? { field: 'properties', code: 'invalid_value' } : null,
  parseProperties,
  tally(properties, aggregation) {
    if (ONE_UNIT_PER_EVENT.has(aggregation)) return null
    const terms = termsOf(properties)
    if (hasBounds(terms)) return transactionsTally(terms)
    return hasAllowance(terms) ? allowanceTally(terms) : null
  },
  rate(properties, usage) {
    const terms = termsOf(properties)
    return rateParts(terms, usage.units, partsOf(terms, usage))
  },
  instantAmount: (properties, units) => transactionAmount(termsOf(properties), units),
  eventDetails(properties, before, after) {
    const terms = termsOf(properties)
    const parts = partsBetween(partsOf(terms, before), partsOf(terms, after))
    return detailsOf(terms, after.units.minus(before.units), parts)
  },
}

function parseProperties(input: unknown): ParsedProperties<PercentageProperties> {
  if (isEmptyProperties(input)) return accepted({ rate: '0' })
  const fields = fieldsOf(input)
  const { rate, fixed_amount, free_units_per_events, free_units_per_total_aggregation } = fields
  const { per_transaction_min_amount, per_transaction_max_amount } = fields
  const givenMin = per_transaction_min_amount ?? null
  const givenMax = per_transaction_max_amount ?? null
  const boundsCross = isDecimalText(givenMin) && isDecimalText(givenMax) && new Decimal(givenMax).lt(givenMin)
  const checks = {
    invalid_rate: isDecimalText(rate),
    invalid_fixed_amount: isOptionalDecimalText(fixed_amount),
    invalid_free_units_per_events: (free_units_per_events ?? null) === null || isSize(free_units_per_events, 1),
    invalid_free_units_per_total_aggregation: isOptionalDecimalText(free_units_per_total_aggregation),
    invalid_amount: isOptionalDecimalText(givenMin) && isOptionalDecimalText(givenMax),
    per_transaction_max_lower_than_per_transaction_min: !boundsCross,
  }
  if (!isDecimalText(rate) || Object.values(checks).includes(false)) return refused(checks)
  return accepted({
    rate,
    ...(isDecimalText(fixed_amount) && { fixed_amount }),
    ...(isSize(free_units_per_events, 1) && { free_units_per_events }),
    ...(isDecimalText(free_units_per_total_aggregation) && { free_units_per_total_aggregation }),
    ...(isDecimalText(per_transaction_min_amount) && { per_transaction_min_amount }),
    ...(isDecimalText(per_transaction_max_amount) && { per_transaction_max_amount }),
  })
}

function termsOf(properties: PercentageProperties): PercentageTerms {
  const { per_transaction_min_amount: min, per_transaction_max_amount: max } = properties
  return {
    rate: new Decimal(properties.rate).div(100),
    fixedAmount: new Decimal(properties.fixed_amount ?? 0),
    freeEvents: properties.free_units_per_events ?? 0,
    freeUnits: new Decimal(properties.free_units_per_total_aggregation ?? 0),
    transactionMin: min === undefined ? null : new Decimal(min),
    transactionMax: max === undefined ? null : new Decimal(max),
  }
}
