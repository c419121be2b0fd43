import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, rowsOf, withoutTriggers } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const RANGES = [
  { from_value: 0, to_value: 10 },
  { from_value: 11, to_value: 40 },
  { from_value: 41, to_value: null },
]
const ranges = (prices: Json[]) => RANGES.map((range, i) => ({ ...range, ...prices[i] }))
const PER_UNIT = ranges([
  { per_unit_amount: '0.5', flat_amount: '1' },
  { per_unit_amount: '0.337', flat_amount: '0.05' },
  { per_unit_amount: '0.1', flat_amount: '0' },
])
const SHARES = ranges([
  { rate: '1', flat_amount: '2' },
  { rate: '2.5', flat_amount: '0' },
  { rate: '3', flat_amount: '0.4' },
])
const FREE = { rate: '1.7', fixed_amount: '0.11', free_units_per_events: 3, free_units_per_total_aggregation: '40' }
const BOUNDED = { rate: '10', per_transaction_min_amount: '0.35', per_transaction_max_amount: '1.5' }
const LISTED = [
  { key: 'cloud', values: ['aws', 'gcp'] },
  { key: 'region', values: ['eu', 'us'] },
]
const GROUPED = {
  properties: { amount: '1.003', pricing_group_keys: ['region'] },
  filters: [
    { values: { cloud: ['aws'] }, properties: { amount: '2', pricing_group_keys: ['region', 'cloud'] } },
    { values: { cloud: ['__ALL_FILTER_VALUES__'], region: ['eu'] }, properties: { amount: '0.3333' } },
  ],
}

