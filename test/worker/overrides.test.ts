import { describe, expect, it } from 'vitest'
import { type Json, rowsOf } from '../support/account_api.js'
import { inRegion, OverrideApi } from '../support/override_api.js'

const NOBODY = '11111111-2222-4333-8444-555555555555'

/** A plan without what differs between it and its copy. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  const { lago_id: _, lago_parent_id: _parent, parent_id: _origin, created_at: _at, ...rest } = value
  return Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, key === 'taxes' ? part : bare(part)]))
}

const copiesOf = (plan: Json) => rowsOf('SELECT * FROM plans WHERE parent_id = ?', plan.lago_id)

describe('a subscription with terms of its own', () => {
  it('has a plan that nobody else sees, with everything of the plan that it was made of', async () => {
    const api = await OverrideApi.open()
    await api.tax('vat')
    await api.done('POST', '/pricing_units', { pricing_unit: { name: 'Credits', code: 'credits', short_name: 'CR' } })
    const charge = await api.chargeOf('storage', {
      filters: [inRegion('us', '10', { invoice_display_name: 'US' }), inRegion('eu', '20')],
      invoice_display_name: 'Storage',
      properties: { amount: '3', pricing_group_keys: ['region'] },
      applied_pricing_unit: { code: 'credits', conversion_rate: '0.5' },
      tax_codes: ['vat'],
    })
    const calls = await api.chargeOf('calls', { pay_in_advance: true, invoiceable: false })
    const terms = {
      interval: 'yearly',
      bill_charges_monthly: true,
      trial_period: 3,
      description: 'd',
      tax_codes: ['vat'],
    }
    const plan = await api.team({ code: 'full', ...terms, charges: [charge, calls] })
    const { plan: own } = await api.subscribe('s', 'c', { plan_code: 'full', plan_overrides: { amount_cents: 777 } })
    expect(bare(own)).toEqual({ ...bare(plan), amount_cents: 777 })
    expect(own.parent_id).toBe(plan.lago_id)
    expect(own.charges.map((one: Json) => one.lago_parent_id)).toEqual(plan.charges.map((one: Json) => one.lago_id))
    const { plans } = await api.done('GET', '/plans')
    expect(plans.map((one: Json) => one.lago_id)).not.toContain(own.lago_id)
    expect(await api.plan('full')).toEqual(plan)
    expect((await api.request('DELETE', `/plans/${own.lago_id}`)).status).toBe(404)
  })

  it('is billed by them, and others by those of the plan', async () => {
    const api = await OverrideApi.open()
    const [{ lago_id: id }] = (await api.plan()).charges
    await api.join('s', { plan_overrides: { charges: [{ id, properties: { amount: '7' } }] } })
    await api.join('t', {}, 'd')
    for (const [subscription, gb] of [
      ['s', 2],
      ['t', 2],
    ] as const) {
      await api.event(subscription, subscription, { code: 'storage', properties: { gb } })
    }
    await api.moveTo('2024-02-01T00:00:00Z')
    const totals = await Promise.all(
      ['c', 'd'].map(async (customer) => (await api.invoices(customer))[0]?.fees_amount_cents),
    )
    expect(totals).toEqual([10_000 + 1_400, 10_000 + 200])
  })

  it.each([
    [{ amount_currency: 'XXX' }, { amount_currency: ['value_is_invalid'] }, 'no such currency'],
    [{ amount_cents: -1 }, { amount_cents: ['value_is_out_of_range'] }, 'a price below zero'],
    [{ trial_period: -1 }, { trial_period: ['value_is_out_of_range'] }, 'a trial of less than nothing'],
    [{ name: ' ' }, { name: ['value_is_mandatory'] }, 'no name'],
    [{ tax_codes: ['none'] }, '404 tax_not_found', 'an unknown tax'],
    [{ charges: [{ id: NOBODY }] }, '404 charge_not_found', 'a charge of no plan'],
    [{ charges: [{ properties: { amount: '1' } }] }, { id: ['value_is_mandatory'] }, 'no charge'],
    [{ charges: ['x'] }, { charges: ['value_is_invalid'] }, 'no object'],
    [{ charges: [{ id: 'ID', properties: { amount: 'x' } }] }, { properties: ['invalid_amount'] }, 'no price'],
    [{ charges: [{ id: 'ID' }, { id: 'ID' }] }, { id: ['value_already_exist'] }, 'the same charge twice'],
    [
      { charges: [{ id: 'ID', min_amount_cents: -1 }] },
      { min_amount_cents: ['value_is_out_of_range'] },
      'a minimum below 0',
    ],
    [{ charges: [{ id: 'ID', tax_codes: ['none'] }] }, '404 tax_not_found', 'an unknown tax of a charge'],
    [{ charges: [{ id: 'ID', filters: [inRegion('mars', '1')] }] }, { values: ['value_is_invalid'] }, 'no such region'],
    [
      { minimum_commitment: { amount_cents: 0 } },
      { amount_cents: ['value_is_out_of_range'] },
      'a commitment to nothing',
    ],
    [{ minimum_commitment: { tax_codes: ['none'], amount_cents: 1 } }, '404 tax_not_found', 'an unknown tax of one'],
    [
      { usage_thresholds: [{ amount_cents: 0 }] },
      { amount_cents: ['value_is_out_of_range'] },
      'a threshold of nothing',
    ],
    [{ fixed_charges: [{ id: 'x', units: 1 }] }, '404 fixed_charge_not_found', 'a fixed charge of no plan'],
    ['x', { plan_overrides: ['value_is_invalid'] }, 'no terms'],
  ])('is refused whole for %j (%s)', async (sent, refusal, _why) => {
    const api = await OverrideApi.open()
    const plan = await api.plan()
    const plan_overrides = JSON.parse(JSON.stringify(sent).replaceAll('"ID"', `"${plan.charges[0].lago_id}"`))
    const subscription = { external_id: 's', external_customer_id: 'c', plan_code: 'team', plan_overrides }
    expect(await api.refusal('POST', '/subscriptions', { subscription })).toEqual(refusal)
    expect((await api.request('GET', '/customers/c')).status).toBe(404)
    await api.join('s', { name: 'Before' })
    const change = { subscription: { name: 'After', plan_overrides } }
    expect(await api.refusal('PUT', '/subscriptions/s', change)).toEqual(refusal)
    expect(await api.subscription()).toMatchObject({ name: 'Before', plan: { lago_id: plan.lago_id } })
    expect(await copiesOf(plan)).toEqual([])
  })

  it.each([[null], [{}], [{ charges: [] }], [{ unknown: 1 }]])(
    'is not made by %j, which asks for nothing',
    async (plan_overrides) => {
      const api = await OverrideApi.open()
      const plan = await api.plan()
      expect((await api.join('s', { plan_overrides })).plan.lago_id).toBe(plan.lago_id)
    },
  )
})

describe('terms sent for a subscription that is there', () => {
  it('keep the commitment of the plan, with its taxes, until they say otherwise', async () => {
    const commitment = { amount_cents: 5000, invoice_display_name: 'Floor', tax_codes: ['vat'] }
    const api = await OverrideApi.open()
    await api.tax('vat')
    await api.done('PUT', '/plans/team', { plan: { minimum_commitment: commitment } })
    await api.join('s')
    const floor = async (plan_overrides: Json) => (await api.override(plan_overrides)).plan.minimum_commitment
    const before = (await api.plan()).minimum_commitment
    const copied = await floor({ name: 'Own' })
    expect(copied).toMatchObject({ amount_cents: 5000, invoice_display_name: 'Floor', taxes: [{ code: 'vat' }] })
    expect(copied.lago_id).not.toBe(before.lago_id)
    expect(await floor({ minimum_commitment: { amount_cents: 100, tax_codes: [] } })).toMatchObject({
      ...{ lago_id: copied.lago_id, amount_cents: 100, invoice_display_name: 'Floor', taxes: [] },
    })
    expect(await floor({ minimum_commitment: {} })).toBeUndefined()
    expect((await api.plan()).minimum_commitment).toEqual(before)
  })

  it('make its own plan once and edit that one afterwards, only where something is sent', async () => {
    const api = await OverrideApi.open({}, { invoice_display_name: 'Shown' })
    const plan = await api.plan()
    await api.join('s')
    const { plan: first } = await api.override({ name: 'Own', amount_currency: 'USD', trial_period: 5 })
    expect(first).toMatchObject({ name: 'Own', amount_currency: 'USD', trial_period: 5, amount_cents: 10_000 })
    const [byParent, byCopy] = [plan.charges[0].lago_id, first.charges[0].lago_id]
    await api.override({ charges: [{ id: byParent, properties: { amount: '5' } }] })
    const { plan: last } = await api.override({
      amount_cents: 1,
      amount_currency: 'GBP',
      trial_period: 9,
      charges: [{ id: byCopy, invoice_display_name: 'Disk' }],
    })
    // Of a plan in use, currency and trial stay what they are.
    expect(last).toMatchObject({ lago_id: first.lago_id, amount_currency: 'USD', trial_period: 5, amount_cents: 1 })
    expect(last).toMatchObject({ name: 'Own', invoice_display_name: 'Shown' })
    expect(last.charges).toMatchObject([
      { lago_id: byCopy, properties: { amount: '5' }, invoice_display_name: 'Disk', filters: first.charges[0].filters },
    ])
    expect(await copiesOf(plan)).toHaveLength(1)
  })

  it('at the same moment make one plan, with both', async () => {
    const api = await OverrideApi.open()
    const plan = await api.plan()
    await api.join('s')
    await Promise.all([
      api.override({ name: 'Own' }),
      api.override({ amount_cents: 5 }),
      api.putCharge('storage', { invoice_display_name: 'Disk' }),
    ])
    expect(await api.subscription()).toMatchObject({ plan: { name: 'Own', amount_cents: 5 } })
    expect((await api.charge('storage')).invoice_display_name).toBe('Disk')
    expect(await copiesOf(plan)).toHaveLength(1)
  })

  it('are ignored with the plan that it is on, and a plan that others share takes the place of its own', async () => {
    const api = await OverrideApi.open()
    const plan = await api.plan()
    const before = await api.join('s')
    expect((await api.join('s', { plan_overrides: { amount_cents: 1 } })).plan.lago_id).toBe(plan.lago_id)
    await api.override({ amount_cents: 9_000 })
    const back = await api.join('s')
    expect(back).toMatchObject({ plan: { lago_id: plan.lago_id }, status: 'active', previous_plan_code: 'team' })
    expect(back.lago_id).not.toBe(before.lago_id)
  })

  it('reach one that has not begun', async () => {
    const api = await OverrideApi.open()
    const waiting = await api.subscribe('s', 'c', { plan_code: 'p', subscription_at: '2024-01-16T00:00:00Z' })
    const moved = await api.join('s', { plan_overrides: { amount_cents: 3_100 } })
    expect(moved).toMatchObject({ lago_id: waiting.lago_id, status: 'pending', plan_amount_cents: 3_100 })
    await api.override({ amount_cents: 6_200 })
    await api.moveTo('2024-02-01T00:00:00Z')
    expect((await api.invoices()).map((invoice) => invoice.fees_amount_cents)).toEqual([3_200])
  })

  it('price the next event in advance as an edit of the plan would, and no event twice', async () => {
    const ranges = (first: string, rest: string) => ({
      graduated_ranges: [
        { from_value: 0, to_value: 2, per_unit_amount: first, flat_amount: '0' },
        { from_value: 3, to_value: null, per_unit_amount: rest, flat_amount: '0' },
      ],
    })
    const feesAfter = async (change: (api: OverrideApi) => Promise<unknown>) => {
      const api = await OverrideApi.open()
      const terms = { pay_in_advance: true, charge_model: 'graduated', properties: ranges('1', '5') }
      await api.team({ code: 'advance', charges: [await api.chargeOf('calls', terms)] })
      await api.subscribe('s', 'c', { plan_code: 'advance' })
      for (const id of ['a', 'b']) await api.event(id, 's')
      await api.moveTo('2024-01-01T00:00:00Z')
      await change(api)
      for (const id of ['c', 'd']) await api.event(id, 's')
      await api.moveTo('2024-01-02T00:00:00Z')
      const { fees } = await api.done('GET', '/fees?fee_type=charge')
      const { customer_usage } = await api.done('GET', '/customers/c/current_usage?external_subscription_id=s')
      return [fees.map((fee: Json) => fee.amount_cents).toReversed(), customer_usage.amount_cents]
    }
    const properties = ranges('2', '7')
    const edited = await feesAfter((api) => api.done('PUT', '/plans/advance/charges/calls', { charge: { properties } }))
    expect(await feesAfter((api) => api.putCharge('calls', { properties }))).toEqual(edited)
    expect(edited).toEqual([[700, 700, 100, 100], 1_600])
  })
})

describe('the charges of one subscription', () => {
  it('are those of its plan until one is changed, then its own', async () => {
    const api = await OverrideApi.open()
    const plan = await api.plan()
    await api.join('s')
    expect(await api.charges()).toEqual(plan.charges)
    const changed = await api.putCharge('storage', { properties: { amount: '4' } })
    expect(changed).toMatchObject({ lago_parent_id: plan.charges[0].lago_id, properties: { amount: '4' } })
    expect(await api.charges()).toEqual([changed])
    const again = await api.putCharge('storage', { invoice_display_name: 'Disk' })
    expect(again).toEqual({ ...changed, invoice_display_name: 'Disk' })
    expect(await api.plan()).toEqual(plan)
  })

  it('are looked for in the subscription that is meant', async () => {
    const api = await OverrideApi.open()
    await api.join('s')
    await api.done('DELETE', '/subscriptions/s')
    expect(await api.refusal('GET', '/subscriptions/s/charges')).toBe('404 subscription_not_found')
    expect(await api.charges('s', '?subscription_status=terminated')).toHaveLength(1)
    const body = { charge: { properties: { amount: '4' } } }
    const ended = '/subscriptions/s/charges/storage?subscription_status=terminated'
    expect(await api.refusal('PUT', ended, body)).toBe('404 subscription_not_found')
    await api.join('s', { subscription_at: '2024-03-01T00:00:00Z' })
    const pending = '/subscriptions/s/charges/storage?subscription_status=pending'
    expect((await api.done('PUT', pending, body)).charge.properties).toEqual({ amount: '4' })
  })

  it.each([
    ['PUT', '/subscriptions/none/charges/storage', { charge: { properties: {} } }, '404 subscription_not_found'],
    ['PUT', '/subscriptions/s/charges/none', {}, '404 charge_not_found'],
    ['PUT', '/subscriptions/s/charges/storage', {}, '400 Bad Request'],
    [
      'PUT',
      '/subscriptions/s/charges/storage',
      { charge: { properties: { amount: 1 } } },
      { properties: ['invalid_amount'] },
    ],
    ['GET', '/subscriptions/s/charges/none/filters', undefined, '404 charge_not_found'],
    ['GET', `/subscriptions/s/charges/storage/filters/${NOBODY}`, undefined, '404 charge_filter_not_found'],
    [
      'PUT',
      `/subscriptions/s/charges/storage/filters/${NOBODY}`,
      { filter: { properties: {} } },
      '404 charge_filter_not_found',
    ],
    ['DELETE', `/subscriptions/s/charges/storage/filters/${NOBODY}`, undefined, '404 charge_filter_not_found'],
    [
      'POST',
      '/subscriptions/s/charges/storage/filters',
      { filter: { properties: { amount: '1' } } },
      { values: ['value_is_mandatory'] },
    ],
    [
      'POST',
      '/subscriptions/s/charges/storage/filters',
      { filter: inRegion('eu', '1') },
      { values: ['value_already_exists'] },
    ],
    [
      'POST',
      '/subscriptions/s/charges/storage/filters',
      { filter: inRegion('mars', '1') },
      { values: ['value_is_invalid'] },
    ],
  ])('%s %s with %j is refused and leaves the plan shared', async (method, path, body, refusal) => {
    const api = await OverrideApi.open()
    const plan = await api.plan()
    await api.join('s')
    const answer = await api.request(method, path, body)
    const told =
      answer.status === 422 ? answer.body.error_details : `${answer.status} ${answer.body.code ?? 'Bad Request'}`
    expect(told).toEqual(refusal)
    expect(await copiesOf(plan)).toEqual([])
  })
})

describe('the filters of a charge of one subscription', () => {
  it('are changed under the ids that are listed: those of the plan first, its own afterwards', async () => {
    const api = await OverrideApi.open()
    await api.join('s')
    await api.join('t')
    const path = '/subscriptions/s/charges/storage/filters'
    const shared = (await api.filters()).get('us')
    const changed = (await api.done('PUT', `${path}/${shared.lago_id}`, { filter: { properties: { amount: '11' } } }))
      .filter
    expect(changed).toMatchObject({
      invoice_display_name: 'US',
      properties: { amount: '11' },
      values: { region: ['us'] },
    })
    expect(changed.lago_id).not.toBe(shared.lago_id)
    expect((await api.request('PUT', `${path}/${shared.lago_id}`, { filter: { properties: {} } })).status).toBe(404)
    await api.done('POST', path, { filter: inRegion('asia', '30') })
    expect(await api.prices()).toEqual({ us: '11', eu: '20', asia: '30' })
    await api.done('DELETE', `${path}/${changed.lago_id}`)
    expect(await api.prices()).toEqual({ eu: '20', asia: '30' })
    expect(await api.prices('t')).toEqual({ us: '10', eu: '20' })
  })

  it('go on a first deletion from the copy alone', async () => {
    const api = await OverrideApi.open()
    await api.join('s')
    await api.join('t')
    const { lago_id: id } = (await api.filters()).get('eu')
    expect((await api.done('DELETE', `/subscriptions/s/charges/storage/filters/${id}`)).filter.lago_id).toBe(id)
    expect([await api.prices(), await api.prices('t')]).toEqual([{ us: '10' }, { us: '10', eu: '20' }])
  })
})
