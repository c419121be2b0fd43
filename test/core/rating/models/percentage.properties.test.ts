import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregationType } from '../../../../src/core/catalog.js'
import { percentage } from '../../../../src/core/rating/models/percentage.js'
import { rateCharge } from '../../../../src/core/rating/rate_charge.js'
import { parsed, rateEvents, sumOf, tallyOf } from '../pricing.js'

/**
 * A charge in whole numbers: allowances in hundredths of a unit, the rate in whole percent, money in ten-thousandths of a
 * currency unit, so that a percent of a hundredth is one. The references below compute in whole numbers only.
 */
interface Terms {
  readonly rate: number
  readonly fixed: number
  /** 0 for none. */
  readonly freeEvents: number
  readonly freeUnits: number
  readonly min: number | null
  readonly max: number | null
}

const totals: fc.Arbitrary<Terms> = fc.record({
  rate: fc.nat(20),
  fixed: fc.nat(30_000),
  freeEvents: fc.nat(4),
  freeUnits: fc.oneof(fc.constant(0), fc.nat(3000)),
  min: fc.constant(null),
  max: fc.constant(null),
})

const bounded: fc.Arbitrary<Terms> = fc
  .tuple(totals, fc.option(fc.nat(20_000)), fc.option(fc.nat(20_000)))
  .filter(([, min, more]) => min !== null || more !== null)
  .map(([terms, min, more]) => ({ ...terms, min, max: more === null ? null : (min ?? 0) + more }))

/** Values in hundredths, in time order, mostly whole units so that totals meet the allowances exactly. */
const positive = fc.oneof(
  fc.nat(12).map((units) => units * 100),
  fc.nat(1500),
)
const anyValue = fc.oneof({ weight: 4, arbitrary: positive }, { weight: 1, arbitrary: positive.map((value) => -value) })
const events = fc.array(anyValue, { maxLength: 10 })

const propertiesOf = ({ rate, fixed, freeEvents, freeUnits, min, max }: Terms) => ({
  rate: `${rate}`,
  fixed_amount: `${fixed}e-4`,
  free_units_per_events: freeEvents === 0 ? null : freeEvents,
  free_units_per_total_aggregation: `${freeUnits}e-2`,
  per_transaction_min_amount: min === null ? null : `${min}e-4`,
  per_transaction_max_amount: max === null ? null : `${max}e-4`,
})

function costOf(terms: Terms, hundredths: readonly number[], aggregation: AggregationType = 'sum_agg'): number {
  const properties = parsed(percentage, propertiesOf(terms))
  const values = hundredths.map((value) => `${value}e-2`)
  const units = sumOf(values)
  const usage = rateCharge({
    chargeModel: 'percentage',
    properties,
    aggregate: { units, eventsCount: values.length, totalAggregatedUnits: units },
    tally: tallyOf(percentage, properties, values, aggregation),
    roundingFunction: null,
    roundingPrecision: null,
    currency: 'EUR',
    pricingUnit: null,
  })
  return usage.preciseAmount.times(10_000).toNumber()
}

const runningTotals = (values: readonly number[]) =>
  values.map((_, i) => values.slice(0, i + 1).reduce((a, b) => a + b, 0))

/** The rules by the letter, over the whole list of running totals. */
function byTotals({ rate, fixed, freeEvents, freeUnits }: Terms, values: readonly number[]): number {
  const all = runningTotals(values)
  const units = all.at(-1) ?? 0
  if (units < 0) return 0
  const above = all.findIndex((total) => total > freeUnits)
  let considered: number[] = []
  if (freeEvents > 0) considered = all.slice(0, freeEvents)
  else if (freeUnits > 0) considered = above === -1 ? all : all.slice(0, above + 1)
  const last = considered.at(-1) ?? 0
  const free = freeUnits === 0 || last <= freeUnits ? last : freeUnits
  const below = considered.filter((total) => total < freeUnits).length
  const paidEvents = values.length - (freeUnits > 0 ? below : freeEvents)
  return Math.max(0, units - free) * rate + (units === 0 ? 0 : Math.max(0, paidEvents) * fixed)
}

/** Event by event: those before the first total above the free units, or the first ones, are free. */
function byEvents({ rate, fixed, freeEvents, freeUnits, min, max }: Terms, values: readonly number[]): number {
  const all = runningTotals(values)
  const above = all.findIndex((total) => total > freeUnits)
  const firstPaid = freeUnits === 0 ? freeEvents : above === -1 ? values.length : above
  let cost = 0
  if ((all.at(-1) ?? 0) < 0) return 0
  values.forEach((value, i) => {
    if (i < firstPaid) return
    const paid = freeUnits > 0 && i === firstPaid ? (all[i] ?? 0) - freeUnits : value
    cost += Math.min(Math.max(paid * rate + fixed, min ?? Number.NEGATIVE_INFINITY), max ?? Number.POSITIVE_INFINITY)
  })
  return Math.max(0, cost)
}

const count = fc.nat(12).map((n) => Array.from({ length: n }, () => 100))

describe('percentage', () => {
  test('of a sum equals the rules by the letter over all running totals', () => {
    fc.assert(
      fc.property(totals, events, (terms, values) => {
        expect(costOf(terms, values)).toBe(byTotals(terms, values))
      }),
      { numRuns: 1_000 },
    )
  })

  test('of a count equals the same over totals of 1, 2, 3, ...', () => {
    fc.assert(
      fc.property(totals, count, (terms, values) => {
        expect(costOf(terms, values, 'count_agg')).toBe(byTotals(terms, values))
      }),
      { numRuns: 1_000 },
    )
  })

  test('with bounds equals pricing event by event', () => {
    fc.assert(
      fc.property(bounded, events, (terms, values) => {
        expect(costOf(terms, values)).toBe(byEvents(terms, values))
      }),
      { numRuns: 1_000 },
    )
  })

  test('of a count with bounds equals pricing event by event', () => {
    fc.assert(
      fc.property(bounded, count, (terms, values) => {
        expect(costOf(terms, values, 'count_agg')).toBe(byEvents(terms, values))
      }),
      { numRuns: 1_000 },
    )
  })

  test('never falls with one more event that adds usage', () => {
    fc.assert(
      fc.property(fc.oneof(totals, bounded), fc.array(positive, { maxLength: 8 }), positive, (terms, values, more) => {
        expect(costOf(terms, [...values, more])).toBeGreaterThanOrEqual(costOf(terms, values))
      }),
      { numRuns: 1_000 },
    )
  })

  test('details add up: free and paid to the usage, the parts and the adjustment to the amount', () => {
    fc.assert(
      fc.property(fc.oneof(totals, bounded), fc.array(positive, { minLength: 1, maxLength: 8 }), (terms, values) => {
        fc.pre(values.some((value) => value > 0))
        const { amount, details } = rateEvents(
          percentage,
          propertiesOf(terms),
          values.map((value) => `${value}e-2`),
        )
        const number = (key: string) => Number(details[key])
        expect(number('free_events') + number('paid_events')).toBe(values.length)
        expect(number('free_units') + number('paid_units')).toBeCloseTo(number('units'), 9)
        const parts = ['per_unit_total_amount', 'fixed_fee_total_amount', 'min_max_adjustment_total_amount']
        expect(parts.reduce((sum, key) => sum + number(key), 0)).toBeCloseTo(amount.toNumber(), 9)
      }),
    )
  })
})
