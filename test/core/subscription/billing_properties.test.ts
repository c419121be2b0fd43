import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { planFee } from '../../../src/core/subscription/plan_fee.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import {
  type BillingWindows,
  recurringWindows,
  runningWindows,
  startingWindows,
} from '../../../src/core/subscription/windows.js'
import { daysTouched } from '../../../src/core/time/dates.js'
import { HOUR_MS } from '../../../src/core/time/instants.js'
import type { TimeWindow } from '../../../src/core/time/windows.js'
import { midnight } from '../../../src/core/time/zones.js'
import { anyTerms, anyZone } from './arbitraries.js'
import { NO_MARKS } from './support.js'

interface Life {
  readonly windows: readonly BillingWindows[]
  /** With the marks of the last run. */
  readonly terms: SubscriptionTerms
}

/** A start that is invoiced if the plan is in advance, and `count` recurring runs. */
function live(terms: SubscriptionTerms, zone: string, count: number): Life {
  const windows: BillingWindows[] = []
  let now = terms
  if (terms.payInAdvance) {
    windows.push(startingWindows(now, zone))
    now = { ...now, ...marksAfterStart(now, zone) }
  }
  for (let run = 0; run < count; run++) {
    const day = nextBillingDay(now, zone)
    const made = recurringWindows(now, day, zone)
    windows.push(made)
    now = { ...now, ...marksAfterRun(now, day, made, zone) }
  }
  return { windows, terms: now }
}

function expectToMeet(windows: readonly (TimeWindow | null)[], fromAt: number): void {
  let expected = fromAt
  for (const window of windows) {
    if (window === null) continue
    expect(window.fromAt).toBe(expected)
    expect(window.toAt).toBeGreaterThanOrEqual(window.fromAt)
    expect(window.toInclusive).toBe(false)
    expected = window.toAt
  }
}

