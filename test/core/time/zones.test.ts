import { Temporal } from '@js-temporal/polyfill'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isKnownZone, localDate, midnight, TIMEZONES } from '../../../src/core/time/zones.js'
import { at, iso } from './support.js'

const date = (text: string) => Temporal.PlainDate.from(text)

describe('TIMEZONES', () => {
  it('are the 135 of the API, each once, UTC first', () => {
    expect(TIMEZONES).toHaveLength(135)
    expect(new Set(TIMEZONES).size).toBe(135)
    expect(TIMEZONES[0]).toBe('UTC')
  })

  it('can all be reckoned in', () => {
    for (const zone of TIMEZONES) {
      const hoursFromUtc = (midnight(date('2024-06-15'), zone) - at('2024-06-15T00:00:00Z')) / 3_600_000
      expect(Math.abs(hoursFromUtc), zone).toBeLessThanOrEqual(14)
    }
  })

  it.each([
    ['UTC', true, 'the default'],
    ['Asia/Kathmandu', true, 'an ordinary one'],
    ['GMT+12', true, 'named by the API alone'],
    ['Etc/GMT+12', false, 'the database’s name for it'],
    ['Australia/Lord_Howe', false, 'a real zone that the API does not list'],
    ['europe/paris', false, 'other case'],
    ['', false, 'nothing'],
    ['toString', false, 'no property of objects'],
  ])('%j known: %s (%s)', (name, expected) => {
    expect(isKnownZone(name)).toBe(expected)
  })
})

describe('midnight', () => {
  it.each([
    ['2024-03-01', 'UTC', '2024-03-01T00:00:00Z', 'no offset'],
    ['2024-03-01', 'Europe/Paris', '2024-02-29T23:00:00Z', 'winter'],
    ['2024-04-01', 'Europe/Paris', '2024-03-31T22:00:00Z', 'summer'],
    ['2024-03-01', 'Asia/Kathmandu', '2024-02-29T18:15:00Z', 'an offset of 5:45'],
    ['2024-01-01', 'Pacific/Chatham', '2023-12-31T10:15:00Z', 'an offset of 13:45'],
    ['2024-07-01', 'Australia/Lord_Howe', '2024-06-30T13:30:00Z', 'half an hour of summer time: winter'],
    ['2024-01-01', 'Australia/Lord_Howe', '2023-12-31T13:00:00Z', 'half an hour of summer time: summer'],
    ['2024-03-01', 'GMT+12', '2024-03-01T12:00:00Z', 'twelve hours behind UTC, for all its name'],
    ['2024-03-31', 'Atlantic/Azores', '2024-03-31T01:00:00Z', 'the clock skips 00:00 to 01:00'],
    ['2024-10-27', 'Atlantic/Azores', '2024-10-27T00:00:00Z', 'the clock shows 00:00 twice: the first'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00Z', 'the clock skips 00:00 to 01:00'],
    ['2024-09-08', 'America/Santiago', '2024-09-08T04:00:00Z', 'the clock skips 00:00 to 01:00'],
    ['2010-11-07', 'America/St_Johns', '2010-11-07T02:30:00Z', 'set back at 00:01: the first midnight'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'a date that never was begins with the next'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'the date after it'],
  ])('%s in %s is %s: %s', (day, zone, expected) => {
    expect(iso(midnight(date(day), zone))).toBe(expected)
  })

  it('keeps the seconds of local mean time', () => {
    expect(midnight(date('1850-01-01'), 'Europe/Paris') % 60_000).not.toBe(0)
  })

  it('refuses a zone that does not exist', () => {
    expect(() => midnight(date('2024-01-01'), 'Mars/Olympus')).toThrow(RangeError)
  })
})

describe('localDate', () => {
  it.each([
    ['2024-02-29T22:59:59Z', 'Europe/Paris', '2024-02-29', 'the last second'],
    ['2024-02-29T23:00:00Z', 'Europe/Paris', '2024-03-01', 'the first instant'],
    ['2024-01-10T02:00:00Z', 'America/New_York', '2024-01-09', 'west'],
    ['2024-01-10T10:30:00Z', 'Pacific/Kiritimati', '2024-01-11', 'far east'],
    ['2024-01-10T10:30:00Z', 'Pacific/Midway', '2024-01-09', 'far west, two dates apart at one instant'],
    ['2024-04-25T21:59:59Z', 'Africa/Cairo', '2024-04-25', 'before a skipped midnight'],
    ['2024-04-25T22:00:00Z', 'Africa/Cairo', '2024-04-26', 'after a skipped midnight'],
    ['2024-10-27T01:00:00Z', 'Atlantic/Azores', '2024-10-27', 'the second midnight is of the same day'],
    ['2010-11-07T02:30:30Z', 'America/St_Johns', '2010-11-07', 'the minute before the clock is set back'],
    ['2010-11-07T03:00:00Z', 'America/St_Johns', '2010-11-07', 'the clock shows the 6th again, but the 7th has begun'],
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29', 'before the date that never was'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31', 'after it'],
    ['1969-12-31T23:00:00Z', 'UTC', '1969-12-31', 'before the epoch'],
    ['0001-01-01T00:00:00Z', 'UTC', '0001-01-01', 'the first year'],
  ])('of %s in %s is %s: %s', (instant, zone, expected) => {
    expect(localDate(at(instant), zone).toString()).toBe(expected)
  })

  it('divides all time into days without gap or overlap', () => {
    const zones = [
      'America/St_Johns',
      'Pacific/Apia',
      'Asia/Kathmandu',
      'Atlantic/Azores',
      'Africa/Cairo',
      'Australia/Lord_Howe',
    ]
    const instants = fc.integer({ min: at('1995-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
        const day = localDate(instant, zone)
        expect(midnight(day, zone)).toBeLessThanOrEqual(instant)
        expect(midnight(day.add({ days: 1 }), zone)).toBeGreaterThan(instant)
        expect(localDate(midnight(day, zone), zone).equals(day)).toBe(true)
        expect(localDate(midnight(day, zone) - 1, zone).equals(day)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
