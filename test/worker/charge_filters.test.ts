import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CatalogApi, type Json } from '../support/catalog_api.js'
import { subscribe } from '../support/subscribe.js'

const ALL = '__ALL_FILTER_VALUES__'
const NOBODY = '11111111-2222-4333-8444-555555555555'
const CHARGE = '/plans/basic/charges/calls'
const PATH = `${CHARGE}/filters`

const LISTED = [
  { key: 'region', values: ['asia', 'eu', 'us'] },
  { key: 'tier', values: ['gold', 'silver'] },
]
const filter = (values: Json, amount = '2', rest: Json = {}) => ({ values, properties: { amount }, ...rest })
const region = (...regions: string[]) => ({ region: regions })
const text = (value: Json): number => JSON.stringify(value).length
const ids = (rows: Json[]) => rows.map((row) => row.lago_id)
const shapes = (rows: Json[]) => rows.map((row) => [row.values, row.properties.amount])

/** A plan with one charge at 1, and these filters of it. */
async function start(filters: Json[] = [], listed: Json[] = LISTED) {
  const api = new CatalogApi()
  const metric = await api.metric({ filters: listed })
  const charge = { billable_metric_id: metric.lago_id, charge_model: 'standard', properties: { amount: '1' } }
  const plan = await api.plan({ charges: [{ ...charge, filters }] })
  const put = (given: Json) => api.done('PUT', CHARGE, { charge: given })
  const refusal = (given: Json) => api.refusal('PUT', CHARGE, { charge: given })
  const shown = async (): Promise<Json[]> => (await api.done('GET', CHARGE)).filters
  const list = async (query = ''): Promise<Json[]> => (await api.request('GET', `${PATH}${query}`)).body.filters
  return { api, metric, charge, plan, put, refusal, shown, list }
}

