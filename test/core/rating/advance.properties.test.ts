import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChargeModelName } from '../../../src/core/catalog.js'
import { type Decimal, ZERO } from '../../../src/core/money/decimal.js'
import type { RatedUsage } from '../../../src/core/rating/rate_charge.js'
import { CHARGE_MODEL_REGISTRY, chargeModelOf } from '../../../src/core/rating/registry.js'
import { AdvanceRun, advanceCharge, FIELD } from './advance_support.js'
import { rateEvents } from './pricing.js'
import { boundsOf, type Tier, tiers } from './tiers.js'

const text = (hundredths: number) => `${hundredths / 100}`
const price = fc.nat(2_000).map(text)

/** Ranges that may touch, with prices under this name. */
const ranges = (name: string) =>
  fc.tuple(tiers, fc.array(fc.boolean(), { maxLength: 5 })).map(([list, touches]) => {
    const bounds = boundsOf(list, (index) => touches[index] ?? false)
    return list.map((tier: Tier, i) => ({ ...bounds[i], [name]: text(tier.price), flat_amount: text(tier.flat) }))
  })

const percentage = fc
  .record(
    {
      rate: price,
      fixed_amount: price,
      free_units_per_events: fc.integer({ min: 1, max: 4 }),
      free_units_per_total_aggregation: price,
      per_transaction_min_amount: fc.nat(500).map(text),
      per_transaction_max_amount: fc.integer({ min: 500, max: 3_000 }).map(text),
    },
    { requiredKeys: ['rate'] },
  )
  .map((properties) => properties as unknown)

/** Properties of each model whose price depends on units and events, not on what events bring along. */
const PROPERTIES = {
  standard: fc.record({ amount: price }),
  graduated: ranges('per_unit_amount').map((graduated_ranges) => ({ graduated_ranges })),
  graduated_percentage: ranges('rate').map((list) => ({ graduated_percentage_ranges: list })),
  package: fc.record({ amount: price, package_size: fc.integer({ min: 1, max: 9 }), free_units: fc.nat(9) }),
  percentage,
} as const satisfies Partial<Record<ChargeModelName, fc.Arbitrary<unknown>>>

const MODELS = Object.entries(PROPERTIES) as [keyof typeof PROPERTIES, fc.Arbitrary<unknown>][]
const RUNS = { numRuns: 1_000 }

/** In hundredths of a unit, mostly whole units, so that bounds and allowances are met exactly. */
const rise = fc.oneof(
  fc.nat(9).map((units) => units * 100),
  fc.nat(900),
)
const change = fc.oneof(
  { weight: 3, arbitrary: rise },
  rise.map((value) => -value),
)

const preciseSum = (fees: readonly RatedUsage[]) =>
  fees.reduce<Decimal>((sum, { preciseAmount }) => sum.plus(preciseAmount), ZERO)

/** By how much each value that gets above everything before it does; values that stay exactly at the top do so by 0. */
function rises(values: readonly number[]): number[] {
  let [now, top] = [0, 0]
  return values.flatMap((value) => {
    const [before, above] = [now, Math.max(0, now + value - top)]
    now += value
    if (above === 0 && !(value === 0 && before === top)) return []
    top += above
    return [above]
  })
}

test('every model that can be paid in advance is held to this, but for the one whose events bring their price', () => {
  const inAdvance = Object.values(CHARGE_MODEL_REGISTRY).filter((model) => model.supportsPayInAdvance)
  expect(inAdvance.map(({ name }) => name).sort()).toEqual(['dynamic', ...MODELS.map(([name]) => name)].sort())
})

describe.each(MODELS)('fees in advance of %s', (name, properties) => {
  const model = chargeModelOf(name)

  test('add up to the price of the whole, before they are rounded, when usage never falls', () => {
    fc.assert(
      fc.property(properties, fc.array(rise, { minLength: 1, maxLength: 8 }), (input, hundredths) => {
        const values = hundredths.map(text)
        const run = new AdvanceRun(advanceCharge(name, input))
        const fees = values.map((value) => run.add(value))
        expect(preciseSum(fees).toFixed()).toBe(rateEvents(model, input, values).amount.toFixed())
        expect(run.current().preciseAmount.toFixed()).toBe(preciseSum(fees).toFixed())
        expect(fees.map(({ units }) => units.times(100).toNumber())).toEqual(hundredths)
      }),
      RUNS,
    )
  })

  test('add up to the price of the high-water mark when usage falls, and are never negative', () => {
    fc.assert(
      fc.property(properties, fc.array(change, { maxLength: 8 }), (input, hundredths) => {
        const run = new AdvanceRun(advanceCharge(name, input))
        const fees = hundredths.map((value) => run.add(text(value)))
        const charged = rises(hundredths).map(text)
        const expected = charged.length === 0 ? ZERO : rateEvents(model, input, charged).amount
        expect(preciseSum(fees).toFixed()).toBe(expected.toFixed())
        expect(run.current().preciseAmount.toFixed()).toBe(expected.toFixed())
        for (const { units, amountCents } of fees) expect(units.isNegative() || amountCents.isNegative()).toBe(false)
      }),
      RUNS,
    )
  })

  test('of a count add up to its price', () => {
    fc.assert(
      fc.property(properties, fc.integer({ min: 1, max: 12 }), (input, count) => {
        const run = new AdvanceRun(advanceCharge(name, input, 'count_agg'))
        const ones = Array.from({ length: count }, () => 1)
        const fees = ones.map(() => run.send({}))
        expect(preciseSum(fees).toFixed()).toBe(rateEvents(model, input, ones, 'count_agg').amount.toFixed())
      }),
      RUNS,
    )
  })

  test('of a unique count add up to the price of the most values that were there at once', () => {
    const operation = fc.record({ value: fc.constantFrom('a', 'b', 'c', 'd'), remove: fc.boolean() })
    fc.assert(
      fc.property(properties, fc.array(operation, { maxLength: 12 }), (input, operations) => {
        const run = new AdvanceRun(advanceCharge(name, input, 'unique_count_agg'))
        const there = new Set<string>()
        let most = 0
        const fees = operations.map(({ value, remove }) => {
          const isNew = !there.has(value) && !remove
          if (remove) there.delete(value)
          else there.add(value)
          most = Math.max(most, there.size)
          const fee = run.send({ [FIELD]: value, ...(remove && { operation_type: 'remove' }) })
          expect(fee.units.toNumber()).toBe(isNew ? 1 : 0)
          return fee
        })
        const ones = Array.from({ length: most }, () => 1)
        const expected = most === 0 ? ZERO : rateEvents(model, input, ones, 'unique_count_agg').amount
        expect(preciseSum(fees).toFixed()).toBe(expected.toFixed())
      }),
      RUNS,
    )
  })
})

test('fees in advance of dynamic add up to what the events say, those below 0 left out', () => {
  const cents = fc.integer({ min: -200, max: 5_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(change, fc.option(cents)), { maxLength: 10 }), (events) => {
      const run = new AdvanceRun(advanceCharge('dynamic', {}))
      const fees = events.map(([value, own]) => run.add(text(value), own === null ? null : text(own)))
      const expected = events.reduce((sum, [, own]) => sum + Math.max(0, own ?? 0), 0)
      expect(preciseSum(fees).times(10_000).toNumber()).toBe(expected)
      expect(run.current().preciseAmount.times(10_000).toNumber()).toBe(expected)
    }),
    RUNS,
  )
})
