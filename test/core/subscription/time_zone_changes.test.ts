import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksAfterRun, marksAfterStart } from '../../../src/core/subscription/billing_marks.js'
import { nextBillingDay } from '../../../src/core/subscription/billing_schedule.js'
import { terminatingWindows } from '../../../src/core/subscription/terminating_windows.js'
import type { SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import {
  type BillingWindows,
  recurringWindows,
  runningWindows,
  startingWindows,
} from '../../../src/core/subscription/windows.js'
import { daysBetween } from '../../../src/core/time/dates.js'
import { ceilToHour, HOUR_MS } from '../../../src/core/time/instants.js'
import { midnight } from '../../../src/core/time/zones.js'
import { anyTerms, FAR_ZONES } from './arbitraries.js'

/** The customer moves to `zone` some hours before the next run falls due, or some hours after it has been made. */
interface Move {
  readonly when: 'before' | 'after'
  readonly hours: number
  readonly zone: string
}

/** A customer whose billing is run at the full hours, as the cron and the test clock do. */
class Customer {
  readonly windows: BillingWindows[] = []
  /** Billing days as instants at the zone of their run. */
  readonly runs: number[] = []

  constructor(
    public terms: SubscriptionTerms,
    public zone: string,
    public now: number,
  ) {
    if (!terms.payInAdvance) return
    this.windows.push(startingWindows(terms, zone))
    this.terms = { ...terms, ...marksAfterStart(terms, zone) }
  }

  /** The full hour at which the next run is made. */
  nextRunAt(): number {
    return Math.max(ceilToHour(midnight(nextBillingDay(this.terms, this.zone), this.zone)), ceilToHour(this.now))
  }

  run(): void {
    this.now = this.nextRunAt()
    const day = nextBillingDay(this.terms, this.zone)
    const windows = recurringWindows(this.terms, day, this.zone)
    this.windows.push(windows)
    this.runs.push(midnight(day, this.zone))
    this.terms = { ...this.terms, ...marksAfterRun(this.terms, day, windows, this.zone) }
  }

  /** Lets time pass, making the runs that fall due. */
  passTo(instant: number): void {
    while (this.nextRunAt() < instant) this.run()
    this.now = Math.max(this.now, instant)
  }

  move({ when, hours, zone }: Move): void {
    if (when === 'after') this.run()
    const offset = Math.round(hours * HOUR_MS)
    this.passTo(when === 'after' ? this.now + offset : Math.max(this.now, this.nextRunAt() - offset))
    this.zone = zone
  }
}

const anyMove: fc.Arbitrary<Move> = fc.record({
  when: fc.constantFrom('before', 'after'),
  hours: fc.oneof(
    fc.double({ min: 0, max: 30, noNaN: true }),
    fc.double({ min: 0, max: 24 * 30, noNaN: true }),
    fc.constant(0),
  ),
  zone: fc.constantFrom(...FAR_ZONES),
})

function lived(terms: SubscriptionTerms, zone: string, moves: readonly Move[]): Customer {
  const customer = new Customer(terms, zone, terms.startedAt)
  for (const move of moves) customer.move(move)
  for (let run = 0; run < 3; run++) customer.run()
  return customer
}

const anyMoves = fc.array(anyMove, { minLength: 1, maxLength: 5 })
const anyFarZone = fc.constantFrom(...FAR_ZONES)

describe('wherever and whenever a customer moves', () => {
  it('usage and fixed charges meet exactly: no event is billed twice, none is left out', () => {
    fc.assert(
      fc.property(anyTerms, anyFarZone, anyMoves, (terms, zone, moves) => {
        const { windows } = lived(terms, zone, moves)
        for (const name of ['charges', 'fixedCharges'] as const) {
          let expected = terms.startedAt
          for (const each of windows) {
            const window = each[name]
            if (window === null) continue
            expect(window.fromAt).toBe(expected)
            expect(window.toAt).toBeGreaterThanOrEqual(window.fromAt)
            expected = window.toAt
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('on the calendar each plan period is asked for once, one after the other', () => {
    fc.assert(
      fc.property(anyTerms, anyFarZone, anyMoves, (any, zone, moves) => {
        const { windows } = lived({ ...any, billingTime: 'calendar' }, zone, moves)
        const periods = windows.filter(({ billsPlanFee }) => billsPlanFee).map(({ planPeriod }) => planPeriod)
        for (const [index, period] of periods.slice(1).entries()) {
          expect(period.fromOn.toString()).toBe(periods[index]?.toOn.toString())
        }
      }),
      { numRuns: 80 },
    )
  })

  it('on the anniversary too, only that the periods move with their anchor: by five days at most', () => {
    fc.assert(
      fc.property(anyTerms, anyFarZone, anyMoves, (any, zone, moves) => {
        const { windows } = lived({ ...any, billingTime: 'anniversary' }, zone, moves)
        const periods = windows.filter(({ billsPlanFee }) => billsPlanFee).map(({ planPeriod }) => planPeriod)
        for (const [index, period] of periods.slice(1).entries()) {
          const before = periods[index]?.toOn ?? period.fromOn
          expect(Math.abs(daysBetween(before, period.fromOn))).toBeLessThanOrEqual(any.interval === 'weekly' ? 2 : 5)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('every run comes later than the one before', () => {
    fc.assert(
      fc.property(anyTerms, anyFarZone, anyMoves, (terms, zone, moves) => {
        const { runs } = lived(terms, zone, moves)
        for (const [index, run] of runs.slice(1).entries()) expect(run).toBeGreaterThan(runs[index] ?? run)
      }),
      { numRuns: 60 },
    )
  })

  it('current usage and a termination take up where the last window ended', () => {
    fc.assert(
      fc.property(anyTerms, anyFarZone, anyMoves, (terms, zone, moves) => {
        const customer = new Customer(terms, zone, terms.startedAt)
        for (const move of moves) customer.move(move)
        customer.passTo(customer.now + 1) // whatever the last move made due is run
        fc.pre(midnight(nextBillingDay(customer.terms, customer.zone), customer.zone) > customer.now)
        const running = runningWindows(customer.terms, customer.now, customer.zone)
        const last = terminatingWindows(customer.terms, customer.now, customer.zone)
        for (const name of ['charges', 'fixedCharges'] as const) {
          const ends = customer.windows.flatMap((each) => (each[name] === null ? [] : [each[name].toAt]))
          const from = ends.at(-1) ?? terms.startedAt
          expect(running[name].fromAt).toBe(from)
          expect(running[name].toAt).toBeGreaterThan(customer.now)
          expect(last[name]).toEqual(
            from > customer.now
              ? { fromAt: customer.now, toAt: customer.now, toInclusive: false }
              : { fromAt: from, toAt: customer.now, toInclusive: true },
          )
        }
      }),
      { numRuns: 80 },
    )
  })
})