describe('consecutive runs', () => {
  it('neither gap nor overlap: not the plan, from midnight of the start, nor usage or fixed charges, from its instant', () => {
    fc.assert(
      fc.property(anyTerms, anyZone, (terms, zone) => {
        const { windows } = live(terms, zone, 14)
        expectToMeet(
          windows.map(({ charges }) => charges),
          terms.startedAt,
        )
        expectToMeet(
          windows.map(({ fixedCharges }) => fixedCharges),
          terms.startedAt,
        )
        const plan = windows.filter(({ billsPlanFee }) => billsPlanFee).map((each) => each.plan)
        const [first] = plan
        if (first === undefined) return
        expectToMeet(plan, first.fromAt)
        expect(first.fromAt).toBeLessThanOrEqual(terms.startedAt)
        expect(terms.startedAt - first.fromAt).toBeLessThan(25 * HOUR_MS)
      }),
      { numRuns: 40 },
    )
  })

  it('hold every instant from the start to the last run in exactly one window of usage', () => {
    fc.assert(
      fc.property(anyTerms, anyZone, fc.double({ min: 0, max: 1, noNaN: true }), (terms, zone, part) => {
        const { windows, terms: billed } = live(terms, zone, 12)
        const end = billed.chargesBilledUntilAt
        fc.pre(end !== null && end > terms.startedAt)
        const instant = terms.startedAt + Math.floor(part * (end - 1 - terms.startedAt))
        const owners = windows.filter(
          ({ charges }) => charges !== null && charges.fromAt <= instant && instant < charges.toAt,
        )
        expect(owners).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  })

  it('come on strictly later days, each billing its period up to that day’s midnight', () => {
    fc.assert(
      fc.property(anyTerms, anyZone, (terms, zone) => {
        let now = terms
        let previousAt = Number.NEGATIVE_INFINITY
        for (let run = 0; run < 6; run++) {
          const day = nextBillingDay(now, zone)
          const dayAt = midnight(day, zone)
          expect(dayAt).toBeGreaterThan(previousAt)
          const windows = recurringWindows(now, day, zone)
          for (const window of [windows.charges, windows.fixedCharges])
            if (window !== null) expect(window.toAt).toBe(dayAt)
          expect(windows.billsPlanFee && !terms.payInAdvance ? windows.plan.toAt : dayAt).toBe(dayAt)
          previousAt = dayAt
          now = { ...now, ...marksAfterRun(now, day, windows, zone) }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('are announced by what runs: current usage has the window that the next run bills, if that run bills usage', () => {
    fc.assert(
      fc.property(anyTerms, anyZone, fc.nat(6), (terms, zone, count) => {
        const billed = live(terms, zone, count).terms
        const day = nextBillingDay(billed, zone)
        const next = recurringWindows(billed, day, zone)
        const running = runningWindows(billed, midnight(day, zone) - 1, zone)
        expect(next.charges ?? running.charges).toEqual(running.charges)
        expect(next.fixedCharges ?? running.fixedCharges).toEqual(running.fixedCharges)
      }),
      { numRuns: 40 },
    )
  })
})

/** When the last run ended what it billed. */
function lastEnd(windows: readonly BillingWindows[]): number | undefined {
  const last = windows.at(-1)
  return last?.charges?.toAt ?? last?.fixedCharges?.toAt
}

describe('a termination', () => {
  it('takes up exactly where the runs ended, to the last instant', () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyZone,
        fc.nat(5),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (terms, zone, count, part) => {
          const { windows, terms: billed } = live(terms, zone, count)
          const dueAt = midnight(nextBillingDay(billed, zone), zone)
          const sinceAt = lastEnd(windows) ?? terms.startedAt
          const terminatedAt = sinceAt + Math.floor(part * (dueAt - sinceAt))
          const last = terminatingWindows(billed, terminatedAt, zone)
          for (const name of ['charges', 'fixedCharges'] as const) {
            const ends = windows.flatMap((each) => (each[name] === null ? [] : [each[name].toAt]))
            expect(last[name]).toEqual({
              fromAt: ends.at(-1) ?? terms.startedAt,
              toAt: terminatedAt,
              toInclusive: true,
            })
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('in arrears leaves no day of the subscription unpaid and none paid twice', () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyZone,
        fc.nat(13),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (any, zone, count, part) => {
          const terms: SubscriptionTerms = { ...any, payInAdvance: false }
          const { windows, terms: billed } = live(terms, zone, count)
          const dueAt = midnight(nextBillingDay(billed, zone), zone)
          const sinceAt = lastEnd(windows) ?? terms.startedAt
          const terminatedAt = sinceAt + Math.floor(part * (dueAt - sinceAt))
          const invoices = [...windows, terminatingWindows(billed, terminatedAt, zone)]
          let days = 0
          for (const [index, each] of invoices.entries()) {
            days += planFee({ amountCents: 1000, windows: each, billedBefore: index > 0 && days > 0, zone })?.days ?? 0
          }
          expect(days).toBe(daysTouched(terms.startedAt, terminatedAt, zone))
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('the first plan fee', () => {
  it('in arrears is that in advance, and never more than the price, which the later ones are', () => {
    fc.assert(
      fc.property(anyTerms, anyZone, fc.integer({ min: 0, max: 10_000_000 }), (terms, zone, amountCents) => {
        const fees = (payInAdvance: boolean) =>
          live({ ...terms, ...NO_MARKS, payInAdvance }, zone, 13)
            .windows.filter(({ billsPlanFee }) => billsPlanFee)
            .map((windows) => planFee({ amountCents, windows, billedBefore: false, zone }))
        const [inArrears, ...laterInArrears] = fees(false)
        const [inAdvance, ...laterInAdvance] = fees(true)
        if (inArrears !== undefined) expect(inArrears).toEqual(inAdvance)
        expect(inAdvance?.amountCents).toBeLessThanOrEqual(amountCents)
        for (const fee of [...laterInArrears, ...laterInAdvance]) expect(fee?.amountCents).toBe(amountCents)
      }),
      { numRuns: 25 },
    )
  })
})
