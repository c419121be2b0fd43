import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { ChargeModel } from '../charge_model.js'
import { graduatedStepsTally, rateGraduatedSteps } from '../graduated_steps.js'
import { type GraduatedPricing, rateGraduated } from '../graduated_walk.js'
import { accepted } from '../properties.js'
import { enteredRanges, parseRanges, type Range, type RangeRules } from '../ranges.js'

type Price = 'per_unit_amount' | 'flat_amount'

export type GraduatedProperties = { readonly graduated_ranges: readonly Range<Price>[] }

const RULES: RangeRules<Price> = {
  key: 'graduated_ranges',
  prices: { per_unit_amount: 'invalid_amount', flat_amount: 'invalid_amount' },
  mayTouch: true,
}

const PRICING: GraduatedPricing<Price> = {
  key: RULES.key,
  unitPrice: ({ per_unit_amount }) => new Decimal(per_unit_amount),
  details: ({ range, units }) => ({
    per_unit_amount: formatDecimal(new Decimal(units.isZero() ? 0 : range.per_unit_amount)),
  }),
}

/** The units in each range cost what that range says, and each range entered adds its flat amount. */
export const graduated: ChargeModel<GraduatedProperties> = {
  name: 'graduated',
  supportsPayInAdvance: true,
  supportsProration: true,
  supportsProrationInAdvance: false,
  projection: 'units',
  adjustsUnits: 'unless_prorated',
  refusesAggregation: () => null,
  parseProperties(input) {
    const ranges = parseRanges(input, RULES)
    return ranges.ok ? accepted({ graduated_ranges: ranges.properties }) : ranges
  },
  tally: () => null,
  rateProrated: ({ graduated_ranges }, { units, tally }, prorated) =>
    rateGraduatedSteps(graduated_ranges, units, tally, prorated),
  proratedTally: ({ graduated_ranges }) => graduatedStepsTally([graduated_ranges]),
  flatAmount: ({ graduated_ranges }, units) =>
    enteredRanges(graduated_ranges, units).reduce((sum, { range }) => sum.plus(range.flat_amount), ZERO),
  rate: ({ graduated_ranges }, { units }) => rateGraduated(graduated_ranges, units, PRICING),
}
