import type { AggregationType, BillableMetric, Charge, ChargeFilter } from '../../../src/core/catalog.js'
import type { BucketUsage } from '../../../src/core/metering/counter.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { type Figures, NO_FIGURES } from '../../../src/core/usage/figures.js'
import type { ShownFilter, UsageBucket } from '../../../src/core/usage/usage_rows.js'

export const decimal = (value: string | number): Decimal => new Decimal(value)

export const metricOf = (aggregationType: AggregationType, rest: Partial<BillableMetric> = {}): BillableMetric => ({
  id: 'metric',
  code: 'gb',
  name: 'Gigabytes',
  description: null,
  aggregationType,
  fieldName: 'value',
  recurring: false,
  roundingFunction: null,
  roundingPrecision: null,
  expression: null,
  filters: [
    { key: 'cloud', values: ['aws', 'gcp'] },
    { key: 'region', values: ['eu', 'us'] },
  ],
  ...rest,
})

/** A standard charge of 10 on a sum. */
export const chargeOf = (rest: Partial<Charge> = {}): Charge => ({
  id: 'charge',
  parentId: null,
  code: 'gb',
  planId: 'plan',
  metric: metricOf('sum_agg'),
  chargeModel: 'standard',
  invoiceDisplayName: null,
  payInAdvance: false,
  invoiceable: true,
  prorated: false,
  minAmountCents: 0,
  regroupPaidFees: null,
  properties: { amount: '10' },
  filters: [],
  pricingUnit: null,
  taxes: [],
  createdAt: 0,
  ...rest,
})

export const filterOf = (
  id: string,
  values: ChargeFilter['values'],
  properties: ChargeFilter['properties'] = { amount: '1' },
): ChargeFilter => ({ id, values, properties, invoiceDisplayName: null })

/** What a bucket of some sum has come to, by one event. */
export const used = (filter: number | null, group: (string | null)[], units: number | string): BucketUsage => ({
  bucket: { filter, group },
  usage: { units: decimal(units), totalAggregatedUnits: decimal(units), eventsCount: 1, tally: null },
})

/** So many units at one cent each, by one event. */
export const figuresOf = (units: number | string, rest: Partial<Figures> = {}): Figures => ({
  ...NO_FIGURES,
  units: decimal(units),
  totalAggregatedUnits: decimal(units),
  eventsCount: 1,
  amountCents: decimal(units),
  ...rest,
})

export const shown = (id: string, position: number): ShownFilter => ({
  id,
  position,
  values: { cloud: [id] },
  invoiceDisplayName: null,
})

export const bucketOf = (
  filter: ShownFilter | null,
  groupedBy: UsageBucket['groupedBy'],
  units: number,
  breakdown: UsageBucket['breakdown'] = [],
): UsageBucket => ({ filter, groupedBy, figures: figuresOf(units), breakdown })