/** [what is billed, the metric's part, the charge's part] */
const ROWS: [string, Json, Json][] = [
  ['standard', { aggregation_type: 'sum_agg' }, { properties: { amount: '0.123' } }],
  ['standard count', { aggregation_type: 'count_agg', field_name: null }, { properties: { amount: '0.7' } }],
  ['standard unique', { aggregation_type: 'unique_count_agg' }, { properties: { amount: '3' } }],
  ['standard max', { aggregation_type: 'max_agg' }, { properties: { amount: '3.333' } }],
  ['standard latest', { aggregation_type: 'latest_agg' }, { properties: { amount: '1.111' } }],
  [
    'standard weighted',
    { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' },
    { properties: { amount: '5' } },
  ],
  ['standard carried sum', { aggregation_type: 'sum_agg', recurring: true }, { properties: { amount: '0.3' } }],
  [
    'standard held sum',
    { aggregation_type: 'sum_agg', recurring: true },
    { prorated: true, properties: { amount: '0.7' } },
  ],
  [
    'standard held unique',
    { aggregation_type: 'unique_count_agg', recurring: true },
    { prorated: true, properties: { amount: '31' } },
  ],
  [
    'graduated held unique',
    { aggregation_type: 'unique_count_agg', recurring: true },
    { prorated: true, properties: { graduated_ranges: PER_UNIT } },
  ],
  [
    'standard carried weighted',
    { aggregation_type: 'weighted_sum_agg', recurring: true, weighted_interval: 'seconds' },
    { properties: { amount: '5' } },
  ],
  ['standard, filters and groups', { aggregation_type: 'sum_agg', filters: LISTED }, GROUPED],
  [
    'standard in credits',
    { aggregation_type: 'sum_agg', rounding_function: 'round', rounding_precision: 1 },
    { properties: { amount: '0.1234' }, applied_pricing_unit: { code: 'credits', conversion_rate: 0.37 } },
  ],
  ['graduated', { aggregation_type: 'sum_agg' }, { properties: { graduated_ranges: PER_UNIT } }],
  ['graduated_percentage', { aggregation_type: 'sum_agg' }, { properties: { graduated_percentage_ranges: SHARES } }],
  ['package', { aggregation_type: 'sum_agg' }, { properties: { amount: '1.5', package_size: 7, free_units: 5 } }],
  ['percentage', { aggregation_type: 'sum_agg' }, { properties: FREE }],
  ['percentage with bounds', { aggregation_type: 'sum_agg' }, { charge_model: 'percentage', properties: BOUNDED }],
  ['volume', { aggregation_type: 'sum_agg' }, { properties: { volume_ranges: PER_UNIT } }],
  ['dynamic', { aggregation_type: 'sum_agg' }, { properties: {} }],
]

const codeOf = (name: string) => name.replaceAll(/[ ,]+/g, '_')
const JANUARY = Date.parse('2024-01-01T00:00:00Z') / 1000

/** The same numbers in every run, evenly spread over [0, 1). */
function* chance(): Generator<number> {
  for (let state = 42; ; state = (state * 48_271) % 2_147_483_647) yield state / 2_147_483_647
}

/** Usage of every kind in no order, some of it without a number. */
function usage(): Json[] {
  const numbers = chance()
  const draw = (most: number): number => Math.floor((numbers.next().value as number) * most)
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T
  return ROWS.flatMap(([name]) =>
    Array.from({ length: 30 }, (_, i) => ({
      transaction_id: `${codeOf(name)} ${i}`,
      external_subscription_id: 's',
      code: codeOf(name),
      timestamp: JANUARY + draw(31 * 86_400),
      precise_total_amount_cents: `${draw(900)}.${draw(10)}`,
      properties: {
        value: draw(10) === 0 ? 'none' : draw(300) / 20,
        operation_type: pick(['add', 'add', 'remove']),
        cloud: pick(['aws', 'gcp', 'own']),
        region: pick(['eu', 'us', '']),
      },
    })),
  )
}

let api: BillingApi
let fees: Json[]

withoutTriggers()

beforeAll(async () => {
  api = await BillingApi.open()
  await api.done('POST', '/taxes', { tax: { name: 'VAT', code: 'vat', rate: '19.5', applied_to_organization: true } })
  await api.done('POST', '/pricing_units', {
    pricing_unit: { name: 'Credits', code: 'credits', short_name: 'CR' },
  })
  const charges: Json[] = []
  for (const [name, metric, charge] of ROWS) {
    const { billable_metric } = await api.done('POST', '/billable_metrics', {
      billable_metric: { name, code: codeOf(name), field_name: 'value', ...metric },
    })
    charges.push({ billable_metric_id: billable_metric.lago_id, charge_model: name.split(/[ ,]/)[0], ...charge })
  }
  const terms = { name: 'All', code: 'all', interval: 'monthly', amount_cents: 999, amount_currency: 'EUR' }
  await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges } })
  await api.moveTo('2024-01-12T00:00:00Z')
  await api.subscribe('s', 'c', { plan_code: 'all', subscription_at: '2024-01-10T00:00:00Z' })
  const events = usage()
  for (let at = 0; at < events.length; at += 100) {
    await api.done('POST', '/events/batch', { events: events.slice(at, at + 100) })
  }
  await api.moveTo('2024-02-01T00:00:00Z')
  fees = (await api.done('GET', '/fees?per_page=100')).fees
}, 120_000)

const explain = async (fee: Json, query = ''): Promise<Json> =>
  (await api.done('GET', `/fees/${fee.lago_id}/explanation${query}`)).fee_explanation
const feesOf = (name: string): Json[] => fees.filter(({ item }) => item.code === codeOf(name))

