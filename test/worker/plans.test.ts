import { describe, expect, it } from 'vitest'
import { loadPlans } from '../../src/resources/plans/load.js'
import { BARE_PLAN, CatalogApi, type Json } from '../support/catalog_api.js'
import { subscribe } from '../support/subscribe.js'

const codes = (rows: { code: string }[]) => rows.map((row) => row.code)
const NOBODY = '11111111-2222-4333-8444-555555555555'
const ranges = [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }]

/** A metric, and a charge on it. */
async function start() {
  const api = new CatalogApi()
  const metric = await api.metric()
  const charge = (given: Json = {}) => ({ billable_metric_id: metric.lago_id, charge_model: 'standard', ...given })
  return { api, metric, charge }
}

describe('plans', () => {
  it.each([
    [
      {},
      {
        name: ['value_is_mandatory'],
        code: ['value_is_mandatory'],
        interval: ['value_is_invalid'],
        amount_cents: ['value_is_mandatory'],
        amount_currency: ['value_is_invalid'],
        pay_in_advance: ['value_is_invalid'],
      },
      'nothing but a description',
    ],
    [{ ...BARE_PLAN, interval: 'daily' }, { interval: ['value_is_invalid'] }, 'no such interval'],
    [{ ...BARE_PLAN, amount_cents: -1 }, { amount_cents: ['value_is_out_of_range'] }, 'a price below zero'],
    [{ ...BARE_PLAN, amount_cents: 1.5 }, { amount_cents: ['value_is_invalid'] }, 'half a cent'],
    [{ ...BARE_PLAN, amount_currency: 'XXX' }, { amount_currency: ['value_is_invalid'] }, 'no such currency'],
    [{ ...BARE_PLAN, pay_in_advance: null }, { pay_in_advance: ['value_is_invalid'] }, 'neither yes nor no'],
    [{ ...BARE_PLAN, trial_period: 10_001 }, { trial_period: ['value_is_out_of_range'] }, 'an endless trial'],
    [
      { ...BARE_PLAN, minimum_commitment: { amount_cents: 0 } },
      { amount_cents: ['value_is_out_of_range'] },
      'a commitment to nothing',
    ],
    [
      { ...BARE_PLAN, fixed_charges: [{ add_on_id: 'x' }] },
      { charge_model: ['value_is_invalid', 'value_is_mandatory'] },
      'a fixed charge without a model',
    ],
    [
      { ...BARE_PLAN, fixed_charges: [{ charge_model: 'standard' }] },
      { add_on: ['value_is_mandatory'] },
      'one of nothing',
    ],
    [
      { ...BARE_PLAN, usage_thresholds: [{ amount_cents: 0 }] },
      { amount_cents: ['value_is_out_of_range'] },
      'a threshold',
    ],
    [{ ...BARE_PLAN, charges: 'x' }, { charges: ['value_is_invalid'] }, 'charges that are none'],
    [
      { ...BARE_PLAN, charges: [{ charge_model: 'free' }, {}] },
      { charge_model: ['value_is_invalid', 'value_is_mandatory'] },
      'models that are none',
    ],
    [{ ...BARE_PLAN, tax_codes: ['none'] }, '404 tax_not_found', 'an unknown tax'],
    [
      { ...BARE_PLAN, charges: [{ charge_model: 'standard' }] },
      '404 billable_metrics_not_found',
      'a charge on no metric',
    ],
    [
      { ...BARE_PLAN, charges: [{ charge_model: 'standard', billable_metric_id: NOBODY }] },
      '404 billable_metrics_not_found',
      'a charge on an unknown metric',
    ],
  ] as const)('refuse %j with %j: %s', async (plan, details, _why) => {
    const api = new CatalogApi()
    expect(await api.refusal('POST', '/plans', { plan: { description: 'd', ...plan } })).toEqual(details)
    expect((await api.request('GET', '/plans')).body.meta.total_count).toBe(0)
  })

  it('answer all that the API has of a plan', async () => {
    const { api, charge } = await start()
    await api.tax('vat')
    const plan = await api.plan({
      trial_period: 0,
      tax_codes: ['vat'],
      charges: [charge()],
      minimum_commitment: {},
      usage_thresholds: [],
    })
    expect(plan).toMatchObject({
      ...BARE_PLAN,
      invoice_display_name: null,
      description: null,
      trial_period: 0,
      bill_charges_monthly: null,
      bill_fixed_charges_monthly: null,
      created_at: '2024-01-01T00:00:00Z',
      parent_id: null,
      pending_deletion: false,
      fixed_charges: [],
      usage_thresholds: [],
      entitlements: [],
      taxes: [{ code: 'vat', rate: 20 }],
    })
    expect('minimum_commitment' in plan || 'metadata' in plan).toBe(false)
    expect(await api.done('GET', '/plans/basic')).toEqual(plan)
    expect((await api.request('GET', '/plans')).body.plans).toEqual([plan])
  })

  it('bill usage monthly only within half-years and years', async () => {
    const api = new CatalogApi()
    const asked = { bill_charges_monthly: true, bill_fixed_charges_monthly: true }
    for (const interval of ['weekly', 'monthly', 'quarterly']) {
      const plan = await api.plan({ code: interval, interval, ...asked })
      expect([plan.bill_charges_monthly, plan.bill_fixed_charges_monthly]).toEqual([null, null])
    }
    for (const interval of ['semiannual', 'yearly']) {
      expect(await api.plan({ code: interval, interval, ...asked })).toMatchObject(asked)
      expect(await api.plan({ code: `${interval} plain`, interval })).toMatchObject({ bill_charges_monthly: false })
    }
    const renamed = await api.done('PUT', '/plans/yearly', { plan: { name: 'Year' } })
    expect(renamed).toMatchObject(asked)
    const shorter = await api.done('PUT', '/plans/yearly', { plan: { interval: 'monthly' } })
    expect(shorter.bill_charges_monthly).toBe(null)
  })

  it('change in the fields that are named while nobody is subscribed', async () => {
    const api = new CatalogApi()
    await api.tax('vat')
    await api.plan({ description: 'd', invoice_display_name: 'Shown', tax_codes: ['vat'] })
    await api.plan({ code: 'pro' })
    const put = (plan: Json) => api.done('PUT', '/plans/basic', { plan })
    expect(await put({ amount_cents: 2000 })).toMatchObject({
      amount_cents: 2000,
      description: 'd',
      taxes: [{ code: 'vat' }],
    })
    const more = { description: null, interval: 'yearly', amount_currency: 'USD', pay_in_advance: true }
    expect(await put(more)).toMatchObject({ ...more, amount_cents: 2000, invoice_display_name: 'Shown' })
    expect((await put({ tax_codes: [] })).taxes).toEqual([])
    expect(await api.refusal('PUT', '/plans/basic', { plan: { code: 'pro' } })).toEqual({
      code: ['value_already_exist'],
    })
    expect(await api.refusal('PUT', '/plans/basic', { plan: { name: '' } })).toEqual({ name: ['value_is_mandatory'] })
    expect(await api.refusal('PUT', '/plans/basic', { plan: { name: 'x', tax_codes: ['none'] } })).toBe(
      '404 tax_not_found',
    )
    expect((await put({ code: 'starter' })).name).toBe('Basic')
    expect((await api.request('GET', '/plans/basic')).body.code).toBe('plan_not_found')
  })

  it.each(['pending', 'active', 'terminated', 'canceled'] as const)(
    'keep their terms once a subscription is %s',
    async (status) => {
      const api = new CatalogApi()
      const before = await api.plan()
      await subscribe(api.db, api.organizationId, before.lago_id, status)
      const frozen = {
        code: 'other',
        interval: 'daily',
        amount_currency: 'USD',
        pay_in_advance: true,
        trial_period: 7,
        bill_charges_monthly: true,
      }
      const free = { name: 'New', description: 'd', invoice_display_name: 'Shown', amount_cents: 5 }
      expect(await api.done('PUT', '/plans/basic', { plan: { ...frozen, ...free } })).toEqual({ ...before, ...free })
    },
  )

  it.each(['pending', 'active', 'terminated', 'canceled'] as const)(
    'go, and their code is free, though somebody is subscribed whose subscription is %s',
    async (status) => {
      const api = new CatalogApi()
      const plan = await api.plan()
      await subscribe(api.db, api.organizationId, plan.lago_id, status)
      expect(await api.done('DELETE', '/plans/basic')).toEqual({ ...plan, pending_deletion: true })
      expect((await api.request('GET', '/plans/basic')).body.code).toBe('plan_not_found')
      expect((await api.request('DELETE', '/plans/basic')).status).toBe(404)
      expect((await api.plan()).lago_id).not.toBe(plan.lago_id)
      expect(codes((await api.request('GET', '/plans')).body.plans)).toEqual(['basic'])
    },
  )

  it('look at the envelope before the plan', async () => {
    const api = new CatalogApi()
    expect((await api.request('PUT', '/plans/none')).status).toBe(400)
    expect((await api.request('PUT', '/plans/none', { plan: { name: 'x' } })).status).toBe(404)
    expect((await api.request('POST', '/plans', { plan: 'x' })).status).toBe(400)
  })
})

