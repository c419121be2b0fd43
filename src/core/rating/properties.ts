import { Decimal } from '../money/decimal.js'
import type { ParsedProperties } from './charge_model.js'
import { MAX_DECIMAL_PLACES, MAX_DECIMAL_TEXT, MAX_INTEGER_DIGITS } from './limits.js'

/** Digits with an optional point and an exponent of up to three digits, which no text within the bounds needs more of. */
const DECIMAL_TEXT = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

export const accepted = <P>(properties: P): ParsedProperties<P> => ({ ok: true, properties })

/** Refuses with the codes whose check failed: `{ invalid_amount: isDecimalText(amount) }`. */
export function refused(checks: Readonly<Record<string, boolean>>): ParsedProperties<never> {
  return { ok: false, codes: Object.keys(checks).filter((code) => !checks[code]) }
}

/** Whether the defaults apply: nothing given, or no keys. Some languages write an empty object as an empty list. */
export function isEmptyProperties(input: unknown): boolean {
  return input === undefined || input === null || (typeof input === 'object' && Object.keys(input).length === 0)
}

/** The keys of an object; what is none has no keys, so that mandatory ones are reported as such. */
export function fieldsOf(input: unknown): Readonly<Record<string, unknown>> {
  return isObject(input) ? input : {}
}

export function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

/**
 * Whether it is text that holds a finite decimal of at least 0, within the bounds of `limits.ts`. A JSON number is not, for
 * it has been a binary float.
 */
export function isDecimalText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_DECIMAL_TEXT || !DECIMAL_TEXT.test(value)) return false
  const decimal = new Decimal(value)
  return decimal.isZero() || (decimal.e < MAX_INTEGER_DIGITS && decimal.decimalPlaces() <= MAX_DECIMAL_PLACES)
}

/** {@link isDecimalText}, or not given. */
export function isOptionalDecimalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || isDecimalText(value)
}

/** Whether it is a JSON number that is whole, exact and at least `min`. */
export function isSize(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min
}
