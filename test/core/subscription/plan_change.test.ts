import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLAN_INTERVALS, type PlanInterval } from '../../../src/core/catalog.js'
import { afterRepricing, changeDirection, yearlyPrice } from '../../../src/core/subscription/plan_change.js'

describe('a plan change', () => {
  it.each<[PlanInterval, number, PlanInterval, number, string, string]>([
    ['monthly', 1000, 'monthly', 1000, 'upgrade', 'the same price is an upgrade'],
    ['monthly', 1000, 'monthly', 999, 'downgrade', ''],
    ['monthly', 1000, 'yearly', 12_000, 'upgrade', 'prices are compared by the year'],
    ['monthly', 1000, 'yearly', 11_999, 'downgrade', ''],
    ['weekly', 100, 'monthly', 433, 'downgrade', '5200 against 5196'],
    ['weekly', 100, 'monthly', 434, 'upgrade', '5200 against 5208'],
    ['quarterly', 300, 'semiannual', 600, 'upgrade', ''],
    ['quarterly', 300, 'semiannual', 599, 'downgrade', ''],
  ])('from %s at %i to %s at %i is an %s %s', (from, fromCents, to, toCents, expected) => {
    const plan = (interval: PlanInterval, amountCents: number) => ({ interval, amountCents })
    expect(changeDirection(plan(from, fromCents), plan(to, toCents))).toBe(expected)
  })
})

const BOTH = { running: true, waiting: true }
const RUNNING = { running: true, waiting: false }
const WAITING = { running: false, waiting: true }

describe('a change that waits, after a new price', () => {
  const monthly = (amountCents: number) => ({ interval: 'monthly' as const, amountCents })
  const yearly = (amountCents: number) => ({ interval: 'yearly' as const, amountCents })
  it.each([
    [monthly(100), monthly(99), WAITING, 'wait', 'the plan waited for is still cheaper'],
    [monthly(100), monthly(100), WAITING, 'take_over', 'it costs the same now'],
    [monthly(100), monthly(200), WAITING, 'take_over', 'it is dearer now'],
    [monthly(100), yearly(1_199), WAITING, 'wait', 'by the year it is cheaper'],
    [monthly(100), yearly(1_200), WAITING, 'take_over', 'by the year it is not'],
    [monthly(50), monthly(60), RUNNING, 'call_off', 'the running plan is the cheaper one now'],
    [monthly(60), monthly(60), RUNNING, 'wait', 'it is not'],
    [monthly(100), yearly(700), RUNNING, 'wait', 'the amounts are of different periods: 1200 against 700 a year'],
    [yearly(500), monthly(50), RUNNING, 'call_off', '500 against 600 a year'],
    [monthly(50), monthly(60), BOTH, 'take_over', 'both were edited: the plan that was asked for wins'],
    [monthly(60), monthly(50), BOTH, 'wait', 'both were edited, and it is still cheaper'],
  ] as const)('%j to %j, edited %j: %s, for %s', (running, waiting, edited, expected, _why) => {
    expect(afterRepricing(running, waiting, edited)).toBe(expected)
  })

  it('waits on exactly while it would be a change to a cheaper plan, or nothing was edited', () => {
    const plan = fc.record({ interval: fc.constantFrom(...PLAN_INTERVALS), amountCents: fc.nat(1_000) })
    fc.assert(
      fc.property(plan, plan, fc.constantFrom(RUNNING, WAITING, BOTH), (running, waiting, edited) => {
        const outcome = afterRepricing(running, waiting, edited)
        expect(afterRepricing(running, waiting, { running: false, waiting: false })).toBe('wait')
        if (yearlyPrice(waiting) < yearlyPrice(running)) expect(outcome).toBe('wait')
        if (yearlyPrice(waiting) > yearlyPrice(running)) {
          expect(outcome).toBe(edited.waiting ? 'take_over' : 'call_off')
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
