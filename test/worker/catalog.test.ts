import { describe, expect, it } from 'vitest'
import { CatalogApi } from '../support/catalog_api.js'
import { subscribe } from '../support/subscribe.js'

const codes = (rows: { code: string }[]) => rows.map((row) => row.code)

describe('taxes', () => {
  it('are listed by name and counted exactly', async () => {
    const api = new CatalogApi()
    for (const code of ['vat', 'city', 'state']) await api.tax(code)
    const { body } = await api.request('GET', '/taxes?per_page=2')
    expect(codes(body.taxes)).toEqual(['city', 'state'])
    expect(body.meta).toEqual({ current_page: 1, next_page: 2, prev_page: null, total_pages: 2, total_count: 3 })
  })

  it('say that they are applied to the default billing entity when they are applied to the organization', async () => {
    const api = new CatalogApi()
    expect(await api.tax('vat')).toMatchObject({
      applied_to_organization: false,
      applied_to_billing_entities_codes: [],
    })
    const on = await api.done('PUT', '/taxes/vat', { tax: { applied_to_organization: true } })
    expect(on).toMatchObject({
      applied_to_organization: true,
      applied_to_billing_entities_codes: ['default'],
      rate: 20,
    })
  })

  it('are taken off plans and charges when they are deleted, and their code is free again', async () => {
    const api = new CatalogApi()
    await api.tax('vat')
    const metric = await api.metric()
    const charge = { billable_metric_id: metric.lago_id, charge_model: 'standard', tax_codes: ['vat'] }
    const plan = await api.plan({ tax_codes: ['vat'], charges: [charge] })
    expect([codes(plan.taxes), codes(plan.charges[0].taxes)]).toEqual([['vat'], ['vat']])
    await api.done('DELETE', '/taxes/vat')
    await api.tax('vat')
    const after = await api.done('GET', '/plans/basic')
    expect([after.taxes, after.charges[0].taxes]).toEqual([[], []])
  })
})

