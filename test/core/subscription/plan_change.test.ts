import { describe, expect, it } from 'vitest'
import type { PlanInterval } from '../../../src/core/catalog.js'
import { changeDirection } from '../../../src/core/subscription/plan_change.js'

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