describe("a charge's list of filters", () => {
  it('is answered with the charge, in its order, as it was given', async () => {
    const given = [
      filter({ tier: ['gold'], region: ['us', 'eu', 'us'] }, '3', { invoice_display_name: 'Gold' }),
      filter({ region: ALL }),
      filter({ region: ['eu', ALL], tier: 'silver' }),
    ]
    const { api, plan, charge } = await start(given)
    const [{ filters }] = plan.charges
    expect(filters).toEqual([
      {
        lago_id: expect.any(String),
        charge_code: 'calls',
        invoice_display_name: 'Gold',
        properties: { amount: '3' },
        values: { tier: ['gold'], region: ['us', 'eu'] },
      },
      expect.objectContaining({ values: region(ALL), invoice_display_name: null }),
      expect.objectContaining({ values: { region: [ALL], tier: ['silver'] } }),
    ])
    expect((await api.done('GET', CHARGE)).filters).toEqual(filters)
    expect((await api.request('GET', '/plans/basic/charges')).body.charges[0].filters).toEqual(filters)
    const alone = { charge: { ...charge, code: 'alone', filters: [filter(region('us'))] } }
    expect(shapes((await api.done('POST', '/plans/basic/charges', alone)).filters)).toEqual([[region('us'), '2']])
  })

  it('keeps filters by their values, changes and reorders them, adds new ones and removes the others', async () => {
    const { put, shown } = await start([
      filter(region('us', 'eu'), '1', { invoice_display_name: 'Old' }),
      filter(region('asia'), '2'),
    ])
    const [first, second] = await shown()
    const { filters } = await put({
      filters: [filter({ tier: ['gold'] }, '5'), { values: region('eu', 'us'), properties: { amount: '9' } }],
    })
    expect(shapes(filters)).toEqual([
      [{ tier: ['gold'] }, '5'],
      [region('eu', 'us'), '9'],
    ])
    expect(filters[1]).toMatchObject({ lago_id: first.lago_id, invoice_display_name: 'Old' })
    expect(ids(filters)).not.toContain(second.lago_id)
    expect((await put({ properties: { amount: '7' } })).filters).toEqual(filters)
    expect((await put({ filters: [{ values: { tier: ['gold'] } }] })).filters).toEqual([filters[0]])
    expect((await put({ filters: [] })).filters).toEqual([])
  })

  it('may hold the same values twice: the first stays the first', async () => {
    const { put, shown } = await start([filter(region('us'), '5'), filter(region('us'), '3')])
    const before = await shown()
    expect(shapes(before)).toEqual([
      [region('us'), '5'],
      [region('us'), '3'],
    ])
    const { filters } = await put({ filters: [filter(region('us'), '6'), filter(region('us'), '4')] })
    expect(ids(filters)).toEqual(ids(before))
  })

  it.each([
    [filter(region('mars')), { values: ['value_is_invalid'] }, 'a value that is not listed'],
    [filter(region('us', 'mars')), { values: ['value_is_invalid'] }, 'beside one that is'],
    [filter({ planet: ['us'] }), { values: ['value_is_invalid'] }, 'a key that is not listed'],
    [filter({ planet: [ALL] }), { values: ['value_is_invalid'] }, 'all values of it'],
    [filter({ constructor: ['us'] }), { values: ['value_is_invalid'] }, 'a part of every object'],
    [filter({}), { values: ['value_is_mandatory'] }, 'no keys'],
    [filter(null), { values: ['value_is_mandatory'] }, 'nothing'],
    [filter({ region: [] }), { values: ['value_is_mandatory'] }, 'no values'],
    [filter('us'), { values: ['value_is_invalid'] }, 'no object'],
    [filter({ region: [['us']] }), { values: ['value_is_invalid'] }, 'no texts'],
    [{ values: region('us'), properties: {} }, { properties: ['invalid_amount'] }, 'a price is not filled in'],
    [{ values: region('asia') }, { properties: ['invalid_amount'] }, 'nor when nothing is said'],
    [filter(region('us'), '1', { properties: { amount: 1 } }), { properties: ['invalid_amount'] }, 'a float'],
    [
      { values: region('mars'), properties: { pricing_group_keys: 'a' } },
      { values: ['value_is_invalid'], properties: ['invalid_amount', 'invalid_type'] },
      'all at once',
    ],
  ])('refuses %j with %j and changes nothing: %s', async (wrong, details, _why) => {
    const { api, refusal, shown } = await start([filter(region('us'))])
    const before = await shown()
    const charge = { properties: { amount: '100' }, filters: [filter(region('eu')), wrong] }
    expect(await refusal(charge)).toEqual(details)
    expect(await api.refusal('POST', PATH, { filter: wrong })).toEqual(details)
    expect(await shown()).toEqual(before)
    expect((await api.done('GET', CHARGE)).properties.amount).toBe('1')
  })

  it('takes group keys of its own and no presentation keys', async () => {
    const properties = { amount: '1', grouped_by: ['team'], presentation_group_keys: [{ value: 'user' }] }
    const { plan } = await start([{ values: region('us'), properties }])
    expect(plan.charges[0].filters[0].properties).toEqual({
      amount: '1',
      grouped_by: ['team'],
      pricing_group_keys: ['team'],
    })
  })

  it('has to suit a new model or metric, whether it is sent again or not', async () => {
    const { api, put, refusal, shown } = await start([filter(region('us'))])
    const [before] = await shown()
    const packaged = { amount: '3', package_size: 2, free_units: 0 }
    const change = { charge_model: 'package', properties: packaged }
    expect(await refusal(change)).toEqual({ properties: ['invalid_package_size', 'invalid_free_units'] })
    const { filters } = await put({ ...change, filters: [{ values: region('us'), properties: packaged }] })
    expect(filters).toEqual([{ ...before, properties: packaged }])
    // What a package costs says also what one unit could cost.
    expect((await put({ charge_model: 'standard', properties: { amount: '4' } })).filters).toEqual([
      { ...before, properties: { amount: '3' } },
    ])
    const other = await api.metric({ code: 'other', filters: [{ key: 'region', values: ['eu'] }] })
    expect(await refusal({ billable_metric_id: other.lago_id })).toEqual({ values: ['value_is_invalid'] })
    expect((await put({ billable_metric_id: other.lago_id, filters: [] })).billable_metric_code).toBe('other')
  })

  it('of a plan in use still changes', async () => {
    const { api, plan, put, shown } = await start([filter(region('us'))])
    await subscribe(api.db, api.organizationId, plan.lago_id, 'active')
    expect(shapes((await put({ filters: [filter(region('eu'), '8')] })).filters)).toEqual([[region('eu'), '8']])
    const charges = [{ id: plan.charges[0].lago_id, filters: [filter(region('asia'))] }]
    await api.done('PUT', '/plans/basic', { plan: { charges } })
    expect(shapes(await shown())).toEqual([[region('asia'), '2']])
  })

  it('may be thousands long, up to a bound, and is kept letter by letter', async () => {
    const values = Array.from({ length: 5_000 }, (_, i) => `"${i}" \\ \n é 😀`)
    const { api, put, list, shown } = await start(
      values.map((user, i) => filter({ user: [user] }, `${i}`, { invoice_display_name: `'${i}'` })),
      [{ key: 'user', values: [...values, 'one more'] }],
    )
    const filters = await shown()
    expect(filters.map((row) => row.values.user[0])).toEqual(values)
    expect(filters[4_999]).toMatchObject({ properties: { amount: '4999' }, invoice_display_name: "'4999'" })
    const reordered = filters.toReversed().map((row) => filter(row.values, '1'))
    expect(ids((await put({ filters: reordered })).filters)).toEqual(ids(filters).toReversed())
    expect(await list('?per_page=2&page=2500')).toHaveLength(2)
    const one = filter({ user: ['one more'] })
    expect(await api.refusal('POST', PATH, { filter: one })).toEqual({ filters: ['invalid_count'] })
    expect(await api.refusal('PUT', CHARGE, { charge: { filters: [...reordered, one] } })).toEqual({
      filters: ['invalid_count'],
    })
  })

  it('does not make a plan larger than can be loaded', async () => {
    const users = Array.from({ length: 4_000 }, (_, i) => `${i}`.padEnd(200, '.'))
    const { api, charge } = await start([], [{ key: 'user', values: users }])
    const large = (code: string) => ({
      charge: { ...charge, code, filters: [filter({ user: users }), filter({ user: users.slice(1) })] },
    })
    for (const code of ['a', 'b']) await api.done('POST', '/plans/basic/charges', large(code))
    const tooLong = { filters: ['value_is_too_long'] }
    expect(await api.refusal('POST', '/plans/basic/charges', large('c'))).toEqual(tooLong)
    await api.done('PUT', '/plans/basic/charges/a', { charge: large('a').charge })
    await api.done('POST', PATH, { filter: filter({ user: users.slice(1_000) }) })
    expect(await api.refusal('POST', PATH, { filter: filter({ user: users }) })).toEqual(tooLong)

    const { charges } = await api.done('GET', '/plans/basic')
    const texts = charges
      .flatMap((row: Json) => row.filters)
      .map((row: Json) => text(row.values) + text(row.properties))
    const left = 4_000_000 - texts.reduce((sum: number, length: number) => sum + length, 0)
    const { lago_id: id } = await api.done('POST', PATH, {
      filter: filter({ user: users.slice(0, Math.floor(left / 203) - 1) }),
    })
    const groups = Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(255))
    const put = (properties: Json) => api.request('PUT', `${PATH}/${id}`, { filter: { properties } })
    expect((await put({ amount: '1', pricing_group_keys: groups })).body.error_details).toEqual(tooLong)
    expect((await put({ amount: '1' })).status).toBe(200)
  })
})

