import type { BillableMetric, RoundingFunction } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'

const MODES = {
  /** Ties go away from zero. */
  round: Decimal.ROUND_HALF_UP,
  ceil: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
} as const satisfies Record<RoundingFunction, number>

/**
 * An aggregate as the metric wants it (metering rules, section 2): unchanged without a rounding function. To be applied to
 * each aggregate as a whole, per filter and group, never to single events.
 */
export function roundAggregate(
  units: Decimal,
  metric: Pick<BillableMetric, 'roundingFunction' | 'roundingPrecision'>,
): Decimal {
  if (metric.roundingFunction === null) return units
  return roundToPlaces(units, metric.roundingFunction, metric.roundingPrecision ?? 0)
}

/** Rounds to decimal places; negative ones are tens, hundreds and so on. Never gives a negative zero. */
export function roundToPlaces(value: Decimal, mode: RoundingFunction, places: number): Decimal {
  const rounded =
    places >= 0
      ? value.toDecimalPlaces(places, MODES[mode])
      : shift(shift(value, places).toDecimalPlaces(0, MODES[mode]), -places)
  return rounded.isZero() ? ZERO : rounded
}

/** value × 10^exponent, exactly: a multiplication would drop the digits beyond the decimal type's precision. */
const shift = (value: Decimal, exponent: number): Decimal => new Decimal(`${value.toFixed()}e${exponent}`)
