import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGGREGATION_TYPES, CHARGE_MODELS, type ChargeModelName } from '../../../src/core/catalog.js'
import type { ChargeModel } from '../../../src/core/rating/charge_model.js'
import { CHARGE_MODEL_REGISTRY, chargeModelOf } from '../../../src/core/rating/registry.js'

const models: [ChargeModelName, ChargeModel][] = CHARGE_MODELS.map((name) => [name, chargeModelOf(name)])

describe('the registry of charge models', () => {
  test('finds each model under its own name', () => {
    expect(Object.keys(CHARGE_MODEL_REGISTRY).sort()).toEqual([...CHARGE_MODELS].sort())
    for (const [name, model] of models) {
      expect(model.name).toBe(name)
    }
  })

  test.each<[ChargeModelName, boolean, boolean, boolean]>([
    ['standard', true, true, true],
    ['graduated', true, true, false],
    ['graduated_percentage', true, false, false],
    ['package', true, false, false],
    ['percentage', true, false, false],
    ['volume', false, true, false],
    ['dynamic', true, false, false],
  ])('%s: in advance %s, prorated in arrears %s, prorated in advance %s', (name, inAdvance, prorated, both) => {
    const model = chargeModelOf(name)
    expect(model.supportsPayInAdvance).toBe(inAdvance)
    expect(model.supportsProration).toBe(prorated)
    expect(model.supportsProrationInAdvance).toBe(both)
  })

  test('by the units or by the amount is how each is projected', () => {
    const byAmount = models.filter(([, { projection }]) => projection === 'amount').map(([name]) => name)
    expect(byAmount).toEqual(['graduated_percentage', 'percentage', 'dynamic'])
  })

  test('a single event has a price by itself where it is standard or a percentage', () => {
    const alone = models.filter(([, { instantAmount }]) => instantAmount !== undefined).map(([name]) => name)
    expect(alone).toEqual(['standard', 'percentage'])
  })

  test('percentages are refused on latest values, dynamic prices on all but sums, and nothing else is', () => {
    const refusals = models.flatMap(([name, model]) =>
      AGGREGATION_TYPES.map((type) => [name, type, model.refusesAggregation(type)] as const),
    )
    const refusal = { field: 'properties', code: 'invalid_value' }
    const noSum = { field: 'charge_model', code: 'invalid_aggregation_type_or_charge_model' }
    expect(refusals.filter(([, , answer]) => answer !== null)).toEqual([
      ['graduated_percentage', 'latest_agg', refusal],
      ['percentage', 'latest_agg', refusal],
      ...AGGREGATION_TYPES.filter((type) => type !== 'sum_agg').map((type) => ['dynamic', type, noSum]),
    ])
  })
})

/** Values that are nearly what properties hold, so that some are accepted and the rest refused late. */
const text = fc.oneof(
  fc.nat(100).map(String),
  fc.constantFrom('1e-3', '0.50', '+2', '.5', '', '-1', 'NaN', '1e999', '1e1000000'),
  fc.string(),
)
const size = fc.oneof(fc.nat(20), fc.constantFrom(-1, 0.5, 2 ** 60, null, '3'))
const range = fc.record(
  { from_value: size, to_value: size, per_unit_amount: text, flat_amount: text, rate: text },
  { requiredKeys: [] },
)
const openRange = fc.record({
  from_value: fc.constant(0),
  to_value: fc.constant(null),
  per_unit_amount: text,
  flat_amount: text,
  rate: text,
})
const ranges = fc.oneof(
  fc.array(range, { maxLength: 3 }),
  fc.tuple(openRange),
  fc.array(fc.oneof(range, fc.jsonValue()), { maxLength: 3 }),
)
const nearly = fc.record(
  {
    amount: text,
    package_size: size,
    free_units: size,
    rate: text,
    fixed_amount: fc.option(text),
    free_units_per_events: size,
    free_units_per_total_aggregation: fc.option(text),
    per_transaction_min_amount: fc.option(text),
    per_transaction_max_amount: fc.option(text),
    graduated_ranges: ranges,
    graduated_percentage_ranges: ranges,
    volume_ranges: ranges,
    colour: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const input = fc.oneof(nearly, ranges, fc.jsonValue())

describe.each(models)('%s properties', (name, model) => {
  test('of whatever JSON are accepted or refused with codes, never thrown at', () => {
    fc.assert(
      fc.property(input, (value) => {
        const result = model.parseProperties(value)
        if (result.ok) return
        expect(name).not.toBe('dynamic')
        expect(result.codes.length).toBeGreaterThan(0)
        expect(new Set(result.codes).size).toBe(result.codes.length)
        for (const code of result.codes) expect(code).toMatch(/^[a-z_]+$/)
      }),
      { numRuns: 300 },
    )
  })

  test('that were accepted are accepted again, as they are, after a trip through JSON', () => {
    let accepted = 0
    fc.assert(
      fc.property(input, (value) => {
        const first = model.parseProperties(value)
        if (!first.ok) return
        accepted += 1
        const stored: unknown = JSON.parse(JSON.stringify(first.properties))
        expect(stored).toEqual(first.properties)
        expect(model.parseProperties(stored)).toEqual(first)
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(accepted).toBeGreaterThan(10)
  })
})