describe('every fee of a period', () => {
  it.each(ROWS)('of %s is the same when it is made again from the log', async (name) => {
    const own = feesOf(name)
    expect(own.length).toBeGreaterThan(name.includes('groups') ? 4 : 0)
    for (const fee of own) {
      const told = await explain(fee)
      expect(told.not_recomputed_because).toBe(null)
      expect(told.recomputed).toEqual({
        units: fee.units,
        events_count: fee.events_count,
        amount_cents: fee.amount_cents,
        taxes_amount_cents: fee.taxes_amount_cents,
        matches: true,
        difference_amount_cents: 0,
        difference_taxes_amount_cents: 0,
      })
      const steps = Object.fromEntries(told.arithmetic.map((step: Json) => [step.step, step.result]))
      expect([steps.currency_rounding ?? steps.below_zero, steps.taxes]).toEqual([
        String(fee.amount_cents),
        String(fee.taxes_amount_cents),
      ])
    }
  })

  it.each(ROWS)('of %s is told apart from one that somebody has changed', async (name) => {
    const [fee] = feesOf(name)
    await rowsOf('UPDATE fees SET amount_cents = amount_cents + 7 WHERE id = ?', fee.lago_id)
    const told = await explain(fee)
    await rowsOf('UPDATE fees SET amount_cents = amount_cents - 7 WHERE id = ?', fee.lago_id)
    expect([told.amount_cents, told.recomputed.matches, told.recomputed.difference_amount_cents]).toEqual([
      fee.amount_cents + 7,
      false,
      -7,
    ])
  })

  it.each([
    ['units', "units || '1'"],
    ['taxes_amount_cents', 'taxes_amount_cents + 1'],
    ['events_count', 'events_count + 1'],
  ])('does not match with other %s either', async (column, expression) => {
    const [fee] = feesOf('standard')
    const [before] = await rowsOf(`SELECT ${column} AS value FROM fees WHERE id = ?`, fee.lago_id)
    await rowsOf(`UPDATE fees SET ${column} = ${expression} WHERE id = ?`, fee.lago_id)
    const { recomputed } = await explain(fee)
    await rowsOf(`UPDATE fees SET ${column} = ? WHERE id = ?`, before.value, fee.lago_id)
    expect(recomputed.matches).toBe(false)
    expect((await explain(fee)).recomputed.matches).toBe(true)
  })

  it('keeps the price that applied when its charge costs something else, or is gone', async () => {
    const [fee] = feesOf('package')
    const before = await explain(fee)
    await api.done('DELETE', '/plans/all/charges/package')
    expect(await explain(fee)).toEqual(before)
    expect(before.price).toEqual({
      charge_model: 'package',
      properties: { amount: '1.5', package_size: 7, free_units: 5 },
      pricing_unit: null,
    })
    expect(before.charge).toMatchObject({ code: 'package', charge_model: 'package' })
  })
})

describe('the explanation of a fee of usage', () => {
  it('names what it is of, and the arithmetic from what was counted to the taxes', async () => {
    const [fee] = feesOf('standard in credits')
    const told = await explain(fee)
    expect(told).toMatchObject({
      fee_type: 'charge',
      final: true,
      external_subscription_id: 's',
      billable_metric: { code: 'standard_in_credits', aggregation_type: 'sum_agg', field_name: 'value' },
      filter: null,
      grouped_by: {},
      window: {
        from: '2024-01-10T00:00:00.000Z',
        from_inclusive: true,
        to: '2024-02-01T00:00:00.000Z',
        to_inclusive: false,
      },
      price: { properties: { amount: '0.1234' }, pricing_unit: { code: 'credits', conversion_rate: '0.37' } },
    })
    const steps = told.arithmetic.map(({ step }: Json) => step)
    expect(steps).toEqual([
      'aggregate',
      'metric_rounding',
      'pricing',
      'pricing_unit_rounding',
      'conversion',
      'currency_rounding',
      'coupons',
      'tax',
      'taxes',
    ])
    expect(told.arithmetic[7].inputs).toMatchObject({ tax_code: 'vat', base_amount_cents: `${fee.amount_cents}.0` })
  })

  it('names the filter and the group', async () => {
    const own = feesOf('standard, filters and groups')
    const told = await Promise.all(own.map((fee) => explain(fee)))
    const filtered = told.filter(({ filter }) => filter !== null)
    expect(new Set(filtered.map(({ filter }) => filter.position))).toEqual(new Set([0, 1]))
    expect(told.find(({ filter }) => filter?.position === 0)).toMatchObject({
      filter: { values: { cloud: ['aws'] } },
      grouped_by: { cloud: 'aws' },
      price: { properties: { amount: '2' } },
    })
    const counted = told.flatMap(({ events }) => events.map((event: Json) => event.transaction_id))
    // Each of the period's events is in one fee; the filters share nothing.
    expect(new Set(counted).size).toBe(counted.length)
    expect(counted.length).toBe(usage().filter(inPeriod('standard_filters_and_groups')).length)
  })

  it('shows the events of the window in the order of time, by pages', async () => {
    const [fee] = feesOf('standard')
    const path = `/fees/${fee.lago_id}/explanation`
    const first = await api.done('GET', `${path}?per_page=7`)
    const pages = [first]
    for (let page = 2; page <= first.meta.total_pages; page++) {
      pages.push(await api.done('GET', `${path}?per_page=7&page=${page}`))
    }
    const events = pages.flatMap((page) => page.fee_explanation.events)
    const expected = usage()
      .filter(inPeriod('standard'))
      .sort((a, b) => a.timestamp - b.timestamp)
    expect(events.map((event) => event.transaction_id)).toEqual(expected.map((event) => event.transaction_id))
    expect(first.meta.total_count).toBe(expected.length)
    expect(events.map(({ note }) => note)).toContain('not_a_number')
    const uncounted = events.filter(({ counted }) => !counted)
    expect(uncounted.map(({ added_units }) => added_units)).toEqual(uncounted.map(() => '0.0'))
    expect(events.at(-1).units).toBe(fee.units)
    expect((await explain(fee, '?page=99')).recomputed.matches).toBe(true)
  })

  it('marks what came too late for it, and leaves it out', async () => {
    const [fee] = feesOf('graduated')
    const before = await explain(fee)
    const late = { code: 'graduated', timestamp: JANUARY + 20 * 86_400, properties: { value: 5 } }
    await api.event('too late', 's', late)
    const told = await explain(fee, '?per_page=100')
    expect([before.late_events_count, told.late_events_count]).toEqual([0, 1])
    expect(told.events.filter((event: Json) => event.late)).toEqual([
      expect.objectContaining({ transaction_id: 'too late', counted: false, added_units: null }),
    ])
    expect(told.recomputed).toEqual(before.recomputed)
  })
})

