import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import {
  balanceAfter,
  type CreditRate,
  creditsOf,
  roundsToZero,
  takenAway,
  toppedUp,
} from '../../../src/core/wallets/credits.js'

const rate = (rateAmount: string, currency = 'EUR'): CreditRate => ({ rateAmount: new Decimal(rateAmount), currency })
const plain = ({ amountCents, creditAmount }: ReturnType<typeof toppedUp>) => [amountCents, creditAmount.toFixed()]

describe('credits that are bought or given', () => {
  it.each([
    ['1', 'EUR', '17.96999999', 1797, '17.97'],
    ['0.01', 'EUR', '4.399999', 4, '4'],
    ['1.375', 'EUR', '10.34567', 1423, '10.34909'],
    ['1', 'JPY', '4.39999', 4, '4'],
    ['1', 'BHD', '1.23456', 1235, '1.235'],
    ['100', 'EUR', '4.3789', 43_789, '4.3789'],
  ])('at %s %s a credit, %s of them are %i minor units and %s credits', (amount, currency, asked, cents, credits) => {
    expect(plain(toppedUp(new Decimal(asked), rate(amount, currency)))).toEqual([cents, credits])
  })

  it('are refused where they are worth less than half a minor unit, but not where there are none', () => {
    expect(roundsToZero(new Decimal('0.4'), rate('0.01'))).toBe(true)
    expect(roundsToZero(new Decimal('0.5'), rate('0.01'))).toBe(false)
    expect(roundsToZero(new Decimal(0), rate('0.01'))).toBe(false)
  })

  it('of a void keep what they were cut to, while the money is whole', () => {
    expect(plain(takenAway(new Decimal('14.28444999'), rate('1')))).toEqual([1428, '14.28444'])
  })
})

const rates = fc.integer({ min: 1, max: 10_000_000 }).map((n) => new Decimal(n).div(100_000))
const currencies = fc.constantFrom('JPY', 'EUR', 'BHD')

describe('money and credits', () => {
  it('are off each other by less than half a hundred-thousandth of a credit, whatever the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), rates, currencies, (cents, rateAmount, currency) => {
        const credits = creditsOf(cents, { rateAmount, currency })
        const exponent = { JPY: 0, EUR: 2, BHD: 3 }[currency] ?? 0
        const off = credits.times(rateAmount).times(Decimal.pow(10, exponent)).minus(cents).abs()
        expect(off.lte(rateAmount.times(Decimal.pow(10, exponent)).times('0.000005'))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('a balance that took in and gave out the same money holds nothing, in both figures', () => {
    const moves = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(moves, rates, currencies, (cents, rateAmount, currency) => {
        const move = (amountCents: number) => ({
          amountCents,
          creditAmount: creditsOf(amountCents, { rateAmount, currency }),
        })
        const nothing = { balanceCents: 0, creditsBalance: new Decimal(0) }
        const full = cents.reduce((balance, one) => balanceAfter(balance, move(one), 1), nothing)
        const whole = cents.reduce((sum, one) => sum + one, 0)
        expect(full.balanceCents).toBe(whole)
        const empty = balanceAfter(full, move(whole), -1)
        expect([empty.balanceCents, empty.creditsBalance.toFixed()]).toEqual([0, '0'])
      }),
      { numRuns: 1000 },
    )
  })
})
