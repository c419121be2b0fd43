import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal, ZERO } from '../../../src/core/money/decimal.js'
import { type UnusedDaysInput, unusedDays } from '../../../src/core/subscription/unused_days.js'
import { at, subscription } from './support.js'

function unused(endedAt: string, facts: Partial<UnusedDaysInput> = {}) {
  return unusedDays({
    terms: subscription('2024-03-01T00:00:00Z', { payInAdvance: true }),
    zone: 'UTC',
    endedAt: at(endedAt),
    isUpgrade: false,
    trial: null,
    planAmountCents: 3100,
    feeAmountCents: 3100,
    creditedAmountCents: ZERO,
    ...facts,
  })
}

describe('what a plan paid in advance gives back', () => {
  it.each<[string, Partial<UnusedDaysInput>, string, string]>([
    ['2024-03-15T10:00:00Z', {}, '1600', 'the day of the end is kept'],
    ['2024-03-15T00:00:00Z', {}, '1600', 'also when it ends as it begins'],
    ['2024-03-15T10:00:00Z', { isUpgrade: true }, '1700', 'of an upgrade it is given back'],
    ['2024-03-31T23:00:00Z', {}, '0', 'the last day leaves nothing'],
    [
      '2024-03-15T10:00:00Z',
      { creditedAmountCents: new Decimal(1000) },
      '600',
      'what was given back before is not again',
    ],
    ['2024-03-15T10:00:00Z', { creditedAmountCents: new Decimal(2000) }, '0', 'never below nothing'],
    ['2024-03-15T10:00:00Z', { feeAmountCents: 1161 }, '1161', 'never more than the fee'],
    [
      '2024-03-15T10:00:00Z',
      { planAmountCents: 1000, feeAmountCents: 1000 },
      '516.12903',
      'cut to 5 decimals, not rounded',
    ],
    ['2024-03-15T01:00:00Z', { zone: 'America/Los_Angeles' }, '1700', 'by local days: there it is still the 14th'],
    [
      '2024-03-15T10:00:00Z',
      { trial: { endAt: at('2024-03-15T12:00:00Z'), payInAdvance: true } },
      '1700',
      'on the last day of the trial',
    ],
    [
      '2024-03-10T10:00:00Z',
      { trial: { endAt: at('2024-03-15T12:00:00Z'), payInAdvance: true } },
      '1700',
      'inside the trial: from its end',
    ],
    [
      '2024-03-16T10:00:00Z',
      { trial: { endAt: at('2024-03-15T12:00:00Z'), payInAdvance: true } },
      '1500',
      'after the trial',
    ],
  ])('ended at %s %j: %s (%s)', (endedAt, facts, expected) => {
    expect(unused(endedAt, facts).amountCents.toFixed()).toBe(expected)
  })

  it('of a year counts the days of that year', () => {
    const terms = subscription('2023-06-29T12:00:00Z', {
      interval: 'yearly',
      billingTime: 'anniversary',
      payInAdvance: true,
    })
    const { unusedDays: days, periodDays } = unused('2023-09-28T05:00:00Z', { terms, isUpgrade: true })
    expect([days, periodDays]).toEqual([275, 366])
  })

  it('and the used days are together the whole period, whenever it ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 * 24 * 60 - 1 }), fc.boolean(), (minute, isUpgrade) => {
        const endedAt = new Date(at('2024-03-01T00:00:00Z') + minute * 60_000).toISOString()
        const { unusedDays: left, usedDays, periodDays, usedAmountCents, amountCents } = unused(endedAt, { isUpgrade })
        expect(left + usedDays).toBe(periodDays)
        expect(amountCents.plus(usedAmountCents).toFixed()).toBe('3100')
      }),
      { numRuns: 1000 },
    )
  })
})
