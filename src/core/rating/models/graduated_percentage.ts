import type { AggregationType } from '../../catalog.js'
import { Decimal } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { ChargeModel } from '../charge_model.js'
import { type GraduatedPricing, rateGraduated } from '../graduated_walk.js'
import { accepted } from '../properties.js'
import { parseRanges, type Range, type RangeRules } from '../ranges.js'

type Price = 'rate' | 'flat_amount'

export type GraduatedPercentageProperties = { readonly graduated_percentage_ranges: readonly Range<Price>[] }

const RULES: RangeRules<Price> = {
  key: 'graduated_percentage_ranges',
  prices: { rate: 'invalid_rate', flat_amount: 'invalid_amount' },
  mayTouch: true,
}

const PRICING: GraduatedPricing<Price> = {
  key: RULES.key,
  unitPrice: ({ rate }) => new Decimal(rate).div(100),
  details: ({ range }) => ({ rate: formatDecimal(new Decimal(range.rate)) }),
}

/** The last value alone says nothing of the amounts that a percentage is taken of. */
const REFUSED: ReadonlySet<AggregationType> = new Set(['latest_agg'])

/** Each range takes its percentage of the units in it, and each range entered adds its flat amount. */
export const graduatedPercentage: ChargeModel<GraduatedPercentageProperties> = {
  name: 'graduated_percentage',
  supportsPayInAdvance: true,
  supportsProration: false,
  supportsProrationInAdvance: false,
  projection: 'amount',
  adjustsUnits: 'always',
  refusesAggregation: (aggregation) =>
    REFUSED.has(aggregation) ? { field: 'properties', code: 'invalid_value' } : null,
  parseProperties(input) {
    const ranges = parseRanges(input, RULES)
    return ranges.ok ? accepted({ graduated_percentage_ranges: ranges.properties }) : ranges
  },
  tally: () => null,
  rate: ({ graduated_percentage_ranges }, { units }) => rateGraduated(graduated_percentage_ranges, units, PRICING),
}
