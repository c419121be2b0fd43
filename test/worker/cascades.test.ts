import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import type { Json } from '../support/account_api.js'
import { inRegion, OverrideApi } from '../support/override_api.js'

const CASCADE = { cascade_updates: true }
const CHARGE = '/plans/team/charges/storage'

/** Subscription `s` on a copy of plan `team` with the terms of the plan, `own` on one whose charge costs 5. */
async function twoCopies(plan: Json = {}): Promise<OverrideApi> {
  const api = await OverrideApi.open({}, plan)
  await api.join('s', { plan_overrides: { name: 'Own' } })
  await api.join('own')
  await api.putCharge('storage', { properties: { amount: '5' } }, 'own')
  return api
}

const putCharge = (api: OverrideApi, charge: Json) => api.done('PUT', CHARGE, { charge })
const propertiesOf = async (api: OverrideApi) =>
  Promise.all(['s', 'own'].map(async (id) => (await api.charge('storage', id)).properties))
const amounts = async (api: OverrideApi, ids: string[]) =>
  Promise.all(ids.map(async (id) => (await api.subscription(id)).plan_amount_cents))

describe("a plan's new price", () => {
  it('reaches the copies that had the old one, when that is asked for', async () => {
    const api = await twoCopies()
    await api.override({ amount_cents: 7_000 }, 'own')
    await api.edit({ amount_cents: 11_000 })
    expect(await amounts(api, ['s', 'own'])).toEqual([10_000, 7_000])
    await api.edit({ amount_cents: 10_000 })
    await api.edit({ amount_cents: 12_000, name: 'New', description: 'New', ...CASCADE })
    expect(await amounts(api, ['s', 'own'])).toEqual([12_000, 7_000])
    expect((await api.subscription()).plan).toMatchObject({ name: 'Own', description: null })
  })

  it('finds no copy that has drifted away meanwhile', async () => {
    const api = await twoCopies()
    await api.edit({ amount_cents: 11_000 })
    await api.edit({ amount_cents: 12_000, ...CASCADE })
    expect(await amounts(api, ['s', 'own'])).toEqual([10_000, 10_000])
  })
})

describe('an edit of a charge', () => {
  it('replaces prices that are the same numbers, and no others', async () => {
    const api = await twoCopies()
    await api.putCharge('storage', { properties: { amount: '1.00' } })
    await putCharge(api, { properties: { amount: '2' }, ...CASCADE })
    expect(await propertiesOf(api)).toEqual([{ amount: '2' }, { amount: '5' }])
    await putCharge(api, { properties: { amount: '3' } })
    await putCharge(api, { properties: { amount: '4' }, ...CASCADE })
    expect(await propertiesOf(api)).toEqual([{ amount: '2' }, { amount: '5' }])
  })

  it('brings its group keys to every copy, and its name and taxes to none', async () => {
    const api = await twoCopies()
    await api.tax('vat')
    const keys = { pricing_group_keys: ['team'], presentation_group_keys: [{ value: 'user' }] }
    const texts = { invoice_display_name: 'Disk', tax_codes: ['vat'] }
    await putCharge(api, { properties: { amount: '2', ...keys }, ...texts, ...CASCADE })
    expect(await propertiesOf(api)).toMatchObject([
      { amount: '2', ...keys },
      { amount: '5', ...keys },
    ])
    expect(await api.charge('storage')).toMatchObject({ invoice_display_name: null, taxes: [] })
    await putCharge(api, { properties: { amount: '2' }, ...CASCADE })
    expect(await propertiesOf(api)).toEqual([{ amount: '2' }, { amount: '5' }])
  })

  it('replaces the rate of a pricing unit where it is the old one', async () => {
    const api = await OverrideApi.open()
    await api.done('POST', '/pricing_units', { pricing_unit: { name: 'Credits', code: 'credits', short_name: 'CR' } })
    const unit = (conversion_rate: string) => ({ applied_pricing_unit: { code: 'credits', conversion_rate } })
    await api.done('POST', '/plans/team/charges', { charge: await api.chargeOf('calls', unit('0.50')) })
    const rates = () =>
      Promise.all(['s', 'own'].map(async (id) => (await api.charge('calls', id)).applied_pricing_unit.conversion_rate))
    await api.join('s', { plan_overrides: { name: 'Own' } })
    await api.join('own')
    await api.putCharge('calls', unit('0.7'), 'own')
    await api.done('PUT', '/plans/team/charges/calls', { charge: { ...unit('0.9'), ...CASCADE } })
    expect(await rates()).toEqual(['0.9', '0.7'])
  })

  it('leaves copies alone whose subscription has ended', async () => {
    const api = await twoCopies()
    await api.done('DELETE', '/subscriptions/s')
    await putCharge(api, { properties: { amount: '2' }, ...CASCADE })
    expect((await api.charges('s', '?subscription_status=terminated'))[0].properties).toEqual({ amount: '1' })
  })

  it("does not reach another plan's copies, or another organization's", async () => {
    const api = await twoCopies()
    const stranger = await twoCopies()
    const other = await api.team({ code: 'other' })
    await api.subscribe('t', 'c', { plan_code: 'other', plan_overrides: { name: 'Own' } })
    await api.edit({ amount_cents: 1, ...CASCADE })
    await putCharge(api, { properties: { amount: '2' }, ...CASCADE })
    expect(await propertiesOf(stranger)).toEqual([{ amount: '1' }, { amount: '5' }])
    expect((await api.subscription('t')).plan).toMatchObject({
      amount_cents: 10_000,
      charges: [{ properties: { amount: '1' }, lago_parent_id: other.charges[0].lago_id }],
    })
  })
})