describe('filters one at a time', () => {
  it('are added behind the others, changed but for their values, and removed', async () => {
    const { api, shown, list } = await start([filter(region('us'))])
    const europe = await api.done('POST', PATH, {
      filter: filter(region('eu'), '3', { invoice_display_name: 'Europe', cascade_updates: true }),
    })
    expect(europe).toEqual({
      lago_id: expect.any(String),
      charge_code: 'calls',
      values: region('eu'),
      properties: { amount: '3' },
      invoice_display_name: 'Europe',
    })
    expect(await api.done('GET', `${PATH}/${europe.lago_id}`)).toEqual(europe)
    expect(shapes(await shown())).toEqual([
      [region('us'), '2'],
      [region('eu'), '3'],
    ])
    const put = (given: Json) => api.done('PUT', `${PATH}/${europe.lago_id}`, { filter: given })
    expect(await put({ values: region('asia'), properties: { amount: '4' } })).toEqual({
      ...europe,
      properties: { amount: '4' },
    })
    expect(await put({ invoice_display_name: null })).toMatchObject({
      properties: { amount: '4' },
      invoice_display_name: null,
    })
    const wrong = { filter: { properties: {} } }
    expect(await api.refusal('PUT', `${PATH}/${europe.lago_id}`, wrong)).toEqual({ properties: ['invalid_amount'] })
    expect((await api.done('DELETE', `${PATH}/${europe.lago_id}`)).lago_id).toBe(europe.lago_id)
    expect(shapes(await list())).toEqual([[region('us'), '2']])
    expect(await shown()).toEqual(await list())
    for (const method of ['GET', 'DELETE']) {
      expect(await api.refusal(method, `${PATH}/${europe.lago_id}`)).toBe('404 charge_filter_not_found')
    }
  })

  it('are listed by their last change, oldest first, by pages', async () => {
    const { api, list } = await start([filter(region('us')), filter(region('eu')), filter(region('asia'))])
    const [first, second, third] = ids(await list())
    api.now += 1_000
    await api.done('PUT', `${PATH}/${first}`, { filter: { properties: { amount: '5' } } })
    expect(ids(await list())).toEqual([second, third, first])
    const { body } = await api.request('GET', `${PATH}?per_page=2&page=2`)
    expect([ids(body.filters), body.meta.total_count]).toEqual([[first], 3])
  })

  it('look at the plan, then at the charge, then at the envelope, then at the filter', async () => {
    const { api } = await start()
    const body = { filter: filter(region('us')) }
    for (const [method, below] of [
      ['POST', ''],
      ['PUT', `/${NOBODY}`],
    ] as const) {
      expect(await api.refusal(method, `/plans/none/charges/calls/filters${below}`)).toBe('404 plan_not_found')
      expect(await api.refusal(method, `/plans/basic/charges/none/filters${below}`)).toBe('404 charge_not_found')
      expect((await api.request(method, `${PATH}${below}`)).status).toBe(400)
    }
    expect(await api.refusal('PUT', `${PATH}/${NOBODY}`, body)).toBe('404 charge_filter_not_found')
    expect(await api.refusal('GET', `${PATH}/none`)).toBe('404 charge_filter_not_found')
  })

  it('are accepted or refused, whatever is sent, and what is accepted is answered as it is stored', async () => {
    const { api } = await start()
    const key = fc.oneof(fc.constantFrom('region', 'tier', '__proto__'), fc.string())
    const value = fc.oneof(fc.constantFrom('us', 'gold', ALL), fc.jsonValue())
    const values = fc.oneof(fc.dictionary(key, fc.oneof(fc.array(value), value)), fc.jsonValue())
    const groups = fc.oneof(fc.array(fc.string()), fc.jsonValue())
    const properties = fc.record({ amount: fc.constant('1'), grouped_by: groups }, { requiredKeys: ['amount'] })
    const sent = fc.record({ values, properties, invoice_display_name: fc.jsonValue() }, { requiredKeys: ['values'] })
    await fc.assert(
      fc.asyncProperty(sent, async (given) => {
        const { status, body } = await api.request('POST', PATH, { filter: given })
        if (status !== 200) return status === 422
        expect(await api.done('GET', `${PATH}/${body.filter.lago_id}`)).toEqual(body.filter)
        return true
      }),
      { numRuns: 150 },
    )
  })

  it('are found below their own charge only', async () => {
    const { api, charge } = await start([filter(region('us'))])
    const [{ lago_id: id }] = (await api.request('GET', PATH)).body.filters
    await api.done('POST', '/plans/basic/charges', { charge: { ...charge, code: 'other' } })
    for (const method of ['GET', 'DELETE']) {
      expect(await api.refusal(method, `/plans/basic/charges/other/filters/${id}`)).toBe('404 charge_filter_not_found')
    }
    expect((await api.request('GET', PATH)).body.meta.total_count).toBe(1)
  })
})

