import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

/** Ten seats at 10.00, paid in advance unless told, on a free plan `team`; `s` is on it since January. */
class SeatsApi extends BillingApi {
  static async subscribed(given: Json = {}, customer: Json = {}): Promise<SeatsApi> {
    const { organization, token } = await BillingApi.open()
    const api = new SeatsApi(organization, token)
    const addOn = { name: 'Seat', code: 'seat', amount_cents: 1000, amount_currency: 'EUR' }
    await api.done('POST', '/add_ons', { add_on: addOn })
    const { lago_id: add_on_id } = (await api.done('GET', '/add_ons/seat')).add_on
    const seats = { add_on_id, code: 'seats', charge_model: 'standard', units: 10, properties: { amount: '10' } }
    const terms = { name: 'Team', code: 'team', interval: 'monthly', amount_cents: 0, amount_currency: 'EUR' }
    const fixed_charges = [{ ...seats, pay_in_advance: true, ...given }]
    await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: true, fixed_charges } })
    await api.customer({ external_id: 'c', currency: 'EUR', ...customer })
    await api.subscribe('s', 'c', { plan_code: 'team' })
    return api
  }

  set(units: number, given: Json = {}) {
    return this.request('PUT', '/subscriptions/s/fixed_charges/seats', { fixed_charge: { units, ...given } })
  }

  ofPlan(units: number, given: Json = {}) {
    return this.request('PUT', '/plans/team/fixed_charges/seats', { fixed_charge: { units, ...given } })
  }

  async billed(): Promise<number[]> {
    return (await this.invoices()).map((invoice) => invoice.fees_amount_cents)
  }
}

const NOW = { apply_units_immediately: true }

describe('units that change at once', () => {
  it('are billed once, however often the customer is looked at, and by one invoice for each request', async () => {
    const api = await SeatsApi.subscribed()
    await api.moveTo('2024-01-10T00:00:00Z')
    await Promise.all([api.ofPlan(15, NOW), api.ofPlan(15, NOW)])
    const ref = await api.ref()
    const now = Date.parse('2024-01-10T00:00:00Z')
    await Promise.all([1, 2, 3].map(() => customerObject(env, ref).billDue(ref, now)))
    const billed = await api.billed()
    expect(billed.reduce((sum, cents) => sum + cents, 0)).toBe(15_000)
    expect(billed.filter((cents) => cents === 5000)).toHaveLength(1)
  })

  it('end in one of the two serial outcomes where the period ends in the same moment', async () => {
    const api = await SeatsApi.subscribed()
    await api.moveTo('2024-01-31T23:00:00Z')
    const ref = await api.ref()
    const later = Date.parse('2024-02-01T00:00:00Z')
    await Promise.all([api.set(15, NOW), customerObject(env, ref).billDue(ref, later)])
    expect([
      // Decided in January, for January and what follows.
      [10_000, 5000, 15_000],
      // February was billed first; what was decided in January is made up for in it by nothing, for it is over.
      [10_000, 10_000, 5000],
    ]).toContainEqual(await api.billed())
    await api.moveTo('2024-03-01T01:00:00Z')
    expect((await api.billed()).at(-1)).toBe(15_000)
  })

  it('pass over who has units of its own', async () => {
    const api = await SeatsApi.subscribed()
    await api.subscribe('t', 'c', { plan_code: 'team' })
    await api.moveTo('2024-01-10T00:00:00Z')
    await api.set(12, NOW)
    await api.ofPlan(20, NOW)
    expect(await api.billed()).toEqual([10_000, 10_000, 2000, 10_000])
    await api.moveTo('2024-02-01T01:00:00Z')
    const [last] = (await api.done('GET', '/invoices?external_customer_id=c')).invoices
    const { invoice } = await api.done('GET', `/invoices/${last.lago_id}`)
    expect(invoice.fees.filter((fee: Json) => fee.item.type === 'fixed_charge').map((fee: Json) => fee.units)).toEqual([
      '12.0',
      '20.0',
    ])
  })
})

