import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksAfterRun } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { eventWindows } from '../../../src/core/subscription/event_windows.js'
import { recurringWindows, runningWindows } from '../../../src/core/subscription/windows.js'
import { at, shown, subscription } from './support.js'

const HOUR = 3_600_000

describe('the period that holds an event', () => {
  const terms = subscription('2023-01-24T10:00:00Z')

  it.each([
    ['2023-01-24T10:00:00Z', ['2023-01-24T10:00:00Z', '2023-01-31T23:59:59Z'], 'the first one begins with the start'],
    ['2023-02-01T00:00:00Z', ['2023-02-01T00:00:00Z', '2023-02-28T23:59:59Z'], 'its first instant belongs to it'],
    ['2023-02-28T23:59:59Z', ['2023-02-01T00:00:00Z', '2023-02-28T23:59:59Z'], 'and its last'],
  ])('at %s is %s: %s', (moment, expected) => {
    expect(shown(eventWindows(terms, at(moment), 'UTC').charges)).toEqual(expected)
  })

  it('is the one that was billed, for an event that comes late', () => {
    const billed = billedTwice(terms, 'UTC')
    expect(shown(eventWindows(billed, at('2023-01-25T00:00:00Z'), 'UTC').charges)).toEqual([
      '2023-01-24T10:00:00Z',
      '2023-01-31T23:59:59Z',
    ])
  })

  it('is the month on a yearly plan that bills usage monthly, within the year of the plan', () => {
    const yearly = subscription('2023-01-24T10:00:00Z', { interval: 'yearly', billChargesMonthly: true })
    const windows = eventWindows(yearly, at('2023-03-15T00:00:00Z'), 'UTC')
    expect(shown(windows.charges)).toEqual(['2023-03-01T00:00:00Z', '2023-03-31T23:59:59Z'])
    expect(shown(windows.plan)).toEqual(['2023-01-24T00:00:00Z', '2023-12-31T23:59:59Z'])
    expect(windows.billsPlanFee).toBe(false)
  })

  it('is the running period, for an event of now', () => {
    const billed = billedTwice(terms, 'UTC')
    const now = at('2023-03-10T12:00:00Z')
    expect(eventWindows(billed, now, 'UTC').charges).toEqual(runningWindows(billed, now, 'UTC').charges)
  })

  it('holds it whatever the zone, also after the customer has moved', () => {
    const zone = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Pacific/Pago_Pago')
    const hours = fc.integer({ min: 0, max: 24 * 90 })
    fc.assert(
      fc.property(zone, zone, hours, (from, to, after) => {
        const moment = terms.startedAt + after * HOUR
        const { fromAt, toAt } = eventWindows(billedTwice(terms, from), moment, to).charges
        expect(fromAt).toBeLessThanOrEqual(moment)
        expect(toAt).toBeGreaterThan(moment)
      }),
    )
  })
})

/** The terms after the first two recurring runs. */
function billedTwice(terms: ReturnType<typeof subscription>, zone: string) {
  return [1, 2].reduce((billed) => {
    const day = nextBillingDay(billed, zone)
    return { ...billed, ...marksAfterRun(billed, day, recurringWindows(billed, day, zone), zone) }
  }, terms)
}
