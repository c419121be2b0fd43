import { Temporal } from '@js-temporal/polyfill'
import { describe, expect, it } from 'vitest'
import { addMonths, daysBetween, daysTouched, laterDate } from '../../../src/core/time/dates.js'
import { windowDays } from '../../../src/core/time/windows.js'
import { at } from './support.js'

const date = (text: string) => Temporal.PlainDate.from(text)

describe('addMonths', () => {
  it.each([
    ['2024-01-31', 1, '2024-02-29', 'the last day of a short month'],
    ['2024-01-31', 2, '2024-03-31', 'from the anchor, not from February'],
    ['2024-01-31', 13, '2025-02-28', 'a common year'],
    ['2024-04-30', 1, '2024-05-30', 'the end of April is no month end elsewhere'],
    ['2024-02-29', 12, '2025-02-28', 'a leap day a year on'],
    ['2024-02-29', 48, '2028-02-29', 'a leap day in a leap year'],
    ['2024-03-31', -1, '2024-02-29', 'backwards'],
  ])('%s and %i months is %s: %s', (anchor, months, expected) => {
    expect(addMonths(date(anchor), months).toString()).toBe(expected)
  })
})

describe('daysTouched', () => {
  it.each([
    ['2024-06-11T10:00:00Z', '2024-06-30T23:59:59Z', 'UTC', 20, 'from the 11th 10:00 to the end of the 30th'],
    ['2024-06-01T00:00:00Z', '2024-06-07T12:00:00Z', 'UTC', 7, 'to noon of the 7th'],
    ['2024-06-08T18:00:00Z', '2024-06-20T09:00:00Z', 'UTC', 13, 'hours do not matter'],
    ['2024-06-08T18:00:00Z', '2024-06-08T18:00:00Z', 'UTC', 1, 'an instant is a day'],
    ['2024-06-01T00:00:00Z', '2024-06-10T00:00:00Z', 'UTC', 10, 'exactly at midnight counts that day'],
    ['2024-06-02T00:00:00Z', '2024-06-01T23:59:59Z', 'UTC', 0, 'an end before the start'],
    ['2024-06-09T00:00:00Z', '2024-06-01T00:00:00Z', 'UTC', 0, 'an end days before the start'],
    ['2024-03-20T08:00:00Z', '2024-03-31T21:59:59Z', 'Europe/Paris', 12, 'a day of 23 hours'],
    ['2024-10-20T08:00:00Z', '2024-10-31T22:59:59Z', 'Europe/Paris', 12, 'a day of 25 hours'],
    ['2024-02-21T00:00:00Z', '2024-03-01T04:59:59Z', 'America/New_York', 10, 'local days, not UTC'],
  ])('%s to %s in %s: %i, %s', (from, to, zone, expected) => {
    expect(daysTouched(at(from), at(to), zone)).toBe(expected)
  })
})

describe('windowDays', () => {
  it.each([
    ['2024-06-01T00:00:00Z', '2024-07-01T00:00:00Z', false, 'UTC', 30, 'a period’s exclusive end does not count'],
    ['2024-06-01T00:00:00Z', '2024-07-01T00:00:00Z', true, 'UTC', 31, 'a termination at that instant does'],
    ['2024-06-01T00:00:00Z', '2024-06-07T12:00:00Z', true, 'UTC', 7, 'the day of a termination counts'],
    ['2024-06-01T00:00:00Z', '2024-06-07T12:00:00Z', false, 'UTC', 6, 'the day of a plan change is the new plan’s'],
    ['2024-06-01T00:00:00Z', '2024-06-07T00:00:00Z', false, 'UTC', 6, 'also at midnight'],
    ['2024-06-07T00:00:00Z', '2024-06-07T12:00:00Z', false, 'UTC', 0, 'a plan left on the day it was taken'],
    ['2024-06-07T12:00:00Z', '2024-06-07T12:00:00Z', false, 'UTC', 0, 'empty'],
    ['2024-06-07T00:00:00Z', '2024-06-07T00:00:00Z', false, 'UTC', 0, 'empty at midnight'],
    ['2024-06-07T00:00:00Z', '2024-06-07T00:00:00Z', true, 'UTC', 1, 'ended in the moment of the start'],
    ['2024-06-09T00:00:00Z', '2024-06-07T00:00:00Z', false, 'UTC', 0, 'never negative'],
    ['2011-11-29T11:00:00Z', '2011-12-30T10:00:00Z', false, 'Pacific/Apia', 31, 'up to a date that never was'],
    ['2011-12-01T10:00:00Z', '2011-12-31T10:00:00Z', false, 'Pacific/Apia', 31, 'across it'],
  ])('%s to %s (inclusive: %s) in %s: %i, %s', (from, to, toInclusive, zone, expected) => {
    expect(windowDays({ fromAt: at(from), toAt: at(to), toInclusive }, zone)).toBe(expected)
  })
})

describe('dates', () => {
  it('are as far apart as the calendar says', () => {
    expect(daysBetween(date('2024-02-01'), date('2024-03-01'))).toBe(29)
    expect(daysBetween(date('2024-03-01'), date('2024-02-01'))).toBe(-29)
    expect(daysBetween(date('2023-01-01'), date('2025-01-01'))).toBe(731)
  })

  it('are compared by the calendar', () => {
    expect(laterDate(date('2024-02-01'), date('2023-12-31')).toString()).toBe('2024-02-01')
    expect(laterDate(date('2023-12-31'), date('2024-02-01')).toString()).toBe('2024-02-01')
  })
})