describe('billable metrics', () => {
  it.each([
    [
      { aggregation_type: 'sum_agg' },
      { name: ['value_is_mandatory'], code: ['value_is_mandatory'], field_name: ['value_is_mandatory'] },
      'all that is wrong at once',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'max_agg' },
      { field_name: ['value_is_mandatory'] },
      'nothing to compare',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'sum_agg', field_name: ' ' },
      { field_name: ['value_is_mandatory'] },
      'blank',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'median_agg', field_name: 'n' },
      { aggregation_type: ['value_is_invalid'] },
      'no such type',
    ],
    [{ name: 'M', code: 'm' }, { aggregation_type: ['value_is_invalid'] }, 'no type'],
    [
      { name: 'M', code: 'm', aggregation_type: 'weighted_sum_agg', field_name: 'n' },
      { weighted_interval: ['value_is_invalid'] },
      'time is counted in no unit',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'weighted_sum_agg', field_name: 'n', weighted_interval: 'hours' },
      { weighted_interval: ['value_is_invalid'] },
      'nor in another one',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'count_agg', recurring: true },
      { recurring: ['not_compatible_with_aggregation_type'] },
      'counts do not recur',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'latest_agg', field_name: 'n', recurring: true },
      { recurring: ['not_compatible_with_aggregation_type'] },
      'nor do latest values',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'sum_agg', field_name: 'n', expression: '1 +' },
      { expression: ['invalid_expression'] },
      'does not parse',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'sum_agg', field_name: 'n', rounding_function: 'cut' },
      { rounding_function: ['value_is_invalid'] },
      'no such rounding',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'count_agg', filters: [{ key: 'region', values: [] }] },
      { values: ['value_is_mandatory'] },
      'a filter without values',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'count_agg', filters: [{ values: ['eu'] }] },
      { key: ['value_is_mandatory'] },
      'a filter without a key',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'count_agg', filters: [{ key: 'region', values: ['eu', ' '] }] },
      { values: ['value_is_mandatory'] },
      'a blank value',
    ],
    [
      {
        name: 'M',
        code: 'm',
        aggregation_type: 'count_agg',
        filters: [{ key: 'r', values: ['__ALL_FILTER_VALUES__'] }],
      },
      { values: ['value_is_reserved'] },
      'the word for all values',
    ],
    [
      { name: 'M', code: 'm', aggregation_type: 'count_agg', filters: 'region' },
      { filters: ['must_be_an_array'] },
      'filters that are none',
    ],
  ] as const)('refuse %j with %j: %s', async (billable_metric, details, _why) => {
    const api = new CatalogApi()
    expect(await api.refusal('POST', '/billable_metrics', { billable_metric })).toEqual(details)
    expect((await api.request('GET', '/billable_metrics')).body.meta.total_count).toBe(0)
  })

  it('are given back as they were defined; a count drops its field', async () => {
    const api = new CatalogApi()
    const given = {
      name: 'Compute',
      code: 'a/b.c d',
      description: 'hours',
      aggregation_type: 'sum_agg',
      field_name: 'hours',
      expression: '1 + 1',
      rounding_function: 'ceil',
      rounding_precision: -2,
    }
    await api.metric(given)
    expect(await api.done('GET', '/billable_metrics/a%2Fb.c%20d')).toMatchObject({
      ...given,
      recurring: false,
      weighted_interval: null,
      created_at: '2024-01-01T00:00:00Z',
      filters: [],
    })
    expect(await api.metric({ code: 'n', aggregation_type: 'count_agg', field_name: 'n' })).toMatchObject({
      field_name: null,
    })
    const weighted = { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' }
    expect(await api.metric({ code: 'w', ...weighted })).toMatchObject({ ...weighted, field_name: 'n' })
  })

  it('list their filters by key, the values of each sorted and once', async () => {
    const api = new CatalogApi()
    const filters = [
      { key: 'region', values: ['us', 'eu'] },
      { key: 'cloud', values: 'aws' },
      { key: 'region', values: ['eu', 7, 'asia'] },
    ]
    const listed = [
      { key: 'cloud', values: ['aws'] },
      { key: 'region', values: ['7', 'asia', 'eu', 'us'] },
    ]
    const metric = await api.metric({ filters })
    expect(metric.filters).toEqual(listed)
    const put = (billable_metric: object) => api.done('PUT', '/billable_metrics/calls', { billable_metric })
    expect((await put({ name: 'New' })).filters).toEqual(listed)
    await api.plan({ charges: [{ billable_metric_id: metric.lago_id, charge_model: 'standard' }] })
    expect((await put({ filters: [{ key: 'tier', values: ['gold'] }] })).filters).toEqual([
      { key: 'tier', values: ['gold'] },
    ])
    expect((await api.done('GET', '/billable_metrics/calls')).filters).toEqual([{ key: 'tier', values: ['gold'] }])
    expect((await put({ filters: null })).filters).toEqual([])
  })

  it('may list thousands of values, up to a bound', async () => {
    const api = new CatalogApi()
    const values = (n: number) => Array.from({ length: n }, (_, i) => `value ${i}`)
    const filters = (n: number) => [
      { key: 'user', values: values(n) },
      { key: 'user', values: ['one more'] },
    ]
    expect((await api.metric({ filters: filters(9_999) })).filters[0].values).toHaveLength(10_000)
    const refusal = (given: unknown) =>
      api.refusal('PUT', '/billable_metrics/calls', { billable_metric: { filters: given } })
    expect(await refusal(filters(10_000))).toEqual({ filters: ['invalid_count'] })
    expect(await refusal([{ key: 'user', values: values(10_001) }])).toEqual({ values: ['invalid_count'] })
    expect(await refusal(values(21).map((key) => ({ key, values: ['x'] })))).toEqual({ filters: ['invalid_count'] })
    expect(await refusal([{ key: 'user', values: ['x'.repeat(256)] }])).toEqual({ values: ['value_is_too_long'] })
    const wide = values(5_000).map((value) => value.padEnd(250))
    expect(await refusal([{ key: 'user', values: wide }])).toEqual({ filters: ['value_is_too_long'] })
  })

  it('have codes of their own among those that are kept', async () => {
    const api = new CatalogApi()
    const { lago_id } = await api.metric()
    const twin = { billable_metric: { name: 'B', code: 'calls', aggregation_type: 'count_agg' } }
    expect(await api.refusal('POST', '/billable_metrics', twin)).toEqual({ code: ['value_already_exist'] })
    await api.metric({ code: 'other' })
    const taken = { billable_metric: { code: 'calls' } }
    expect(await api.refusal('PUT', '/billable_metrics/other', taken)).toEqual({ code: ['value_already_exist'] })
    await api.done('DELETE', '/billable_metrics/calls')
    expect((await api.request('DELETE', '/billable_metrics/calls')).status).toBe(404)
    expect((await api.metric()).lago_id).not.toBe(lago_id)
  })

  it('change in the fields that are named', async () => {
    const api = new CatalogApi()
    await api.metric({ description: 'd', rounding_function: 'round', rounding_precision: 2 })
    const put = (billable_metric: object) => api.done('PUT', '/billable_metrics/calls', { billable_metric })
    expect(await put({ name: 'New' })).toMatchObject({
      name: 'New',
      description: 'd',
      field_name: 'n',
      rounding_precision: 2,
    })
    expect(await put({ description: null, rounding_function: null })).toMatchObject({
      description: null,
      rounding_function: null,
    })
    const wrong = { billable_metric: { field_name: null } }
    expect(await api.refusal('PUT', '/billable_metrics/calls', wrong)).toEqual({ field_name: ['value_is_mandatory'] })
  })

  it('keep all but their names once a plan charges for them, whatever a change says', async () => {
    const api = new CatalogApi()
    const metric = await api.metric()
    await api.plan({ charges: [{ billable_metric_id: metric.lago_id, charge_model: 'standard' }] })
    const billable_metric = {
      name: 'New',
      description: 'd',
      code: 'hits',
      aggregation_type: 'none',
      field_name: 'x',
      recurring: true,
    }
    expect(await api.done('PUT', '/billable_metrics/calls', { billable_metric })).toEqual({
      ...metric,
      name: 'New',
      description: 'd',
    })
    await api.done('DELETE', '/plans/basic')
    expect(await api.done('PUT', '/billable_metrics/calls', { billable_metric: { code: 'hits' } })).toMatchObject({
      code: 'hits',
    })
  })

  it('keep what an ended subscription may still be billed by, though its plan is gone', async () => {
    const api = new CatalogApi()
    const metric = await api.metric()
    const plan = await api.plan({ charges: [{ billable_metric_id: metric.lago_id, charge_model: 'standard' }] })
    await subscribe(api.db, api.organizationId, plan.lago_id, 'terminated')
    await api.done('DELETE', '/plans/basic')
    expect(await api.done('PUT', '/billable_metrics/calls', { billable_metric: { field_name: 'x' } })).toMatchObject({
      field_name: 'n',
    })
  })

  it('take their charges along when they are deleted', async () => {
    const api = new CatalogApi()
    const [gone, kept] = [await api.metric(), await api.metric({ code: 'kept' })]
    const charges = [gone, kept].map(({ lago_id }) => ({ billable_metric_id: lago_id, charge_model: 'standard' }))
    await api.plan({ charges })
    expect(await api.done('DELETE', '/billable_metrics/calls')).toMatchObject({ lago_id: gone.lago_id })
    expect(codes((await api.done('GET', '/plans/basic')).charges)).toEqual(['kept'])
    expect((await api.request('GET', '/plans/basic/charges/calls')).body.code).toBe('charge_not_found')
  })

  it('are listed newest first, by type and recurrence', async () => {
    const api = new CatalogApi()
    for (const code of ['a', 'b']) await api.metric({ code })
    await api.metric({ code: 'c', aggregation_type: 'count_agg' })
    const listed = async (query: string) =>
      codes((await api.request('GET', `/billable_metrics${query}`)).body.billable_metrics)
    expect(await listed('')).toEqual(['c', 'b', 'a'])
    expect(await listed('?aggregation_types[]=count_agg&aggregation_types[]=max_agg')).toEqual(['c'])
    expect(await listed('?recurring=true')).toEqual([])
    expect(await listed('?recurring=false&page=2&per_page=2')).toEqual(['a'])
    expect(await api.refusal('GET', '/billable_metrics?aggregation_types[]=none')).toEqual({
      aggregation_types: ['value_is_invalid'],
    })
  })

  it('are unknown to other organizations, codes and ids alike', async () => {
    const [api, other] = [new CatalogApi(), new CatalogApi()]
    const metric = await api.metric()
    for (const method of ['GET', 'DELETE']) {
      expect((await other.request(method, '/billable_metrics/calls')).body.code).toBe('billable_metric_not_found')
    }
    const charges = [{ billable_metric_id: metric.lago_id, charge_model: 'standard' }]
    const plan = {
      name: 'P',
      code: 'p',
      interval: 'monthly',
      amount_cents: 0,
      amount_currency: 'EUR',
      pay_in_advance: false,
      charges,
    }
    expect(await other.refusal('POST', '/plans', { plan })).toBe('404 billable_metrics_not_found')
    await other.metric()
    expect((await other.request('GET', '/billable_metrics')).body.meta.total_count).toBe(1)
  })
})

