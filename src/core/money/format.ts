import type { Decimal } from './decimal.js'

/**
 * A decimal as the API answers it: plain notation with at least one decimal place ("3.0", "0.33"), never an exponent, never
 * a negative zero. All digits are kept. Throws for NaN and infinities, which no computation may produce.
 */
export function formatDecimal(value: Decimal): string {
  if (!value.isFinite()) throw new RangeError(`not a finite decimal: ${value.toString()}`)
  if (value.isZero()) return '0.0'
  return value.isInteger() ? value.toFixed(1) : value.toFixed()
}
