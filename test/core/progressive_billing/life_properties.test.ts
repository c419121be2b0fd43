import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completions, nextLevel, type UsageThreshold } from '../../../src/core/progressive_billing/thresholds.js'
import { askedForUsage, type Batch, billedLife, type Period, type UsageEvent } from './lives.js'

const RUNS = { numRuns: 1_500 }

const fixedArb = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { maxLength: 4 })
const thresholdsArb: fc.Arbitrary<UsageThreshold[]> = fc
  .tuple(fixedArb, fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: null }))
  .map(([fixed, step]) => [
    ...fixed.map((amountCents) => ({ id: `at-${amountCents}`, amountCents, recurring: false })),
    ...(step === null ? [] : [{ id: 'every', amountCents: step, recurring: true }]),
  ])

const eventArb = (min: number): fc.Arbitrary<UsageEvent> =>
  fc.record({ charge: fc.nat(2), cents: fc.integer({ min, max: 2_000 }) })
const eventsArb = (min: number) => fc.array(eventArb(min), { maxLength: 12 })
const periodsArb = (min: number): fc.Arbitrary<Period[]> =>
  fc.array(fc.array(fc.array(eventArb(min), { minLength: 1, maxLength: 4 }), { maxLength: 5 }), { maxLength: 4 })

/** The same events in another order, cut into batches elsewhere. */
const regroupedArb = (events: readonly UsageEvent[]): fc.Arbitrary<Batch[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: events.length, maxLength: events.length }),
    )
    .map(([shuffled, sizes]) => {
      const batches: Batch[] = []
      for (let at = 0, i = 0; at < shuffled.length; i++) {
        const size = sizes[i] ?? 1
        batches.push(shuffled.slice(at, at + size))
        at += size
      }
      return batches
    })

const total = (events: readonly UsageEvent[]): number => events.reduce((sum, { cents }) => sum + cents, 0)
const fixedOf = (thresholds: readonly UsageThreshold[]) => thresholds.filter(({ recurring }) => !recurring)
describe('whatever the order and grouping of events', () => {
  const lifeArb = fc
    .tuple(thresholdsArb, eventsArb(0))
    .chain(([thresholds, events]) => fc.tuple(fc.constant(thresholds), fc.constant(events), regroupedArb(events)))

  it('each fixed threshold that usage has reached is billed once', () => {
    fc.assert(
      fc.property(lifeArb, ([thresholds, events, batches]) => {
        const fixed = fixedOf(thresholds)
        const { passed } = billedLife(fixed, [batches])
        const reached = fixed.filter(({ amountCents }) => amountCents <= total(events))
        expect(passed.flatMap(({ ids }) => ids).sort()).toEqual(reached.map(({ id }) => id).sort())
      }),
      RUNS,
    )
  })

  it('a recurring one ends at the step that usage has reached, beyond the largest fixed one', () => {
    fc.assert(
      fc.property(lifeArb, fc.integer({ min: 1, max: 3_000 }), ([thresholds, events, batches], step) => {
        const fixed = fixedOf(thresholds)
        const largest = Math.max(0, ...fixed.map(({ amountCents }) => amountCents))
        const { passed } = billedLife([...fixed, { id: 'every', amountCents: step, recurring: true }], [batches])
        const steps = Math.max(0, Math.floor((total(events) - largest) / step))
        const levels = passed.map(({ level }) => level)
        if (steps > 0) expect(levels.at(-1)).toBe(largest + steps * step)
        else expect(levels.every((level) => level <= largest)).toBe(true)
        expect(levels).toEqual([...new Set(levels)].sort((a, b) => a - b))
      }),
      RUNS,
    )
  })

  it('the invoices of a period ask together what its usage is worth', () => {
    fc.assert(
      fc.property(lifeArb, ([thresholds, events, batches]) => {
        const [period] = billedLife(thresholds, [batches]).periods
        expect(period && askedForUsage(period)).toBe(total(events))
        expect(period?.surplusCents).toBe(0)
      }),
      RUNS,
    )
  })
})

describe('also where events take usage away again', () => {
  it('nothing is asked twice, and what was asked too much comes back', () => {
    fc.assert(
      fc.property(thresholdsArb, periodsArb(-2_000), (thresholds, periods) => {
        for (const period of billedLife(thresholds, periods).periods) {
          expect(askedForUsage(period)).toBe(period.usedCents)
          expect(period.surplusCents).toBeGreaterThanOrEqual(0)
        }
      }),
      RUNS,
    )
  })

  it('a fixed threshold is billed once in a life, and levels only rise', () => {
    fc.assert(
      fc.property(thresholdsArb, periodsArb(-2_000), (thresholds, periods) => {
        const { passed } = billedLife(thresholds, periods)
        const levels = passed.map(({ level }) => level)
        expect(levels).toEqual([...new Set(levels)].sort((a, b) => a - b))
        const fixed = passed.flatMap(({ ids }) => ids).filter((id) => id !== 'every')
        expect(new Set(fixed).size).toBe(fixed.length)
      }),
      RUNS,
    )
  })
})

describe('how far usage has come', () => {
  it('is at the next threshold exactly when the one that is open is complete', () => {
    fc.assert(
      fc.property(thresholdsArb, fc.nat(20_000), (thresholds, totalCents) => {
        const listed = completions(thresholds, totalCents)
        const complete = listed.filter(({ ratio }) => ratio === 1)
        const open = listed.filter(({ ratio }) => ratio < 1)
        expect(complete.every(({ amountCents }) => amountCents <= totalCents)).toBe(true)
        expect(open.every(({ amountCents }) => amountCents > totalCents)).toBe(true)
        expect(open[0]?.amountCents ?? null).toBe(nextLevel(thresholds, totalCents))
        expect(listed.every(({ ratio }) => ratio >= 0 && ratio <= 1)).toBe(true)
        expect(open.slice(1).every(({ ratio }) => ratio === 0)).toBe(true)
      }),
      RUNS,
    )
  })
})
