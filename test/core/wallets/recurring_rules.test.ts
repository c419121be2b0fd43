import { Temporal } from '@js-temporal/polyfill'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLAN_INTERVALS } from '../../../src/core/catalog.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import {
  hasRunLow,
  intervalTopUp,
  type RecurringRule,
  thresholdTopUp,
  type WalletStanding,
  waitsAfterFailure,
} from '../../../src/core/wallets/recurring_rules.js'
import { NO_BOUNDS } from '../../../src/core/wallets/top_up.js'
import { nextTopUpDay } from '../../../src/core/wallets/top_up_days.js'

const d = (text: string | number) => new Decimal(text)
const rule = (given: Partial<RecurringRule> = {}): RecurringRule => ({
  ...{ trigger: 'threshold', interval: null, method: 'fixed', thresholdCredits: d(10), paidCredits: d(50) },
  ...{ grantedCredits: d(0), targetOngoingBalance: null, grantsTargetTopUp: false, ignorePaidTopUpLimits: false },
  ...given,
})
const standing = (ongoing: string | number, given: Partial<WalletStanding> = {}): WalletStanding => ({
  ...{ ongoingCredits: d(ongoing), pendingCredits: d(0), bounds: NO_BOUNDS },
  ...{ rate: { rateAmount: d(1), currency: 'EUR' }, ...given },
})
const plain = ({ paidCredits, grantedCredits }: ReturnType<typeof thresholdTopUp>) => [
  paidCredits?.toFixed() ?? null,
  grantedCredits?.toFixed() ?? null,
]