describe("a plan's list of charges", () => {
  it('gives codes: the one that is sent, else that of the metric with a number', async () => {
    const { api, charge } = await start()
    const list = [charge(), charge({ code: 'special' }), charge({ code: '' }), charge({ code: 'calls_2' }), charge()]
    expect(codes((await api.plan({ charges: list })).charges)).toEqual([
      'calls',
      'special',
      'calls_3',
      'calls_2',
      'calls_4',
    ])
    const twins = { ...BARE_PLAN, code: 'twins', charges: [charge({ code: 'a' }), charge({ code: 'a' })] }
    expect(await api.refusal('POST', '/plans', { plan: twins })).toEqual({ code: ['value_already_exist'] })
    expect((await api.request('GET', '/plans/twins')).status).toBe(404)
  })

  it('is the whole list: members with an id are changed, others are new, what is missing goes', async () => {
    const { api, charge } = await start()
    const { charges } = await api.plan({
      charges: [charge({ code: 'a' }), charge({ code: 'b' }), charge({ code: 'c' })],
    })
    const [a, b] = charges
    const list = [{ id: b.lago_id, properties: { amount: '7' } }, charge({ code: 'd' }), { id: a.lago_id, code: 'z' }]
    const after = (await api.done('PUT', '/plans/basic', { plan: { charges: list } })).charges
    expect(after.map((row: Json) => [row.code, row.properties.amount])).toEqual([
      ['z', '0'],
      ['b', '7'],
      ['d', '0'],
    ])
    expect(after.slice(0, 2).map((row: Json) => row.lago_id)).toEqual([a.lago_id, b.lago_id])
    expect((await api.done('PUT', '/plans/basic', { plan: { name: 'x' } })).charges).toEqual(after)
    expect((await api.done('PUT', '/plans/basic', { plan: { charges: [] } })).charges).toEqual([])
  })

  it('lets charges exchange their codes, and take over those of removed ones', async () => {
    const { api, charge } = await start()
    const { charges } = await api.plan({
      charges: [charge({ code: 'a' }), charge({ code: 'b' }), charge({ code: 'c' })],
    })
    const [a, b] = charges
    const list = [{ id: a.lago_id, code: 'b' }, { id: b.lago_id, code: 'a' }, charge({ code: 'c' })]
    const after = (await api.done('PUT', '/plans/basic', { plan: { charges: list } })).charges
    expect(after.map((row: Json) => row.code)).toEqual(['b', 'a', 'c'])
    expect(after[0].lago_id).toBe(a.lago_id)
  })

  it('of a plan in use changes prices and texts of its charges only, and still takes new ones', async () => {
    const { api, charge } = await start()
    const plan = await api.plan({ charges: [charge({ properties: { amount: '1' } })] })
    await subscribe(api.db, api.organizationId, plan.lago_id, 'active')
    const [before] = plan.charges
    const wish = {
      id: before.lago_id,
      code: 'x',
      charge_model: 'package',
      billable_metric_id: NOBODY,
      pay_in_advance: true,
      min_amount_cents: 5,
      properties: { amount: '2' },
      invoice_display_name: 'Shown',
    }
    const after = (await api.done('PUT', '/plans/basic', { plan: { charges: [wish, charge()] } })).charges
    expect(after[0]).toEqual({ ...before, properties: { amount: '2' }, invoice_display_name: 'Shown' })
    expect(after[1].code).toBe('calls_2')
  })

  it('changes nothing when any part of it is refused', async () => {
    const { api, charge } = await start()
    const before = await api.plan({ charges: [charge()] })
    const [{ lago_id: id }] = before.charges
    const refused = [
      [{ charges: [{ id, properties: { amount: 1 } }] }, { properties: ['invalid_amount'] }],
      [{ charges: [{ id }, { id }] }, { id: ['value_already_exist'] }],
      [{ charges: [{ id }, charge({ tax_codes: ['none'] })] }, '404 tax_not_found'],
      [{ charges: [{ id }, charge({ billable_metric_id: NOBODY })] }, '404 billable_metrics_not_found'],
      [{ charges: [{ id }, charge({ code: 'calls' })] }, { code: ['value_already_exist'] }],
    ] as const
    for (const [plan, details] of refused) {
      expect(await api.refusal('PUT', '/plans/basic', { plan: { name: 'New', amount_cents: 1, ...plan } })).toEqual(
        details,
      )
    }
    expect(await api.done('GET', '/plans/basic')).toEqual(before)
  })

  it('may be as long as a plan may be, and no longer', async () => {
    const { api, charge } = await start()
    await api.tax('vat')
    const list = Array.from({ length: 500 }, () => charge({ tax_codes: ['vat'] }))
    const { charges } = await api.plan({ charges: list })
    expect([charges.length, charges[499].code, codes(charges[499].taxes)]).toEqual([500, 'calls_500', ['vat']])
    const more = { ...BARE_PLAN, code: 'more', charges: [...list, charge()] }
    expect(await api.refusal('POST', '/plans', { plan: more })).toEqual({ charges: ['invalid_count'] })
    const one = { charge: charge({ code: 'one' }) }
    expect(await api.refusal('POST', '/plans/basic/charges', one)).toEqual({ charges: ['invalid_count'] })
  })
})