describe('a new charge', () => {
  it('is copied once, with its filters and taxes, under a code that is free', async () => {
    const api = await twoCopies()
    await api.tax('vat')
    // The copy of a charge that is gone from the plan alone keeps its code.
    await api.done('POST', '/plans/team/charges', { charge: { ...(await api.chargeOf('calls')), ...CASCADE } })
    await api.done('DELETE', '/plans/team/charges/calls')
    const terms = {
      filters: [inRegion('us', '3'), inRegion('eu', '4')],
      tax_codes: ['vat'],
      properties: { amount: '2' },
    }
    const charge = { ...(await api.chargeOf('storage', terms)), code: 'calls', ...CASCADE }
    const made = (await api.done('POST', '/plans/team/charges', { charge })).charge
    for (const id of ['s', 'own']) {
      const copies = await api.charges(id)
      expect(copies.map(({ code }) => code)).toEqual(['calls_2', 'calls', 'storage'])
      expect(copies[0]).toMatchObject({
        lago_parent_id: made.lago_id,
        properties: { amount: '2' },
        taxes: [{ code: 'vat' }],
      })
      expect(copies[0].filters.map((filter: Json) => filter.properties.amount)).toEqual(['3', '4'])
      expect(copies[0].filters.map((filter: Json) => filter.lago_id)).not.toContain(made.filters[0].lago_id)
    }
  })
})

describe('a charge that is deleted', () => {
  it('goes from every copy, repriced or not, when its body asks for that', async () => {
    const api = await twoCopies()
    await api.request('DELETE', CHARGE, { charge: CASCADE })
    expect([await api.charges(), await api.charges('own')]).toEqual([[], []])
  })
})