describe('values that a metric lists no longer', () => {
  const relist = (api: CatalogApi, filters: Json) =>
    api.done('PUT', '/billable_metrics/calls', { billable_metric: { filters } })

  it('leave every filter, and a filter that has lost all values of a key goes', async () => {
    const { api, charge, shown, list } = await start([
      filter({ region: ['us', 'eu'], tier: ['gold'] }, '1'),
      filter({ region: ['us'], tier: ['gold'] }, '2'),
      filter({ region: [ALL] }, '3'),
      filter({ tier: ['silver', 'gold'] }, '4'),
    ])
    await api.plan({ code: 'second', charges: [{ ...charge, filters: [filter(region('asia', 'us'))] }] })
    const before = await shown()
    api.now += 1_000
    await relist(api, [{ key: 'region', values: ['eu', 'asia'] }, LISTED[1]])
    const after = await shown()
    expect(shapes(after)).toEqual([
      [{ region: ['eu'], tier: ['gold'] }, '1'],
      [{ region: [ALL] }, '3'],
      [{ tier: ['silver', 'gold'] }, '4'],
    ])
    expect(ids(after)).toEqual([before[0].lago_id, before[2].lago_id, before[3].lago_id])
    expect(shapes(await list())).toEqual(shapes([after[1], after[2], after[0]]))
    expect(shapes((await api.done('GET', '/plans/second')).charges[0].filters)).toEqual([[region('asia'), '2']])
    expect(await api.refusal('GET', `${PATH}/${before[1].lago_id}`)).toBe('404 charge_filter_not_found')
  })

  it('of a key that is gone take along what stood for all of them', async () => {
    const { api, shown } = await start([
      filter({ region: [ALL], tier: ['gold'] }, '1'),
      filter({ region: ['eu'] }, '2'),
      filter({ tier: [ALL] }, '3'),
    ])
    await relist(api, [LISTED[1]])
    expect(shapes(await shown())).toEqual([[{ tier: [ALL] }, '3']])
    await relist(api, [])
    expect(await shown()).toEqual([])
  })

  it('leave filters of other metrics and organizations alone', async () => {
    const [{ api }, other] = [await start([filter(region('us'))]), await start([filter(region('us'))])]
    const twin = await api.metric({ code: 'twin', filters: LISTED })
    const charge = { billable_metric_id: twin.lago_id, charge_model: 'standard', filters: [filter(region('us'))] }
    await api.plan({ code: 'second', charges: [charge] })
    await relist(api, [])
    expect((await api.done('GET', '/plans/second')).charges[0].filters).toHaveLength(1)
    expect(await other.shown()).toHaveLength(1)
  })

  it('are found whatever letters they are made of, in thousands of filters', async () => {
    const odd = ['"', '\\', 'a\n', "'", 'é', '😀', '__proto__', '$', 'a.b', '[0]']
    const key = 'a "key"\\.[0]'
    const users = Array.from({ length: 4_000 }, (_, i) => `user ${i}`)
    const listed = (values: string[]) => [{ key, values }]
    const { api, shown } = await start(
      users.map((user, i) => filter({ [key]: [user, odd[i % odd.length]] })),
      listed([...odd, ...users]),
    )
    await relist(api, listed(users.slice(0, 3_999)))
    expect(shapes(await shown())).toEqual(users.slice(0, 3_999).map((user) => [{ [key]: [user] }, '2']))
  })

  it('stay with their metric: a deleted one takes its charges and their filters along', async () => {
    const { api } = await start([filter(region('us'))])
    await api.done('DELETE', '/billable_metrics/calls')
    expect((await api.done('GET', '/plans/basic')).charges).toEqual([])
    expect(await api.refusal('GET', PATH)).toBe('404 charge_not_found')
  })
})
