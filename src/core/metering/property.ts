import { MAX_NUMERIC_TEXT } from '../limits.js'
import { Decimal } from '../money/decimal.js'

const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/

/**
 * The text of an event's property: what grouping, filters and unique counts compare, so that 7 and "7" are the same.
 * Numbers are written without exponent, booleans as `true` and `false`, objects and lists as JSON text with sorted
 * keys (the order of keys means nothing in JSON). Null when the event lacks the property or has null there; the
 * empty text is a text.
 */
export function propertyText(properties: Readonly<Record<string, unknown>>, name: string): string | null {
  // Only what was sent counts: every object inherits a `constructor` and a `toString`.
  return Object.hasOwn(properties, name) ? valueText(properties[name]) : null
}

/** {@link propertyText} if it is a plain decimal number (metering rules, section 2), else null. */
export function propertyDecimal(properties: Readonly<Record<string, unknown>>, name: string): Decimal | null {
  const text = propertyText(properties, name)
  return text !== null && isPlainDecimal(text) ? new Decimal(text) : null
}

/** Whether the text is an optional minus, digits and an optional fraction, of at most MAX_NUMERIC_TEXT characters. */
export function isPlainDecimal(text: string): boolean {
  return text.length <= MAX_NUMERIC_TEXT && PLAIN_DECIMAL.test(text)
}

/**
 * A JSON number without exponent: 1e21 is "1000000000000000000000". Null for what is not finite: `JSON.parse` makes
 * Infinity of 1e999, which would be null as soon as it is stored.
 */
export function numberText(value: number): string | null {
  return Number.isFinite(value) ? new Decimal(value).toFixed() : null
}

function valueText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      // Stores replace half surrogate pairs; two texts that are one there must be one here.
      return value.toWellFormed()
    case 'number':
      return numberText(value)
    case 'boolean':
      return String(value)
    default:
      return value === null || value === undefined ? null : JSON.stringify(value, sortKeys)
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