describe('an edit of a filter', () => {
  it('replaces price and name where the price is the old one, but brings group keys to all', async () => {
    const api = await twoCopies()
    const { lago_id: id } = (await api.filters('own')).get('us')
    await api.done('PUT', `/subscriptions/own/charges/storage/filters/${id}`, {
      filter: { properties: { amount: '99' } },
    })
    const path = `${CHARGE}/filters/${(await api.planFilter('us')).lago_id}`
    const filter = {
      properties: { amount: '12', pricing_group_keys: ['team'] },
      invoice_display_name: 'USA',
      ...CASCADE,
    }
    await api.done('PUT', path, { filter })
    expect((await api.filters()).get('us')).toMatchObject({ invoice_display_name: 'USA', properties: { amount: '12' } })
    expect((await api.filters('own')).get('us')).toMatchObject({
      invoice_display_name: 'US',
      properties: { amount: '99', pricing_group_keys: ['team'] },
    })
  })

  it('adds one where there is none with these values, in whatever order they are written', async () => {
    const api = await twoCopies()
    const both = { values: { region: ['us', 'asia'] }, properties: { amount: '7' } }
    await api.done('POST', '/subscriptions/own/charges/storage/filters', { filter: both })
    const added = { values: { region: ['asia', 'us'] }, properties: { amount: '8' }, ...CASCADE }
    await api.done('POST', `${CHARGE}/filters`, { filter: added })
    const prices = async (id: string) =>
      (await api.charge('storage', id)).filters.map((one: Json) => [one.values.region, one.properties.amount])
    expect(await prices('s')).toContainEqual([['asia', 'us'], '8'])
    expect(await prices('own')).toContainEqual([['us', 'asia'], '7'])
    expect(await prices('own')).toHaveLength(3)
  })

  it('takes one away wherever the values are, repriced or not', async () => {
    const api = await twoCopies()
    const { lago_id: id } = (await api.filters('own')).get('eu')
    await api.done('PUT', `/subscriptions/own/charges/storage/filters/${id}`, {
      filter: { properties: { amount: '99' } },
    })
    await api.request('DELETE', `${CHARGE}/filters/${(await api.planFilter('eu')).lago_id}`, { filter: CASCADE })
    expect([await api.prices(), await api.prices('own')]).toEqual([{ us: '10' }, { us: '10' }])
  })

  it('follows from the list of a charge, or of a plan, like one by one', async () => {
    const api = await twoCopies()
    await putCharge(api, { filters: [inRegion('us', '11'), inRegion('asia', '30')], ...CASCADE })
    expect([await api.prices(), await api.prices('own')]).toEqual([
      { us: '11', asia: '30' },
      { us: '11', asia: '30' },
    ])
    const [charge] = (await api.plan()).charges
    await api.edit({ charges: [{ id: charge.lago_id, filters: [inRegion('us', '12')] }], ...CASCADE })
    expect([await api.prices(), await api.prices('own')]).toEqual([{ us: '12' }, { us: '12' }])
  })
})

describe('a cascade', () => {
  it('is one commit of as many statements for many copies as for one', async () => {
    const api = await twoCopies()
    const statementsOf = async (amount: string) => {
      const batch = vi.spyOn(env.DB, 'batch')
      await putCharge(api, { properties: { amount }, filters: [inRegion('us', amount)], ...CASCADE })
      const sizes = batch.mock.calls.map(([statements]) => statements.length)
      batch.mockRestore()
      return sizes
    }
    const few = await statementsOf('2')
    for (let i = 0; i < 8; i++) await api.join(`s${i}`, { plan_overrides: { name: 'Own' } })
    // Filters that were there are changed from here on, none is removed.
    await statementsOf('3')
    expect((await statementsOf('4')).length).toBe(few.length)
    expect(await statementsOf('5')).toEqual(await statementsOf('6'))
    expect((await api.charge('storage', 's7')).properties).toEqual({ amount: '6' })
  })

  it('that meets a bill run ends in one of the two serial outcomes', async () => {
    const api = await twoCopies()
    const ref = await api.ref()
    await api.event('t', 's', { code: 'storage', properties: { gb: 1 } })
    await api.moveTo('2024-01-31T23:30:00Z')
    await Promise.all([
      customerObject(env, ref).billDue(ref, Date.parse('2024-02-01T00:00:00Z')),
      api.edit({
        amount_cents: 20_000,
        charges: [{ id: (await api.plan()).charges[0].lago_id, properties: { amount: '9' } }],
        ...CASCADE,
      }),
    ])
    await api.moveTo('2024-02-01T01:00:00Z')
    const [invoice] = await api.invoices()
    const { fees } = (await api.done('GET', `/invoices/${invoice.lago_id}`)).invoice
    const asked = fees.map((fee: Json) => fee.amount_cents).sort((a: number, b: number) => a - b)
    expect([
      [0, 100, 10_000, 10_000],
      [0, 900, 20_000, 20_000],
      [100, 10_000, 10_000],
      [900, 20_000, 20_000],
    ]).toContainEqual(asked)
    expect(await amounts(api, ['s', 'own'])).toEqual([20_000, 20_000])
  })
})