it('a fee of a fixed charge names it, is explained, sealed and taxed by its own taxes', async () => {
  const api = await SeatsApi.subscribed({ prorated: true, pay_in_advance: false })
  await api.tax('vat')
  await api.ofPlan(10, { tax_codes: ['vat'] })
  await api.moveTo('2024-01-20T09:00:00Z')
  await api.set(15, NOW)
  await api.moveTo('2024-02-01T01:00:00Z')
  const { fees } = await api.done('GET', '/fees?fee_type=fixed_charge')
  const [fixed] = (await api.done('GET', '/plans/team/fixed_charges')).fixed_charges
  expect(fees).toMatchObject([
    {
      ...{ lago_fixed_charge_id: fixed.lago_id, amount_cents: 11_935, taxes_amount_cents: 2387, units: '15.0' },
      item: { type: 'fixed_charge', code: 'seat', item_type: 'AddOn' },
    },
  ])
  const { fee_explanation: told } = await api.done('GET', `/fees/${fees[0].lago_id}/explanation`)
  expect(told).toMatchObject({ price: { period_days: 31, prorated: true }, recomputed: { matches: true } })
  await api.moveTo('2024-02-01T02:00:00Z')
  expect(await faultsOf(await proofsOf(api))).toEqual([])
})

it('fixed charges in advance at a start are never a draft, and draft periods keep the units that they began with', async () => {
  const api = await SeatsApi.subscribed({}, { billing_configuration: { invoice_grace_period: 10 } })
  await api.moveTo('2024-02-02T00:00:00Z')
  const [, draft] = await api.invoices()
  expect(draft?.status).toBe('draft')
  await api.set(15, NOW)
  const { invoice } = await api.done('PUT', `/invoices/${draft?.lago_id}/refresh`)
  expect(invoice.fees_amount_cents).toBe(10_000)
  expect((await api.billed()).sort()).toEqual([10_000, 10_000, 5000])
})

it('a removed fixed charge is billed no more; its decisions stay', async () => {
  const api = await SeatsApi.subscribed({ pay_in_advance: false })
  await api.done('DELETE', '/plans/team/fixed_charges/seats')
  await api.moveTo('2024-02-01T01:00:00Z')
  expect((await api.billed()).at(-1)).toBe(0)
  const kept = await rowsOf('SELECT units FROM fixed_charge_units WHERE organization_id = ?', api.organization.lago_id)
  expect(kept).toEqual([{ units: '10' }])
  expect(await api.refusal('DELETE', '/plans/team/fixed_charges/seats')).toBe('404 fixed_charge_not_found')
})

describe('a fee of a fixed charge on a draft', () => {
  const grace = { billing_configuration: { invoice_grace_period: 10 } }

  it.each([
    [{ units: 4 }, 4000, '4.0'],
    [{ units: 4, unit_precise_amount: '2.5' }, 1000, '4.0'],
    [{ invoice_display_name: 'Chairs' }, 10_000, '10.0'],
  ])('can be set by hand, and stays so: %j', async (set, amountCents, units) => {
    const api = await SeatsApi.subscribed({ pay_in_advance: false }, grace)
    await api.moveTo('2024-02-02T00:00:00Z')
    const { lago_id: id } = (await api.invoices()).at(-1) as Json
    const fixedOf = (invoice: Json) => invoice.fees.find((fee: Json) => fee.item.type === 'fixed_charge')
    const { invoice: before } = await api.done('GET', `/invoices/${id}`)
    const adjusted_fee = { fee_id: fixedOf(before).lago_id, ...set }
    await api.done('POST', `/invoices/${id}/adjusted_fees`, { adjusted_fee })
    const { invoice } = await api.done('PUT', `/invoices/${id}/refresh`)
    expect(fixedOf(invoice)).toMatchObject({ amount_cents: amountCents, units })
    expect(invoice.fees.find((fee: Json) => fee.item.type === 'subscription').amount_cents).toBe(0)
  })

  it('cannot be set to other units without a price where days are paid for', async () => {
    const api = await SeatsApi.subscribed({ pay_in_advance: false, prorated: true }, grace)
    await api.moveTo('2024-02-02T00:00:00Z')
    const { lago_id: id } = (await api.invoices()).at(-1) as Json
    const { invoice } = await api.done('GET', `/invoices/${id}`)
    const fee_id = invoice.fees.find((fee: Json) => fee.item.type === 'fixed_charge').lago_id
    const adjusted_fee = { fee_id, units: 4 }
    expect(await api.refusal('POST', `/invoices/${id}/adjusted_fees`, { adjusted_fee })).toEqual({
      charge: ['invalid_charge_model'],
    })
  })
})