describe('a wallet that has run low', () => {
  it.each([
    ['-429.8', {}, {}, ['450', '0'], 'the gap of 439.8 in one purchase'],
    ['-90', {}, {}, ['150', '0'], 'one more where the gap is an exact multiple'],
    ['5', {}, {}, ['50', '0'], 'once where that is enough'],
    ['-429.8', { grantedCredits: d(45) }, {}, ['400', '45'], 'less what is given along'],
    ['-429.8', {}, { pendingCredits: d(100) }, ['350', '0'], 'less what is on its way'],
    [
      '-429.8',
      {},
      { bounds: { minAmountCents: null, maxAmountCents: 10_000 } },
      ['100', '0'],
      'cut at the largest purchase',
    ],
    [
      '-429.8',
      { ignorePaidTopUpLimits: true },
      { bounds: { minAmountCents: null, maxAmountCents: 10_000 } },
      ['450', '0'],
      'unless that is ignored',
    ],
    ['-429.8', { paidCredits: d(0), grantedCredits: d(5) }, {}, [null, '5'], 'what is only given, once'],
    [
      '-5',
      { method: 'target', targetOngoingBalance: d(30) } as const,
      {},
      ['35', null],
      'what is missing to the target',
    ],
    [
      '-5',
      { method: 'target', targetOngoingBalance: d(30) } as const,
      { bounds: { minAmountCents: 5000, maxAmountCents: 100 } },
      ['50', null],
      'no less than may be bought, whatever the most is',
    ],
    [
      '-5',
      { method: 'target', targetOngoingBalance: d(30), grantsTargetTopUp: true } as const,
      { bounds: { minAmountCents: 5000, maxAmountCents: null } },
      [null, '35'],
      'exactly that where it is given',
    ],
  ])('at %s is filled with %o (%#)', (ongoing, given, stood, amounts, why) => {
    expect(plain(thresholdTopUp(rule(given), standing(ongoing, stood))), why).toEqual(amounts)
  })

  it.each([
    ['10', '0', true],
    ['10.00001', '0', false],
    ['4', '6', true],
    ['4', '6.00001', false],
    ['-3', '0', true],
  ])('at %s with %s on its way: %s', (ongoing, pending, low) => {
    expect(hasRunLow(rule(), standing(ongoing, { pendingCredits: d(pending) }))).toBe(low)
  })

  it('ends above its threshold, whatever it had, if nothing limits the purchase', () => {
    const credits = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => d(n).div(100))
    const amounts = fc.integer({ min: 1, max: 100_000 }).map((n) => d(n).div(100))
    fc.assert(
      fc.property(credits, credits, amounts, (ongoing, threshold, paid) => {
        fc.pre(ongoing.lte(threshold))
        const { paidCredits } = thresholdTopUp(
          rule({ thresholdCredits: threshold, paidCredits: paid }),
          standing(ongoing.toFixed()),
        )
        const bought = paidCredits ?? d(0)
        expect(ongoing.plus(bought).gt(threshold) || bought.eq(paid)).toBe(true)
        // No more of them than it takes.
        expect(ongoing.plus(bought).minus(paid).lte(threshold)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('on its day', () => {
  it('a wallet gets fixed amounts whatever it holds, and of a target what is missing', () => {
    const fixed = rule({ trigger: 'interval', grantedCredits: d(3) })
    expect(plain(intervalTopUp(fixed, standing(1_000_000)))).toEqual(['50', '3'])
    const target = rule({ trigger: 'interval', method: 'target', targetOngoingBalance: d(30) })
    expect(plain(intervalTopUp(target, standing(12)))).toEqual(['18', null])
    expect(plain(intervalTopUp(target, standing(30)))).toEqual([null, null])
    expect(plain(intervalTopUp(target, standing(12, { pendingCredits: d(18) })))).toEqual([null, null])
  })
})

describe('after a purchase that failed', () => {
  const HOUR = 3_600_000
  const failed = (failedAt: number) => ({ isAutomatic: true, settledAt: null, failedAt })
  const paid = (settledAt: number) => ({ isAutomatic: false, settledAt, failedAt: null })
  it.each([
    [[failed(0)], 0, true],
    [[failed(0)], HOUR - 1, true],
    [[failed(0)], HOUR, false],
    [[failed(0), paid(5)], 10, false],
    [[paid(0), failed(5)], 10, true],
    [[{ ...failed(0), isAutomatic: false }], 1, false],
    [[failed(0), { isAutomatic: true, settledAt: null, failedAt: null }], 1, false],
  ])('of %o at %i: waits %s', (purchases, now, waits) => {
    expect(waitsAfterFailure(purchases, now)).toBe(waits)
  })
})

const on = (text: string) => Temporal.PlainDate.from(text)
const days = (given: Omit<Parameters<typeof nextTopUpDay>[0], 'toppedUpOn'>, from: string, count: number) => {
  const found: string[] = []
  let toppedUpOn: Temporal.PlainDate | null = null
  for (let today = on(from); found.length < count; today = on(found.at(-1) ?? from)) {
    toppedUpOn = nextTopUpDay({ ...given, toppedUpOn }, today)
    found.push(toppedUpOn.toString())
  }
  return found
}

describe('the days on which a wallet is filled', () => {
  it.each([
    ['monthly', '2023-01-31', '2023-01-31', ['2023-02-28', '2023-03-31', '2023-04-30']],
    ['weekly', '2023-02-20', '2023-02-20', ['2023-02-27', '2023-03-06', '2023-03-13']],
    ['quarterly', '2023-03-31', '2023-03-31', ['2023-06-30', '2023-09-30', '2023-12-31']],
    ['semiannual', '2023-08-31', '2023-08-31', ['2024-02-29', '2024-08-31', '2025-02-28']],
    ['yearly', '2024-02-29', '2024-02-29', ['2025-02-28', '2026-02-28', '2027-02-28']],
    ['monthly', '2025-04-15', '2025-03-31', ['2025-04-15', '2025-05-15', '2025-06-15']],
    ['monthly', '2025-01-15', '2025-03-31', ['2025-04-15', '2025-05-15', '2025-06-15']],
    ['monthly', '2025-03-31', '2025-02-10', ['2025-03-31', '2025-04-30', '2025-05-31']],
  ] as const)('%s from %s, opened on %s: %o', (interval, anchor, opened, expected) => {
    expect(days({ interval, anchorOn: on(anchor), openedOn: on(opened) }, opened, 3)).toEqual(expected)
  })

  it('come one after the other, none before its anchor or on the day it was opened, and none twice', () => {
    const anyDay = fc.integer({ min: 0, max: 4000 }).map((n) => on('2020-01-01').add({ days: n }))
    fc.assert(
      fc.property(fc.constantFrom(...PLAN_INTERVALS), anyDay, anyDay, (interval, anchorOn, openedOn) => {
        const found = days({ interval, anchorOn, openedOn }, openedOn.toString(), 6)
        expect(found).toEqual([...new Set(found)].sort())
        expect(found[0] !== undefined && found[0] > openedOn.toString() && found[0] >= anchorOn.toString()).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