describe('the explanation of other fees', () => {
  it('of a plan says which days of which period were paid', async () => {
    const fee = fees.find(({ item }) => item.type === 'subscription')
    const told = await explain(fee)
    expect(told).toMatchObject({
      fee_type: 'subscription',
      charge: null,
      price: { plan_amount_cents: 999, days: 22, period_days: 31, period_from: '2024-01-01', period_to: '2024-01-31' },
      events: [],
      recomputed: { amount_cents: 709, matches: true },
    })
    expect(told.arithmetic.slice(0, 2).map(({ step, result }: Json) => [step, result.slice(0, 8)])).toEqual([
      ['proration', '708.9677'],
      ['currency_rounding', '709'],
    ])
  })

  it('on a draft leaves out what has come since it was made, until the draft is final', async () => {
    const drafting = await BillingApi.open({ billing_configuration: { invoice_grace_period: 5 } })
    await drafting.subscribe('s')
    await drafting.event('early', 's')
    await drafting.moveTo('2024-02-01T00:00:00Z')
    await drafting.event('since', 's', { timestamp: JANUARY + 86_400 })
    const told = async () => {
      const [fee] = (await drafting.done('GET', '/fees?fee_type=charge')).fees
      return (await drafting.done('GET', `/fees/${fee.lago_id}/explanation`)).fee_explanation
    }
    const draft = await told()
    expect([draft.final, draft.late_events_count, draft.recomputed]).toEqual([
      false,
      1,
      expect.objectContaining({ events_count: 1, matches: true }),
    ])
    await drafting.moveTo('2024-02-10T00:00:00Z')
    const final = await told()
    expect([final.final, final.late_events_count, final.recomputed]).toEqual([
      true,
      0,
      expect.objectContaining({ events_count: 2, matches: true }),
    ])
  })

  it('of which nothing was kept tells what there is', async () => {
    const [fee] = feesOf('volume')
    await rowsOf('UPDATE fees SET basis = NULL WHERE id = ?', fee.lago_id)
    const told = await explain(fee)
    expect([told.recomputed, told.not_recomputed_because, told.events]).toEqual([null, 'basis_not_kept', []])
    expect(told.arithmetic[0]).toMatchObject({ result: String(fee.amount_cents), details: fee.amount_details })
  })

  it('is a 404 for another organization, and for a fee that there is not', async () => {
    const other = await BillingApi.open()
    const answers = await Promise.all([
      other.request('GET', `/fees/${fees[0].lago_id}/explanation`),
      api.request('GET', '/fees/00000000-0000-4000-8000-000000000000/explanation'),
    ])
    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'fee_not_found'])
  })
})

/** Events before the start of the subscription are in no period. */
const inPeriod = (code: string) => (event: Json) => event.code === code && event.timestamp >= JANUARY + 9 * 86_400
