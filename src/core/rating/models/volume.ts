import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { ChargeModel } from '../charge_model.js'
import { accepted } from '../properties.js'
import { parseRanges, type Range, type RangeRules, rangeHolding } from '../ranges.js'
import { averageUnitAmount } from '../unit_amount.js'

type Price = 'per_unit_amount' | 'flat_amount'

export type VolumeProperties = { readonly volume_ranges: readonly Range<Price>[] }

const RULES: RangeRules<Price> = {
  key: 'volume_ranges',
  prices: { per_unit_amount: 'invalid_amount', flat_amount: 'invalid_amount' },
  mayTouch: false,
}

/**
 * The range that holds the total prices every unit and adds its flat amount: that of the first is due without usage. A part
 * of a unit above a range's end is in the next one.
 */
export const volume: ChargeModel<VolumeProperties> = {
  name: 'volume',
  supportsPayInAdvance: false,
  supportsProration: true,
  supportsProrationInAdvance: false,
  projection: 'units',
  adjustsUnits: 'always',
  refusesAggregation: () => null,
  parseProperties(input) {
    const ranges = parseRanges(input, RULES)
    return ranges.ok ? accepted({ volume_ranges: ranges.properties }) : ranges
  },
  tally: () => null,
  /** The tier is that of the units that are there; its flat amount is due whole. */
  rateProrated({ volume_ranges }, { units }, prorated) {
    const range = rangeHolding(volume_ranges, units)
    const perUnitTotal = Decimal.max(ZERO, prorated.units.times(range.per_unit_amount))
    const amount = perUnitTotal.plus(range.flat_amount)
    return {
      amount,
      unitAmount: averageUnitAmount(amount, units),
      details: {
        flat_unit_amount: formatDecimal(new Decimal(range.flat_amount)),
        per_unit_amount: formatDecimal(new Decimal(range.per_unit_amount)),
        per_unit_total_amount: formatDecimal(perUnitTotal),
      },
    }
  },
  flatAmount: ({ volume_ranges }, units) => new Decimal(rangeHolding(volume_ranges, units).flat_amount),
  rate({ volume_ranges }, { units }) {
    const range = rangeHolding(volume_ranges, units)
    const unitPrice = new Decimal(range.per_unit_amount)
    const flat = new Decimal(range.flat_amount)
    const perUnitTotal = units.times(unitPrice)
    const amount = perUnitTotal.plus(flat)
    return {
      amount,
      unitAmount: averageUnitAmount(amount, units),
      details: {
        flat_unit_amount: formatDecimal(flat),
        per_unit_amount: formatDecimal(unitPrice),
        per_unit_total_amount: formatDecimal(perUnitTotal),
      },
    }
  },
}
