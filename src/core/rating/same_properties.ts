import { Decimal } from '../money/decimal.js'
import { isDecimalText, isObject } from './properties.js'

/**
 * Whether properties in their canonical form ask the same: prices are compared as numbers, so that "10" is "10.0", and a part
 * that is null is one that is not there.
 */
export function sameProperties(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((member, i) => sameProperties(member, b[i]))
  }
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameProperties(a[key], b[key]))
  }
  if (isDecimalText(a) && isDecimalText(b)) return new Decimal(a).eq(b)
  return (a ?? null) === (b ?? null)
}
