import { describe, expect, it } from 'vitest'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import { recurringWindows } from '../../../src/core/subscription/windows.js'
import { date, shown, subscription } from './support.js'

type Shown = readonly [string, string] | null
/** Billing day, plan window, usage, fixed charges, whether the plan's fee is asked. */
type Row = [string, Shown, Shown, Shown, boolean]

/** The recurring runs of a subscription, each with the marks that the one before left. */
function runs(terms: SubscriptionTerms, zone: string, until: string): Map<string, ReturnType<typeof recurringWindows>> {
  const made = new Map<string, ReturnType<typeof recurringWindows>>()
  let now = terms
  for (let day = nextBillingDay(now, zone); day.toString() <= until; day = nextBillingDay(now, zone)) {
    const windows = recurringWindows(now, day, zone)
    made.set(day.toString(), windows)
    now = { ...now, ...marksAfterRun(now, day, windows, zone) }
  }
  return made
}

function check(terms: SubscriptionTerms, zone: string, rows: readonly Row[], isComplete = true) {
  const made = runs(terms, zone, rows.at(-1)?.[0] ?? '')
  if (isComplete) expect([...made.keys()]).toEqual(rows.map(([day]) => day))
  for (const [day, plan, charges, fixedCharges, billsPlanFee] of rows) {
    const windows = made.get(day)
    expect(windows?.reason).toBe('subscription_periodic')
    expect(shown(windows?.plan ?? null), `plan of ${day}`).toEqual(plan)
    expect(shown(windows?.charges ?? null), `usage of ${day}`).toEqual(charges)
    expect(shown(windows?.fixedCharges ?? null), `fixed charges of ${day}`).toEqual(fixedCharges)
    expect(windows?.billsPlanFee, `plan fee of ${day}`).toBe(billsPlanFee)
  }
}

const january31 = '2024-01-31T01:00:00Z'

