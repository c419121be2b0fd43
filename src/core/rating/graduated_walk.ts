import { Decimal, ZERO } from '../money/decimal.js'
import { formatDecimal } from '../money/format.js'
import type { Rating } from './charge_model.js'
import { enteredRanges, type Range, type RangeShare } from './ranges.js'
import { averageUnitAmount } from './unit_amount.js'

/** What a graduated model adds to the walk through its ranges. */
export interface GraduatedPricing<K extends string> {
  /** The property and detail that holds the ranges. */
  readonly key: string
  /** Currency units for one unit in this range. */
  unitPrice(range: Range<K>): Decimal
  /** The details of one range that only this model has. */
  details(share: RangeShare<K>): Readonly<Record<string, string>>
}

/**
 * Prices the units that lie in each range by that range's price, and adds the flat amount of every range entered: that of
 * the first is due without usage (metering rules, section 3).
 */
export function rateGraduated<K extends string>(
  ranges: readonly Range<K | 'flat_amount'>[],
  units: Decimal,
  pricing: GraduatedPricing<K | 'flat_amount'>,
): Rating {
  let amount = ZERO
  const details = enteredRanges(ranges, units).map((share) => {
    const { range } = share
    const perUnitTotal = share.units.times(pricing.unitPrice(range))
    const flat = new Decimal(range.flat_amount)
    const total = perUnitTotal.plus(flat)
    amount = amount.plus(total)
    return {
      from_value: range.from_value,
      to_value: range.to_value,
      units: formatDecimal(share.units),
      ...pricing.details(share),
      flat_unit_amount: formatDecimal(flat),
      per_unit_total_amount: formatDecimal(perUnitTotal),
      total_with_flat_amount: formatDecimal(total),
    }
  })
  return { amount, unitAmount: averageUnitAmount(amount, units), details: { [pricing.key]: details } }
}
