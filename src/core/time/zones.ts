import { Temporal } from '@js-temporal/polyfill'
import { DAY_MS } from './instants.js'
import { memoise } from './memoise.js'
import { TIMEZONES } from './timezones.js'

export { TIMEZONES, type Timezone } from './timezones.js'

const KNOWN_ZONES: ReadonlySet<string> = new Set(TIMEZONES)

/** Whether the API knows a time zone of this name (`invalid_timezone` otherwise). Names are case-sensitive. */
export function isKnownZone(name: string): boolean {
  return KNOWN_ZONES.has(name)
}

/** Names that the API spells differently from the zone database. `GMT+12` is twelve hours *behind* UTC. */
const DATABASE_NAMES: ReadonlyMap<string, string> = new Map([['GMT+12', 'Etc/GMT+12']])

/** Each entry costs about 100 bytes; a zone needs one or two a day, so this holds decades of one zone or weeks of all. */
const REMEMBERED_DAYS = 20_000

/**
 * The first instant of a local date, epoch milliseconds. Where the clock skips midnight that is the end of the gap, where
 * it shows midnight twice the first of them, and a date that a zone left out altogether begins (and ends) with the next.
 * Throws a RangeError for a zone that the database does not have.
 */
export const midnight: (date: Temporal.PlainDate, zone: string) => number = memoise(
  REMEMBERED_DAYS,
  (date, zone) => `${zone} ${date.year} ${date.month} ${date.day}`,
  (date, zone) => date.toZonedDateTime(DATABASE_NAMES.get(zone) ?? zone).epochMilliseconds,
)

/** {@link midnight} of a date as text (`2024-03-01`). */
export const midnightOf = (date: string, zone: string): number => midnight(Temporal.PlainDate.from(date), zone)

interface LocalDay {
  readonly date: Temporal.PlainDate
  readonly startsAt: number
}

const EPOCH = new Temporal.PlainDate(1970, 1, 1)

/** The local days that an instant of this UTC day (counted from 1970-01-01) can lie in, latest first. */
const localDaysAround: (utcDay: number, zone: string) => readonly LocalDay[] = memoise(
  REMEMBERED_DAYS,
  (utcDay, zone) => `${zone} ${utcDay}`,
  (utcDay, zone) =>
    [1, 0, -1].map((offset) => {
      const date = EPOCH.add({ days: utcDay + offset })
      return { date, startsAt: midnight(date, zone) }
    }),
)

/**
 * The local date of an instant (epoch milliseconds): the date D with `midnight(D) <= at < midnight(D + 1)`.
 * So the local days of a zone divide all time without gap or overlap. A clock that is set back across midnight, as
 * Newfoundland's used to be, does not return to a date that has begun.
 */
export function localDate(at: number, zone: string): Temporal.PlainDate {
  const day = localDaysAround(Math.floor(at / DAY_MS), zone).find(({ startsAt }) => startsAt <= at)
  if (day === undefined) throw new RangeError(`No local date at ${at} in ${zone}`)
  return day.date
}