describe('the windows of recurring runs', () => {
  it('monthly from January 31st: a clamped day opens the next period and never closes the last', () => {
    const same = (from: string, to: string): [Shown, Shown, Shown, boolean] => [
      [from, to],
      [from, to],
      [from, to],
      true,
    ]
    check(subscription(january31, { billingTime: 'anniversary' }), 'UTC', [
      [
        '2024-02-29',
        ['2024-01-31T00:00:00Z', '2024-02-28T23:59:59Z'],
        ['2024-01-31T01:00:00Z', '2024-02-28T23:59:59Z'],
        ['2024-01-31T01:00:00Z', '2024-02-28T23:59:59Z'],
        true,
      ],
      ['2024-03-31', ...same('2024-02-29T00:00:00Z', '2024-03-30T23:59:59Z')],
      ['2024-04-30', ...same('2024-03-31T00:00:00Z', '2024-04-29T23:59:59Z')],
    ])
  })

  it('monthly in advance from January 30th: the fee looks ahead, usage and fixed charges look back', () => {
    const terms = subscription('2024-01-30T00:00:00Z', { billingTime: 'anniversary', payInAdvance: true })
    const rows: Row[] = [
      [
        '2024-02-29',
        ['2024-02-29T00:00:00Z', '2024-03-29T23:59:59Z'],
        ['2024-01-30T00:00:00Z', '2024-02-28T23:59:59Z'],
        ['2024-01-30T00:00:00Z', '2024-02-28T23:59:59Z'],
        true,
      ],
      [
        '2024-03-30',
        ['2024-03-30T00:00:00Z', '2024-04-29T23:59:59Z'],
        ['2024-02-29T00:00:00Z', '2024-03-29T23:59:59Z'],
        ['2024-02-29T00:00:00Z', '2024-03-29T23:59:59Z'],
        true,
      ],
      [
        '2024-04-30',
        ['2024-04-30T00:00:00Z', '2024-05-29T23:59:59Z'],
        ['2024-03-30T00:00:00Z', '2024-04-29T23:59:59Z'],
        ['2024-03-30T00:00:00Z', '2024-04-29T23:59:59Z'],
        true,
      ],
    ]
    check(terms, 'UTC', rows)
    check({ ...terms, ...marksAfterStart(terms, 'UTC') }, 'UTC', rows)
  })

  it('weekly on the calendar: Monday to Sunday', () => {
    check(subscription('2023-02-01T10:00:00Z', { interval: 'weekly' }), 'UTC', [
      [
        '2023-02-06',
        ['2023-02-01T00:00:00Z', '2023-02-05T23:59:59Z'],
        ['2023-02-01T10:00:00Z', '2023-02-05T23:59:59Z'],
        ['2023-02-01T10:00:00Z', '2023-02-05T23:59:59Z'],
        true,
      ],
      [
        '2023-02-13',
        ['2023-02-06T00:00:00Z', '2023-02-12T23:59:59Z'],
        ['2023-02-06T00:00:00Z', '2023-02-12T23:59:59Z'],
        ['2023-02-06T00:00:00Z', '2023-02-12T23:59:59Z'],
        true,
      ],
    ])
  })

  it('Paris in March: local midnights, whatever the clock does in between', () => {
    const march: Shown = ['2024-02-29T23:00:00Z', '2024-03-31T21:59:59Z']
    check(subscription('2024-03-01T08:00:00Z'), 'Europe/Paris', [
      [
        '2024-04-01',
        march,
        ['2024-03-01T08:00:00Z', '2024-03-31T21:59:59Z'],
        ['2024-03-01T08:00:00Z', '2024-03-31T21:59:59Z'],
        true,
      ],
      [
        '2024-05-01',
        ['2024-03-31T22:00:00Z', '2024-04-30T21:59:59Z'],
        ['2024-03-31T22:00:00Z', '2024-04-30T21:59:59Z'],
        ['2024-03-31T22:00:00Z', '2024-04-30T21:59:59Z'],
        true,
      ],
    ])
  })

  it('yearly in arrears, both split: months of usage and of fixed charges, the fee at the end of the year', () => {
    const terms = subscription(january31, {
      interval: 'yearly',
      billingTime: 'anniversary',
      billChargesMonthly: true,
      billFixedChargesMonthly: true,
    })
    const year: Shown = ['2024-01-31T00:00:00Z', '2025-01-30T23:59:59Z']
    const first: Shown = ['2024-01-31T01:00:00Z', '2024-02-28T23:59:59Z']
    const second: Shown = ['2024-02-29T00:00:00Z', '2024-03-30T23:59:59Z']
    const last: Shown = ['2024-12-31T00:00:00Z', '2025-01-30T23:59:59Z']
    check(
      terms,
      'UTC',
      [
        ['2024-02-29', year, first, first, false],
        ['2024-03-31', year, second, second, false],
        ['2025-01-31', year, last, last, true],
        [
          '2025-02-28',
          ['2025-01-31T00:00:00Z', '2026-01-30T23:59:59Z'],
          ['2025-01-31T00:00:00Z', '2025-02-27T23:59:59Z'],
          ['2025-01-31T00:00:00Z', '2025-02-27T23:59:59Z'],
          false,
        ],
      ],
      false,
    )
    expect(runs(terms, 'UTC', '2025-01-31').size).toBe(12)
  })

  it('yearly in advance, fixed charges split: no usage window inside the year, the whole year’s at its end', () => {
    const terms = subscription(january31, {
      interval: 'yearly',
      billingTime: 'anniversary',
      payInAdvance: true,
      billFixedChargesMonthly: true,
    })
    const rows: Row[] = [
      [
        '2024-02-29',
        ['2024-01-31T00:00:00Z', '2025-01-30T23:59:59Z'],
        null,
        ['2024-01-31T01:00:00Z', '2024-02-28T23:59:59Z'],
        false,
      ],
      [
        '2025-01-31',
        ['2025-01-31T00:00:00Z', '2026-01-30T23:59:59Z'],
        ['2024-01-31T01:00:00Z', '2025-01-30T23:59:59Z'],
        ['2024-12-31T00:00:00Z', '2025-01-30T23:59:59Z'],
        true,
      ],
      [
        '2026-01-31',
        ['2026-01-31T00:00:00Z', '2027-01-30T23:59:59Z'],
        ['2025-01-31T00:00:00Z', '2026-01-30T23:59:59Z'],
        ['2025-12-31T00:00:00Z', '2026-01-30T23:59:59Z'],
        true,
      ],
    ]
    check(terms, 'UTC', rows, false)
    check({ ...terms, ...marksAfterStart(terms, 'UTC') }, 'UTC', rows, false)
  })

  it.each([false, true])(
    'semiannual with charges split (in advance: %s): no fixed-charge window inside the half year',
    (payInAdvance) => {
      const terms = subscription(january31, {
        interval: 'semiannual',
        billingTime: 'anniversary',
        payInAdvance,
        billChargesMonthly: true,
      })
      const halves: readonly [Shown, Shown] = [
        ['2024-01-31T00:00:00Z', '2024-07-30T23:59:59Z'],
        ['2024-07-31T00:00:00Z', '2025-01-30T23:59:59Z'],
      ]
      check(
        terms,
        'UTC',
        [
          ['2024-02-29', halves[0], ['2024-01-31T01:00:00Z', '2024-02-28T23:59:59Z'], null, false],
          ['2024-03-31', halves[0], ['2024-02-29T00:00:00Z', '2024-03-30T23:59:59Z'], null, false],
          [
            '2024-07-31',
            halves[payInAdvance ? 1 : 0],
            ['2024-06-30T00:00:00Z', '2024-07-30T23:59:59Z'],
            ['2024-01-31T01:00:00Z', '2024-07-30T23:59:59Z'],
            true,
          ],
          ['2024-08-31', halves[1], ['2024-07-31T00:00:00Z', '2024-08-30T23:59:59Z'], null, false],
        ],
        false,
      )
    },
  )

  it('backdated beyond the period, in arrears: the last finished period alone', () => {
    const march: Shown = ['2024-03-01T00:00:00Z', '2024-03-31T23:59:59Z']
    check(subscription('2024-01-15T00:00:00Z', { createdAt: '2024-03-10T10:00:00Z' }), 'UTC', [
      ['2024-04-01', march, march, march, true],
    ])
  })

  it('backdated in advance: the coming period, and usage since the start', () => {
    const usage: Shown = ['2024-03-10T08:00:00Z', '2024-03-31T23:59:59Z']
    check(subscription('2024-03-10T08:00:00Z', { createdAt: '2024-03-20T10:00:00Z', payInAdvance: true }), 'UTC', [
      ['2024-04-01', ['2024-04-01T00:00:00Z', '2024-04-30T23:59:59Z'], usage, usage, true],
    ])
  })

  it('backdated on the anniversary: keeps the day it was given', () => {
    const terms = subscription('2023-10-31T00:00:00Z', {
      createdAt: '2024-02-10T10:00:00Z',
      billingTime: 'anniversary',
    })
    const january: Shown = ['2024-01-31T00:00:00Z', '2024-02-28T23:59:59Z']
    check(terms, 'UTC', [['2024-02-29', january, january, january, true]])
  })

  it('a backdated yearly plan with fixed charges split bills no usage of the years before', () => {
    const terms = subscription('2022-05-10T00:00:00Z', {
      createdAt: '2023-11-15T00:00:00Z',
      interval: 'yearly',
      billFixedChargesMonthly: true,
    })
    const year: Shown = ['2023-01-01T00:00:00Z', '2023-12-31T23:59:59Z']
    check(terms, 'UTC', [
      ['2023-12-01', year, null, ['2023-11-01T00:00:00Z', '2023-11-30T23:59:59Z'], false],
      ['2024-01-01', year, year, ['2023-12-01T00:00:00Z', '2023-12-31T23:59:59Z'], true],
    ])
  })

  it('refuses a day that is no billing day', () => {
    expect(() => recurringWindows(subscription(january31), date('2024-02-29'), 'UTC')).toThrow(RangeError)
  })
})
