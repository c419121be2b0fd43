import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fundingsOf, type InboundCredits } from '../../../src/core/wallets/fundings.js'

const inbound = (id: string, kind: InboundCredits['kind'], priority: number, remainingCents: number) => ({
  id,
  kind,
  priority,
  remainingCents,
})

describe('what leaves a wallet is taken', () => {
  it('by priority, of what was given before what was bought, and then of what came first', () => {
    const held = [
      inbound('bought', 'purchased', 2, 10),
      inbound('given', 'granted', 2, 10),
      inbound('later', 'granted', 2, 10),
      inbound('urgent', 'purchased', 1, 10),
    ]
    const fundings = fundingsOf(35, held)
    expect(fundings.map(({ inboundId, amountCents }) => [inboundId, amountCents])).toEqual([
      ['urgent', 10],
      ['given', 10],
      ['later', 10],
      ['bought', 5],
    ])
  })

  it('to the last minor unit, of each no more than it holds', () => {
    const arb = fc.array(
      fc.record({
        kind: fc.constantFrom('granted' as const, 'purchased' as const),
        priority: fc.integer({ min: 1, max: 5 }),
        remainingCents: fc.integer({ min: 1, max: 10_000 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(arb, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const held = some.map((one, i) => ({ ...one, id: `${i}` }))
        const whole = held.reduce((sum, { remainingCents }) => sum + remainingCents, 0)
        const asked = Math.floor(whole * share)
        const fundings = fundingsOf(asked, held)
        expect(fundings.reduce((sum, { amountCents }) => sum + amountCents, 0)).toBe(asked)
        expect(new Set(fundings.map(({ inboundId }) => inboundId)).size).toBe(fundings.length)
        for (const { inboundId, amountCents } of fundings) {
          expect(amountCents).toBeGreaterThan(0)
          expect(amountCents).toBeLessThanOrEqual(held.find(({ id }) => id === inboundId)?.remainingCents ?? 0)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('and never of what is not there', () => {
    expect(() => fundingsOf(11, [inbound('a', 'granted', 1, 10)])).toThrow(/never came into it/)
  })
})
