import { Temporal } from '@js-temporal/polyfill'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** The first full UTC hour at or after an instant, epoch milliseconds: when work that fell due then is run. */
export function ceilToHour(at: number): number {
  return at + ((HOUR_MS - (at % HOUR_MS)) % HOUR_MS)
}

const FIRST_AT = Temporal.Instant.from('0001-01-01T00:00:00Z').epochMilliseconds
const LAST_AT = Temporal.Instant.from('9999-12-31T23:59:59.999Z').epochMilliseconds

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^(\d{4}-\d{2}-\d{2}T)(\d{2}:\d{2})(:[0-5]\d(?:\.\d{1,9})?)?(Z|[+-]\d{2}(?::?\d{2})?)$/

/**
 * Reads a date-time of the API: ISO 8601 in extended form with `Z` or an offset, seconds optional, or a plain date, which
 * is its first instant in UTC. Gives epoch milliseconds (finer fractions are cut off), or null for anything else, for
 * dates that no calendar has, and for instants outside the years 1 to 9999 in UTC.
 */
export function parseDateTime(text: string): number | null {
  const at = DATE.test(text) ? instantOf(`${text}T00:00:00Z`) : DATE_TIME.test(text) ? instantOf(text) : null
  return at !== null && at >= FIRST_AT && at <= LAST_AT ? at : null
}

function instantOf(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