describe('trying out an expression', () => {
  const PATH = '/billable_metrics/evaluate_expression'

  it('answers what it makes of the event, as text', async () => {
    const api = new CatalogApi()
    const value = async (expression: string, event: object = {}) =>
      (await api.done('POST', PATH, { expression, event: { code: 'abc', properties: { p: '12.34' }, ...event } })).value
    expect(await value('round(event.properties.p * 2, 1)')).toBe('24.7')
    expect(await value("concat(event.code, '-', 'end')")).toBe('abc-end')
    expect(await value('event.timestamp', { timestamp: 1709596800 })).toBe('1709596800')
    expect(await value('event.timestamp')).toBe('1704067200')
  })

  it.each([
    [{}, { expression: ['value_is_mandatory'], event: ['invalid_event'] }, 'nothing'],
    [{ expression: '1 +', event: { code: 'a' } }, { expression: ['invalid_expression'] }, 'does not parse'],
    [{ expression: ['1'], event: { code: 'a' } }, { expression: ['invalid_expression'] }, 'is no text'],
    [{ expression: '1', event: 'a' }, { event: ['invalid_event'] }, 'the event is none'],
    [{ expression: '1', event: { code: 'a', timestamp: 'now' } }, { event: ['invalid_event'] }, 'no time'],
    [
      { expression: 'event.properties.b', event: { code: 'a' } },
      { event: ['invalid_event'] },
      'the event lacks what it needs',
    ],
  ] as const)('refuses %j with %j: %s', async (body, details, _why) => {
    expect(await new CatalogApi().refusal('POST', PATH, body)).toEqual(details)
  })
})
