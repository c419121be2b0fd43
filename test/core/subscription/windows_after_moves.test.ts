import { describe, expect, it } from 'vitest'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { recurringWindows, runningWindows } from '../../../src/core/subscription/windows.js'
import { at, date, shown, subscription } from './support.js'

describe('after a change of time zone', () => {
  const billed = {
    ...subscription('2024-01-01T00:00:00Z'),
    ...{
      billedThroughOn: '2024-02-01',
      chargesBilledUntilAt: at('2024-02-01T00:00:00Z'),
      fixedChargesBilledUntilAt: at('2024-02-01T00:00:00Z'),
    },
  }

  it.each([
    [
      'America/New_York',
      ['2024-02-01T05:00:00Z', '2024-03-01T04:59:59Z'],
      ['2024-02-01T00:00:00Z', '2024-03-01T04:59:59Z'],
    ],
    ['Asia/Tokyo', ['2024-01-31T15:00:00Z', '2024-02-29T14:59:59Z'], ['2024-02-01T00:00:00Z', '2024-02-29T14:59:59Z']],
  ])(
    'from UTC to %s in February: the plan follows the zone, usage and fixed charges continue where they ended',
    (zone, plan, usage) => {
      const windows = recurringWindows(billed, date('2024-03-01'), zone)
      expect(shown(windows.plan)).toEqual(plan)
      expect(shown(windows.charges)).toEqual(usage)
      expect(shown(windows.fixedCharges)).toEqual(usage)
      const running = runningWindows(billed, at('2024-02-15T00:00:00Z'), zone)
      expect(shown(running.plan)).toEqual(plan)
      expect(shown(running.charges)).toEqual(usage)
      expect(shown(running.fixedCharges)).toEqual(usage)
    },
  )

  it('and the run after that is all in the new zone', () => {
    const windows = recurringWindows(billed, date('2024-03-01'), 'Asia/Tokyo')
    const next = { ...billed, ...marksAfterRun(billed, date('2024-03-01'), windows, 'Asia/Tokyo') }
    expect(shown(recurringWindows(next, date('2024-04-01'), 'Asia/Tokyo').charges)).toEqual([
      '2024-02-29T15:00:00Z',
      '2024-03-31T14:59:59Z',
    ])
  })

  it('before the first invoice the whole first period is reckoned in the new zone', () => {
    const windows = recurringWindows(subscription('2024-01-10T02:00:00Z'), date('2024-02-01'), 'America/New_York')
    expect(shown(windows.plan)).toEqual(['2024-01-09T05:00:00Z', '2024-02-01T04:59:59Z'])
    expect(shown(windows.charges)).toEqual(['2024-01-10T02:00:00Z', '2024-02-01T04:59:59Z'])
  })

  it('usage continues also where the anchor moved across the end of February, four days', () => {
    const terms = {
      ...subscription('2023-03-01T02:00:00Z', { billingTime: 'anniversary' }),
      billedThroughOn: '2023-04-01',
      chargesBilledUntilAt: at('2023-04-01T00:00:00Z'),
    }
    const windows = recurringWindows(terms, date('2023-04-28'), 'America/New_York')
    expect(shown(windows.charges)).toEqual(['2023-04-01T00:00:00Z', '2023-04-28T03:59:59Z'])
    expect(shown(windows.plan)).toEqual(['2023-03-28T04:00:00Z', '2023-04-28T03:59:59Z'])
  })

  it('moved west on the billing day: the day before comes again, and the new period is the one that runs', () => {
    const running = runningWindows(billed, at('2024-02-01T02:30:00Z'), 'America/New_York') // 21:30 on January 31st
    expect(shown(running.charges)).toEqual(['2024-02-01T00:00:00Z', '2024-03-01T04:59:59Z'])
    expect(running.planPeriod.fromOn.toString()).toBe('2024-02-01')
  })

  it('a first run that bills only fixed charges holds the place from which usage is still to be billed', () => {
    const terms = subscription('2005-01-01T00:00:00Z', { interval: 'semiannual', billFixedChargesMonthly: true })
    const day = date('2005-02-01')
    const billed = { ...terms, ...marksAfterRun(terms, day, recurringWindows(terms, day, 'UTC'), 'UTC') }
    // In the west the half year begins hours after the start, which was on December 31st there.
    const halfYear = recurringWindows({ ...billed, billedThroughOn: '2005-06-01' }, date('2005-07-01'), 'GMT+12')
    expect(shown(halfYear.charges)).toEqual(['2005-01-01T00:00:00Z', '2005-07-01T11:59:59Z'])
    const usageOnly = { ...terms, billFixedChargesMonthly: false, billChargesMonthly: true }
    expect(marksAfterRun(usageOnly, day, recurringWindows(usageOnly, day, 'UTC'), 'UTC')).toEqual({
      billedThroughOn: '2005-02-01',
      chargesBilledUntilAt: at('2005-02-01T00:00:00Z'),
      fixedChargesBilledUntilAt: at('2005-01-01T00:00:00Z'),
    })
  })

  it('in advance, moved west just after a start on the 1st: February is not asked again, its first hour is billed', () => {
    const terms = subscription('2024-02-01T04:00:00Z', { payInAdvance: true })
    const started = { ...terms, ...marksAfterStart(terms, 'UTC') }
    expect(nextBillingDay(started, 'America/New_York').toString()).toBe('2024-03-01')
    const windows = recurringWindows(started, date('2024-03-01'), 'America/New_York')
    expect(shown(windows.charges)).toEqual(['2024-02-01T04:00:00Z', '2024-03-01T04:59:59Z'])
  })

  it('in advance, moved east just after a start on the 31st: February is asked for, with no usage yet', () => {
    const terms = subscription('2024-02-01T04:00:00Z', { payInAdvance: true })
    const started = { ...terms, ...marksAfterStart(terms, 'America/New_York') }
    expect(nextBillingDay(started, 'UTC').toString()).toBe('2024-02-01')
    const windows = recurringWindows(started, date('2024-02-01'), 'UTC')
    expect(windows.planPeriod.fromOn.toString()).toBe('2024-02-01')
    expect(windows.charges).toEqual({
      fromAt: at('2024-02-01T04:00:00Z'),
      toAt: at('2024-02-01T04:00:00Z'),
      toInclusive: false,
    })
  })
})
