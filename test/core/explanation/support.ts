import fc from 'fast-check'
import {
  AGGREGATION_TYPES,
  type AggregationType,
  ALL_FILTER_VALUES,
  CHARGE_MODELS,
  type Charge,
  type ChargeModelName,
} from '../../../src/core/catalog.js'
import type { TracedEvent } from '../../../src/core/explanation/usage_trace.js'
import { aggregationOf } from '../../../src/core/metering/aggregations/registry.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'
import { parsed } from '../rating/pricing.js'
import { boundsOf, tiers } from '../rating/tiers.js'
import { chargeOf, metricOf } from '../usage/builders.js'

const price = fc.nat(2_000).map((tenthsOfCents) => (tenthsOfCents / 1000).toFixed(3))
const bound = fc.nat(300).map((cents) => (cents / 100).toFixed(2))
const tiered = (prices: (tier: { price: number; flat: number }) => object) =>
  tiers.map((list) => boundsOf(list, () => false).map((range, i) => ({ ...range, ...prices(list[i] ?? NO_TIER) })))
const NO_TIER = { size: 1, price: 0, flat: 0 }
const cents = (value: number): string => (value / 100).toFixed(2)
const perUnit = tiered((tier) => ({ per_unit_amount: cents(tier.price), flat_amount: cents(tier.flat) }))

/** Random properties of every charge model. */
const PROPERTIES: Readonly<Record<ChargeModelName, fc.Arbitrary<object>>> = {
  standard: fc.record({ amount: price }),
  graduated: perUnit.map((graduated_ranges) => ({ graduated_ranges })),
  graduated_percentage: tiered((tier) => ({ rate: cents(tier.price), flat_amount: cents(tier.flat) })).map(
    (graduated_percentage_ranges) => ({ graduated_percentage_ranges }),
  ),
  package: fc.record({ amount: price, package_size: fc.integer({ min: 1, max: 9 }), free_units: fc.nat(9) }),
  percentage: fc
    .record(
      {
        rate: price,
        fixed_amount: price,
        free_units_per_events: fc.integer({ min: 1, max: 4 }),
        free_units_per_total_aggregation: fc.nat(9).map(String),
        per_transaction_min_amount: bound,
        over: bound,
      },
      { requiredKeys: ['rate'] },
    )
    .map(({ over, ...properties }) =>
      over === undefined
        ? properties
        : {
            ...properties,
            per_transaction_max_amount: (Number(properties.per_transaction_min_amount ?? 0) + Number(over)).toFixed(2),
          },
    ),
  volume: perUnit.map((volume_ranges) => ({ volume_ranges })),
  dynamic: fc.constant({}),
}

export const MODELS: readonly ChargeModelName[] = CHARGE_MODELS

const groups = fc.constantFrom<readonly string[]>([], ['cloud'], ['region', 'cloud'])
const values = fc.constantFrom<Charge['filters'][number]['values']>(
  { cloud: ['aws'] },
  { cloud: ['aws', 'gcp'] },
  { cloud: [ALL_FILTER_VALUES] },
  { region: ['eu'] },
  { region: ['eu'], cloud: ['gcp'] },
  { region: ['moon'] },
)

const rounding = fc.constantFrom(
  { roundingFunction: null, roundingPrecision: null },
  { roundingFunction: 'round' as const, roundingPrecision: 1 },
  { roundingFunction: 'ceil' as const, roundingPrecision: null },
  { roundingFunction: 'floor' as const, roundingPrecision: -1 },
)

const unit = { pricingUnitId: 'unit', code: 'credits', shortName: 'CR', conversionRate: '0.37' }

export const aggregationsFor = (model: ChargeModelName): AggregationType[] =>
  AGGREGATION_TYPES.filter((type) => chargeModelOf(model).refusesAggregation(type) === null)

/** A charge of a model, on any aggregation that it can price, with filters and groups that overlap. */
export function charges(model: ChargeModelName): fc.Arbitrary<Charge> {
  const properties = fc.tuple(PROPERTIES[model], groups).map(([sent, keys]) => ({
    ...parsed<object>(chargeModelOf(model) as Parameters<typeof parsed<object>>[0], sent),
    ...(keys.length > 0 && { pricing_group_keys: keys }),
  }))
  return fc
    .record({
      aggregation: fc.constantFrom(...aggregationsFor(model)),
      metric: rounding,
      properties,
      filters: fc.array(fc.record({ values, properties }), { maxLength: 4 }),
      pricingUnit: fc.constantFrom(null, unit),
    })
    .map(({ aggregation, metric, filters, ...rest }) =>
      chargeOf({
        ...rest,
        chargeModel: model,
        metric: metricOf(aggregation, {
          ...metric,
          fieldName: aggregationOf(aggregation).needsField ? 'value' : null,
        }),
        filters: filters.map((filter, i) => ({ ...filter, id: `f${i}`, invoiceDisplayName: null })),
      }),
    )
}

const sent = fc.record({
  at: fc.integer({ min: 0, max: 9 }),
  properties: fc.record(
    {
      value: fc.oneof(fc.integer({ min: -3, max: 30 }), fc.constantFrom<unknown>('1.25', '0.5', 'x', '', null)),
      operation_type: fc.constantFrom('add', 'add', 'remove', 'other'),
      cloud: fc.constantFrom<unknown>('aws', 'gcp', 'own', null),
      region: fc.constantFrom<unknown>('eu', 'us', ''),
    },
    { requiredKeys: ['value'] },
  ),
  cents: fc.option(fc.integer({ min: -50, max: 900 }).map((tenths) => (tenths / 10).toFixed(1))),
})

/** Events as they were received, their places in the log from 1 on. Many lie earlier in time than those before them. */
export const logs: fc.Arbitrary<TracedEvent[]> = fc.array(sent, { maxLength: 24 }).map((list) =>
  list.map(({ at, properties, cents: preciseTotalAmountCents }, i) => ({
    ...{ at, properties, preciseTotalAmountCents },
    seq: i + 1,
    transactionId: `t${i + 1}`,
    createdAt: i,
  })),
)
