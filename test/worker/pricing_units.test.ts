import { describe, expect, it } from 'vitest'
import { CatalogApi, type Json } from '../support/catalog_api.js'
import { subscribe } from '../support/subscribe.js'

const codes = (rows: { code: string }[]) => rows.map((row) => row.code)

describe('pricing units', () => {
  it('are given back as they were defined; names change, the code stays', async () => {
    const api = new CatalogApi()
    const given = { name: 'Credits', code: 'credits', short_name: 'CR', description: 'bought in packs' }
    const unit = await api.done('POST', '/pricing_units', { pricing_unit: given })
    expect(unit).toEqual({ lago_id: expect.any(String), ...given, created_at: '2024-01-01T00:00:00Z' })
    expect(await api.done('GET', '/pricing_units/credits')).toEqual(unit)
    const put = (pricing_unit: Json) => api.done('PUT', '/pricing_units/credits', { pricing_unit })
    expect(await put({ code: 'other', short_name: 'CRD', description: null })).toEqual({
      ...unit,
      short_name: 'CRD',
      description: null,
    })
    expect(await put({ name: 'New' })).toMatchObject({ name: 'New', short_name: 'CRD', code: 'credits' })
    expect(await api.done('GET', '/pricing_units/credits')).toMatchObject({ name: 'New', description: null })
  })

  it.each([
    [
      { description: 'd' },
      { name: ['value_is_mandatory'], code: ['value_is_mandatory'], short_name: ['value_is_mandatory'] },
      'nothing but a description',
    ],
    [{ name: 'C', code: 'c', short_name: 'CRED' }, { short_name: ['value_is_too_long'] }, 'four letters'],
    [{ name: 'C', code: 'taken', short_name: 'C' }, { code: ['value_already_exist'] }, 'a code that is taken'],
  ])('refuse %j with %j: %s', async (pricing_unit, details, _why) => {
    const api = new CatalogApi()
    await api.pricingUnit('taken')
    expect(await api.refusal('POST', '/pricing_units', { pricing_unit })).toEqual(details)
    expect((await api.request('GET', '/pricing_units')).body.meta.total_count).toBe(1)
  })

  it('are listed newest first, by pages, and unknown to other organizations', async () => {
    const api = new CatalogApi()
    for (const code of ['a', 'b', 'c']) await api.pricingUnit(code)
    const { body } = await api.request('GET', '/pricing_units?per_page=2')
    expect(codes(body.pricing_units)).toEqual(['c', 'b'])
    expect(body.meta).toMatchObject({ next_page: 2, total_count: 3 })
    const other = new CatalogApi()
    expect(await other.refusal('GET', '/pricing_units/a')).toBe('404 pricing_unit_not_found')
    expect(await other.refusal('PUT', '/pricing_units/a', { pricing_unit: { name: 'x' } })).toBe(
      '404 pricing_unit_not_found',
    )
    expect((await other.request('PUT', '/pricing_units/a')).status).toBe(400)
    expect((await other.pricingUnit('a')).code).toBe('a')
  })
})

describe('the pricing unit of a charge', () => {
  const PATH = '/plans/basic/charges/calls'
  const credits = (conversion_rate?: unknown) => ({ code: 'credits', conversion_rate })

  async function start(applied_pricing_unit: Json = null) {
    const api = new CatalogApi()
    for (const code of ['credits', 'tokens']) await api.pricingUnit(code)
    const metric = await api.metric()
    const charge = { billable_metric_id: metric.lago_id, charge_model: 'standard', applied_pricing_unit }
    const plan = await api.plan({ charges: [charge] })
    const put = async (applied: Json) =>
      (await api.done('PUT', PATH, { charge: { applied_pricing_unit: applied } })).applied_pricing_unit
    const refusal = (applied: Json) => api.refusal('PUT', PATH, { charge: { applied_pricing_unit: applied } })
    const shown = async () => (await api.done('GET', '/plans/basic')).charges[0].applied_pricing_unit
    return { api, plan, put, refusal, shown }
  }

  it('comes with what it is worth, as number or text, and goes with null', async () => {
    const { plan, put, refusal, shown } = await start(credits(2))
    expect(plan.charges[0].applied_pricing_unit).toEqual(credits('2.0'))
    expect(await put({ conversion_rate: '0.50' })).toEqual(credits('0.5'))
    expect(await put({ code: 'tokens', conversion_rate: '1e-3' })).toEqual({ code: 'tokens', conversion_rate: '0.001' })
    expect(await put({})).toEqual({ code: 'tokens', conversion_rate: '0.001' })
    expect(await refusal(credits())).toEqual({ conversion_rate: ['value_is_mandatory'] })
    expect(await refusal({ code: 'none' })).toBe('404 pricing_unit_not_found')
    expect(await refusal({ conversion_rate: '1e-19' })).toEqual({ conversion_rate: ['value_is_out_of_range'] })
    expect(await shown()).toEqual({ code: 'tokens', conversion_rate: '0.001' })
    expect(await put(null)).toBe(null)
    expect(await refusal({ conversion_rate: '1' })).toEqual({ code: ['value_is_mandatory'] })
  })

  it('in use is worth something else, but stays what it is', async () => {
    const { api, plan, put, shown } = await start(credits('2'))
    await subscribe(api.db, api.organizationId, plan.lago_id, 'active')
    expect(await put(credits('3'))).toEqual(credits('3.0'))
    expect(await put({ conversion_rate: '4' })).toEqual(credits('4.0'))
    for (const passedOver of [null, { code: 'tokens', conversion_rate: '9' }, { code: 'none', conversion_rate: '9' }]) {
      expect(await put(passedOver)).toEqual(credits('4.0'))
    }
    const charges = [{ id: plan.charges[0].lago_id, applied_pricing_unit: credits('5') }]
    await api.done('PUT', '/plans/basic', { plan: { charges } })
    expect(await shown()).toEqual(credits('5.0'))
  })

  it('is not given to a charge in use', async () => {
    const { api, plan, put } = await start()
    await subscribe(api.db, api.organizationId, plan.lago_id, 'active')
    expect(await put(credits('3'))).toBe(null)
  })
})
