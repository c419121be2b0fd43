import { describe, expect, it } from 'vitest'
import { ceilToHour, parseDateTime } from '../../../src/core/time/instants.js'

const at = (iso: string) => Date.parse(iso)

describe('ceilToHour', () => {
  it.each([
    ['2024-01-01T10:00:00.000Z', '2024-01-01T10:00:00.000Z', 'a full hour is its own'],
    ['2024-01-01T10:00:00.001Z', '2024-01-01T11:00:00.000Z', 'a millisecond later waits for the next'],
    ['2024-01-01T10:59:59.999Z', '2024-01-01T11:00:00.000Z', 'the last millisecond'],
    ['2024-01-31T18:15:00.000Z', '2024-01-31T19:00:00.000Z', 'midnight in Kathmandu is a quarter past'],
    ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', 'before the epoch as well'],
    ['1969-12-31T23:00:00.000Z', '1969-12-31T23:00:00.000Z', 'a full hour before the epoch'],
  ])('%s is run at %s: %s', (input, expected) => {
    expect(new Date(ceilToHour(at(input))).toISOString()).toBe(expected)
  })
})

describe('parseDateTime', () => {
  it.each([
    ['2024-03-15T10:20:30Z', '2024-03-15T10:20:30.000Z', 'UTC'],
    ['2024-03-15T10:20:30.123Z', '2024-03-15T10:20:30.123Z', 'milliseconds'],
    ['2024-03-15T10:20:30.123999Z', '2024-03-15T10:20:30.123Z', 'finer fractions are cut off'],
    ['2024-03-15T10:20Z', '2024-03-15T10:20:00.000Z', 'without seconds'],
    ['2024-03-15T10:20:30+05:45', '2024-03-15T04:35:30.000Z', 'offset with a colon'],
    ['2024-03-15T10:20:30-0330', '2024-03-15T13:50:30.000Z', 'offset without'],
    ['2024-03-15T10:20:30+02', '2024-03-15T08:20:30.000Z', 'offset of hours'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', 'a plain date is its first instant in UTC'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', 'the first year'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', 'the last year'],
  ])('reads %s as %s: %s', (text, expected) => {
    const parsed = parseDateTime(text)
    expect(parsed === null ? null : new Date(parsed).toISOString()).toBe(expected)
  })

  it.each([
    ['', 'nothing'],
    ['tomorrow', 'no date'],
    ['2022-99-99T00:00:00Z', 'no such month'],
    ['2023-02-29T00:00:00Z', 'no leap year'],
    ['2023-02-29', 'no leap year, plain'],
    ['2024-03-15T24:00:00Z', 'no such hour'],
    ['2024-03-15T10:60:00Z', 'no such minute'],
    ['2024-03-15T10:20:60Z', 'leap seconds are no instants of this clock'],
    ['2024-03-15T10:20:30', 'neither Z nor an offset'],
    ['2024-03-15 10:20:30Z', 'a space for the T'],
    ['2024-03-15T10:20:30+25:00', 'no such offset'],
    ['2024-03-15T10:20:30Z[Europe/Paris]', 'a zone name'],
    [' 2024-03-15', 'leading space'],
    ['2024-03-15\n', 'trailing line break'],
    ['2024-3-15', 'one digit'],
    ['20240315', 'basic form'],
    ['1710498030', 'a number'],
    ['+002024-03-15T00:00:00Z', 'an expanded year'],
    ['0000-01-01', 'the year 0'],
    ['0001-01-01T00:00:00+01:00', 'the year 0 in UTC'],
    ['9999-12-31T23:30:00-01:00', 'the year 10000 in UTC'],
  ])('refuses %j: %s', (text) => {
    expect(parseDateTime(text)).toBeNull()
  })
})