describe('charges of a plan', () => {
  const PATH = '/plans/basic/charges'
  async function withPlan() {
    const world = await start()
    await world.api.plan()
    const add = (given: Json) => world.api.done('POST', PATH, { charge: world.charge(given) })
    return { ...world, add }
  }

  it('without wishes are in arrears, invoiced, unprorated and free, whatever their model', async () => {
    const { api, charge, metric } = await start()
    const free = { amount: '0' }
    const open = { from_value: 0, to_value: null, flat_amount: '0' }
    const models: [string, Json][] = [
      ['standard', free],
      ['graduated', { graduated_ranges: [{ ...open, per_unit_amount: '0' }] }],
      ['volume', { volume_ranges: [{ ...open, per_unit_amount: '0' }] }],
      ['package', { ...free, package_size: 1, free_units: 0 }],
      ['percentage', { rate: '0' }],
      ['graduated_percentage', { graduated_percentage_ranges: [{ ...open, rate: '0' }] }],
      ['dynamic', {}],
    ]
    const { charges } = await api.plan({ charges: models.map(([charge_model]) => charge({ charge_model })) })
    for (const [index, [charge_model, properties]] of models.entries()) {
      expect(charges[index]).toEqual({
        lago_id: expect.any(String),
        lago_billable_metric_id: metric.lago_id,
        code: index === 0 ? 'calls' : `calls_${index + 1}`,
        billable_metric_code: 'calls',
        invoice_display_name: null,
        created_at: '2024-01-01T00:00:00Z',
        charge_model,
        pay_in_advance: false,
        invoiceable: true,
        regroup_paid_fees: null,
        prorated: false,
        min_amount_cents: 0,
        properties,
        filters: [],
        taxes: [],
        applied_pricing_unit: null,
        accepts_target_wallet: false,
        lago_parent_id: null,
      })
    }
  })

  it.each([
    [{ properties: { amount: 1 } }, { properties: ['invalid_amount'] }, 'a price that was a float'],
    [
      { charge_model: 'volume', properties: { volume_ranges: ranges }, pay_in_advance: true },
      { pay_in_advance: ['invalid_aggregation_type_or_charge_model'] },
      'volume is known at the end only',
    ],
    [
      { pay_in_advance: true, min_amount_cents: 5 },
      { min_amount_cents: ['not_compatible_with_pay_in_advance'] },
      'no minimum in advance',
    ],
    [{ min_amount_cents: -1 }, { min_amount_cents: ['value_is_out_of_range'] }, 'a minimum below zero'],
    [{ prorated: true }, { prorated: ['invalid_billable_metric_or_charge_model'] }, 'nothing recurs'],
    [{ invoiceable: false }, { invoiceable: ['must_be_true_unless_pay_in_advance'] }, 'arrears are invoiced'],
    [
      { regroup_paid_fees: 'invoice' },
      { regroup_paid_fees: ['only_compatible_with_pay_in_advance_and_non_invoiceable'] },
      'nothing is paid before',
    ],
    [{ regroup_paid_fees: 'later' }, { regroup_paid_fees: ['value_is_invalid'] }, 'no such grouping'],
    [
      { prorated: true, invoiceable: false, properties: { amount: '-1' } },
      {
        prorated: ['invalid_billable_metric_or_charge_model'],
        invoiceable: ['must_be_true_unless_pay_in_advance'],
        properties: ['invalid_amount'],
      },
      'all at once',
    ],
    [
      { properties: { amount: 1, pricing_group_keys: 'region' } },
      { properties: ['invalid_amount', 'invalid_type'] },
      'group keys that are no list',
    ],
    [{ filters: [{}] }, { values: ['value_is_mandatory'] }, 'a filter of nothing'],
    [{ filters: 'x' }, { filters: ['value_is_invalid'] }, 'a filter that is none'],
    [
      { filters: [{ values: { region: ['eu'] }, properties: {} }] },
      { values: ['value_is_invalid'], properties: ['invalid_amount'] },
      'a filter by what the metric does not list, without a price',
    ],
    [{ applied_pricing_unit: { conversion_rate: '2' } }, { code: ['value_is_mandatory'] }, 'a rate of no unit'],
    [
      { applied_pricing_unit: { code: 'credits', conversion_rate: 0 } },
      { conversion_rate: ['value_is_out_of_range'] },
      'a unit worth nothing',
    ],
    [
      { applied_pricing_unit: { code: 'credits', conversion_rate: 'much' } },
      { conversion_rate: ['value_is_invalid'] },
      'a rate that is no number',
    ],
    [{ applied_pricing_unit: { code: 'none', conversion_rate: '2' } }, '404 pricing_unit_not_found', 'an unknown unit'],
  ] as const)('refuse %j with %j: %s', async (given, details, _why) => {
    const { api, charge } = await withPlan()
    expect(await api.refusal('POST', PATH, { charge: charge({ code: 'x', ...given }) })).toEqual(details)
    expect((await api.request('GET', PATH)).body.meta.total_count).toBe(0)
  })

  it('refuse what the metric does not allow', async () => {
    const { api } = await withPlan()
    const latest = await api.metric({ code: 'latest', aggregation_type: 'latest_agg' })
    const on = (given: Json) => ({ charge: { billable_metric_id: latest.lago_id, code: 'x', ...given } })
    const percentage = on({ charge_model: 'percentage', properties: { rate: '1' } })
    expect(await api.refusal('POST', PATH, percentage)).toEqual({ properties: ['invalid_value'] })
    const advance = on({ charge_model: 'standard', pay_in_advance: true })
    expect(await api.refusal('POST', PATH, advance)).toEqual({
      pay_in_advance: ['invalid_aggregation_type_or_charge_model'],
    })
    expect(await api.refusal('POST', PATH, on({ charge_model: 'dynamic' }))).toEqual({
      charge_model: ['invalid_aggregation_type_or_charge_model'],
    })
    const weighted = await api.metric({ code: 'w', aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' })
    const level = { code: 'x', charge_model: 'standard', billable_metric_id: weighted.lago_id }
    expect(await api.refusal('POST', PATH, { charge: { ...level, pay_in_advance: true } })).toEqual({
      pay_in_advance: ['invalid_aggregation_type_or_charge_model'],
    })
    expect((await api.done('POST', PATH, { charge: level })).billable_metric_code).toBe('w')
  })

  it('may be paid in advance, without an invoice too, and priced by their events', async () => {
    const { add } = await withPlan()
    const advance = { pay_in_advance: true, invoiceable: false }
    expect(await add({ code: 'a', ...advance })).toMatchObject(advance)
    expect(await add({ code: 'd', charge_model: 'dynamic' })).toMatchObject({ charge_model: 'dynamic', properties: {} })
  })

  it('are grouped by keys that are told under both of their names', async () => {
    const { api, add } = await withPlan()
    const properties = {
      amount: '1',
      grouped_by: ['region', 'team'],
      presentation_group_keys: [{ value: 'user', options: { display_in_invoice: true } }, { value: 'host' }],
    }
    const shown = { ...properties, pricing_group_keys: ['region', 'team'] }
    expect((await add({ code: 'x', properties })).properties).toEqual(shown)
    const sentBack = { charge: { properties: { ...shown, grouped_by: ['other'] } } }
    expect((await api.done('PUT', `${PATH}/x`, sentBack)).properties).toEqual(shown)
    const ungrouped = { charge: { properties: { amount: '1' } } }
    expect((await api.done('PUT', `${PATH}/x`, ungrouped)).properties).toEqual({ amount: '1' })
  })

  it('need a code, a model and a known metric on their own endpoint', async () => {
    const { api, charge, add } = await withPlan()
    expect(await api.refusal('POST', PATH, { charge: charge() })).toEqual({ code: ['value_is_mandatory'] })
    const modelless = { charge: charge({ code: 'x', charge_model: undefined }) }
    expect(await api.refusal('POST', PATH, modelless)).toEqual({
      charge_model: ['value_is_invalid', 'value_is_mandatory'],
    })
    const homeless = { charge: charge({ code: 'x', billable_metric_id: NOBODY }) }
    expect(await api.refusal('POST', PATH, homeless)).toBe('404 billable_metric_not_found')
    await add({ code: 'x' })
    expect(await api.refusal('POST', PATH, { charge: charge({ code: 'x' }) })).toEqual({
      code: ['value_already_exist'],
    })
  })

  it('look at the plan first, then at the envelope, then at the charge', async () => {
    const { api } = await withPlan()
    expect(await api.refusal('PUT', '/plans/none/charges/x')).toBe('404 plan_not_found')
    expect((await api.request('PUT', `${PATH}/x`)).status).toBe(400)
    expect(await api.refusal('PUT', `${PATH}/x`, { charge: { code: 'y' } })).toBe('404 charge_not_found')
    for (const method of ['GET', 'DELETE']) expect(await api.refusal(method, `${PATH}/x`)).toBe('404 charge_not_found')
    expect(await new CatalogApi().refusal('GET', PATH)).toBe('404 plan_not_found')
  })

  it('are listed newest first, by pages', async () => {
    const { api, add } = await withPlan()
    await api.tax('vat')
    for (const code of ['a', 'b', 'c']) await add({ code, tax_codes: ['vat'] })
    const { body } = await api.request('GET', `${PATH}?per_page=2`)
    expect(codes(body.charges)).toEqual(['c', 'b'])
    expect(body.charges[0]).toMatchObject({ billable_metric_code: 'calls', taxes: [{ code: 'vat' }] })
    expect(body.meta).toMatchObject({ next_page: 2, total_count: 3 })
  })

  it('change in the fields that are named; a new model does not inherit the prices of the old one', async () => {
    const { api, add } = await withPlan()
    await api.tax('vat')
    const before = await add({ code: 'x', properties: { amount: '3' }, invoice_display_name: 'X', tax_codes: ['vat'] })
    const put = (charge: Json) => api.done('PUT', `${PATH}/x`, { charge })
    expect(await put({ invoice_display_name: null })).toEqual({ ...before, invoice_display_name: null })
    expect(await put({ charge_model: 'percentage' })).toMatchObject({
      charge_model: 'percentage',
      properties: { rate: '0' },
      taxes: [{ code: 'vat' }],
    })
    expect(await put({ charge_model: 'graduated', properties: ranges, tax_codes: [] })).toMatchObject({
      properties: { graduated_ranges: ranges },
      taxes: [],
    })
    expect(await put({ code: 'y' })).toMatchObject({ lago_id: before.lago_id, code: 'y', charge_model: 'graduated' })
    expect(await api.refusal('GET', `${PATH}/x`)).toBe('404 charge_not_found')
  })

  it('of a plan in use take prices and texts, and pass over the rest', async () => {
    const { api, add } = await withPlan()
    const before = await add({ code: 'x', properties: { amount: '3' } })
    const { lago_id } = await api.done('GET', '/plans/basic')
    await subscribe(api.db, api.organizationId, lago_id, 'terminated')
    const frozen = {
      code: 'y',
      charge_model: 'none',
      pay_in_advance: true,
      prorated: true,
      invoiceable: false,
      min_amount_cents: -1,
    }
    const free = { properties: { amount: '15' }, invoice_display_name: 'X' }
    expect(await api.done('PUT', `${PATH}/x`, { charge: { ...frozen, ...free } })).toEqual({ ...before, ...free })
  })

  it('go one at a time, and their code is free', async () => {
    const { api, add } = await withPlan()
    const charge = await add({ code: 'x' })
    expect(await api.done('DELETE', `${PATH}/x`)).toEqual(charge)
    expect((await api.done('GET', '/plans/basic')).charges).toEqual([])
    expect((await add({ code: 'x' })).lago_id).not.toBe(charge.lago_id)
  })
})

describe('plans for the billing engine', () => {
  it('come with their charges, metrics and taxes, each its own, deleted plans included, deleted charges not', async () => {
    const { api, charge } = await start()
    for (const code of ['vat', 'city']) await api.tax(code)
    const first = await api.plan({
      tax_codes: ['vat'],
      charges: [charge({ code: 'a', tax_codes: ['city'] }), charge({ code: 'gone' })],
    })
    const second = await api.plan({ code: 'second', charges: [charge({ code: 'b', properties: { amount: '2.50' } })] })
    await subscribe(api.db, api.organizationId, first.lago_id, 'terminated')
    await api.done('DELETE', '/plans/basic/charges/gone')
    await api.done('DELETE', '/plans/basic')
    const plans = await loadPlans(api.db, api.organizationId, [first.lago_id, second.lago_id, NOBODY])
    expect([...plans.keys()].sort()).toEqual([first.lago_id, second.lago_id].sort())
    expect(plans.get(first.lago_id)).toMatchObject({
      code: 'basic',
      currency: 'EUR',
      taxes: [{ code: 'vat', rate: '20' }],
      charges: [
        {
          code: 'a',
          planId: first.lago_id,
          metric: { code: 'calls', aggregationType: 'sum_agg' },
          taxes: [{ code: 'city' }],
        },
      ],
    })
    expect(plans.get(second.lago_id)).toMatchObject({
      taxes: [],
      charges: [{ code: 'b', taxes: [], filters: [], pricingUnit: null, metric: { fieldName: 'n', filters: [] } }],
    })
    expect((await loadPlans(api.db, crypto.randomUUID(), [first.lago_id])).size).toBe(0)
  })

  it('come with filters in their order, group keys, and what pricing units are worth', async () => {
    const api = new CatalogApi()
    const unit = await api.pricingUnit('credits')
    const metric = await api.metric({ filters: [{ key: 'region', values: ['us', 'eu'] }] })
    const filter = (region: string, amount: string) => ({ values: { region: [region] }, properties: { amount } })
    const priced = {
      billable_metric_id: metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '1', grouped_by: ['team'] },
      filters: [filter('us', '3'), filter('eu', '2')],
      applied_pricing_unit: { code: 'credits', conversion_rate: 0.5 },
    }
    const plan = await api.plan({
      charges: [priced, { ...priced, filters: [filter('eu', '9')], applied_pricing_unit: null }],
    })
    const [first, second] =
      (await loadPlans(api.db, api.organizationId, [plan.lago_id])).get(plan.lago_id)?.charges ?? []
    expect(first).toMatchObject({
      metric: { filters: [{ key: 'region', values: ['eu', 'us'] }] },
      properties: { amount: '1', pricing_group_keys: ['team'] },
      regroupPaidFees: null,
      pricingUnit: { pricingUnitId: unit.lago_id, code: 'credits', shortName: 'CR', conversionRate: '0.5' },
    })
    expect(first?.filters).toEqual(
      [filter('us', '3'), filter('eu', '2')].map((one, index) => ({
        ...one,
        id: plan.charges[0].filters[index].lago_id,
        invoiceDisplayName: null,
      })),
    )
    expect(second).toMatchObject({ pricingUnit: null, filters: [filter('eu', '9')] })
  })
})
