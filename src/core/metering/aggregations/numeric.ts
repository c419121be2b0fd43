import { MAX_NUMERIC_TEXT } from '../../limits.js'
import { Decimal } from '../../money/decimal.js'
import type { MeteredEvent, SeenEvent } from '../aggregation.js'
import { propertyDecimal, propertyText } from '../property.js'

/** What a numeric aggregation sees of an event; null when there is no plain decimal number, so that it does not count. */
export function numericValue(event: MeteredEvent, fieldName: string | null): Decimal | null {
  return fieldName === null ? null : propertyDecimal(event.properties, fieldName)
}

/** The same, told: what has no number has at most a text. */
export function seenNumber(event: MeteredEvent, fieldName: string | null): SeenEvent {
  const value = fieldName === null ? null : propertyText(event.properties, fieldName)
  if (value === null || value === '') return { value, note: 'no_value' }
  return { value, note: numericValue(event, fieldName) === null ? 'not_a_number' : null }
}

/** Digits of a moment in microseconds. */
const MOMENT_DIGITS = 20

/**
 * Additions must not drop a digit, or the sum would depend on the order of events. Digits before and after the point are
 * fewer than MAX_NUMERIC_TEXT each; 20 more take the carries of 10^20 events, and as many take a number times a moment.
 */
export const Exact = Decimal.clone({ precision: 2 * MAX_NUMERIC_TEXT + 20 + MOMENT_DIGITS })
