import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

/** A draft of January on a plan of 10.00 in arrears, with two calls at 1.00, by themselves and in packages, and boxes that nobody used. */
async function drafted(charge: Json = {}): Promise<{ api: BillingApi; id: string }> {
  const api = await BillingApi.open({}, { charges: [] })
  const { billable_metric: metric } = await api.done('GET', '/billable_metrics/calls')
  const sold = { name: 'Boxes', code: 'boxes', aggregation_type: 'count_agg' }
  const { billable_metric: boxes } = await api.done('POST', '/billable_metrics', { billable_metric: sold })
  const plan = {
    ...{ name: 'p', code: 'q', interval: 'monthly', amount_cents: 1000, amount_currency: 'EUR', pay_in_advance: false },
    charges: [
      { billable_metric_id: metric.lago_id, charge_model: 'standard', properties: { amount: '1' }, ...charge },
      {
        billable_metric_id: metric.lago_id,
        code: 'packages',
        charge_model: 'package',
        properties: { amount: '5', package_size: 10, free_units: 0 },
      },
      {
        billable_metric_id: boxes.lago_id,
        code: 'boxes',
        charge_model: 'standard',
        properties: { amount: '7', pricing_group_keys: ['size'] },
      },
    ],
  }
  await api.done('POST', '/plans', { plan })
  await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 5 } })
  await api.subscribe('s', 'c', { plan_code: 'q' })
  await api.event('a', 's')
  await api.event('b', 's')
  await api.moveTo('2024-02-01T00:00:00Z')
  const [invoice] = await api.invoices()
  return { api, id: invoice.lago_id }
}

const shown = async (api: BillingApi, id: string): Promise<Json> => (await api.done('GET', `/invoices/${id}`)).invoice
const feesOf = async (api: BillingApi, id: string): Promise<Json[]> =>
  (await shown(api, id)).fees.map((fee: Json) => [fee.item.type, Number(fee.units), fee.amount_cents])
const feeOf = async (api: BillingApi, id: string, place: number): Promise<string> =>
  (await shown(api, id)).fees[place].lago_id
const adjust = (api: BillingApi, id: string, adjusted_fee: Json) =>
  api.request('POST', `/invoices/${id}/adjusted_fees`, { adjusted_fee })
const adjusted = async (api: BillingApi, id: string, given: Json): Promise<Json> => {
  const { status, body } = await adjust(api, id, given)
  expect(status).toBe(200)
  return body.adjusted_fee
}

describe('a fee of a draft that is set by hand', () => {
  it('is priced by its charge model for other units, and again after a refresh and when it is final', async () => {
    const { api, id } = await drafted()
    expect(await feesOf(api, id)).toEqual([
      ['subscription', 1, 1000],
      ['charge', 2, 200],
      ['charge', 2, 500],
    ])
    const made = await adjusted(api, id, { fee_id: await feeOf(api, id, 2), units: '11' })
    expect(made).toMatchObject({ adjusted_fee_type: 'units', fee: { amount_cents: 1000, adjusted_fee_type: 'units' } })
    const after = [
      ['subscription', 1, 1000],
      ['charge', 2, 200],
      ['charge', 11, 1000],
    ]
    expect(await feesOf(api, id)).toEqual(after)
    await api.done('PUT', `/invoices/${id}/refresh`)
    expect(await feesOf(api, id)).toEqual(after)
    const { invoice } = await api.done('PUT', `/invoices/${id}/finalize`)
    expect(invoice).toMatchObject({ status: 'finalized', total_amount_cents: 2200 })
    expect(await feesOf(api, id)).toEqual(after)
  })

  it('costs units times price where both are set: 3 at 5.00 are 15.00', async () => {
    const { api, id } = await drafted()
    const { fee } = await adjusted(api, id, { fee_id: await feeOf(api, id, 1), units: 3, unit_precise_amount: '5.00' })
    expect(fee).toMatchObject({ amount_cents: 1500, precise_unit_amount: '5.0', units: '3.0', events_count: 2 })
    expect(await shown(api, id)).toMatchObject({ fees_amount_cents: 3000, total_amount_cents: 3000 })
  })

  it("multiplies the plan's own fee, also by nothing", async () => {
    const { api, id } = await drafted()
    const { lago_id } = await adjusted(api, id, { fee_id: await feeOf(api, id, 0), units: '0' })
    expect((await feesOf(api, id))[0]).toEqual(['subscription', 0, 0])
    await api.done('DELETE', `/invoices/${id}/adjusted_fees/${lago_id}`)
    await adjusted(api, id, { fee_id: await feeOf(api, id, 0), units: '2.5' })
    expect((await feesOf(api, id))[0]).toEqual(['subscription', 2.5, 2500])
  })

  it('may be called something else, and takes late usage as before', async () => {
    const { api, id } = await drafted()
    await adjusted(api, id, { fee_id: await feeOf(api, id, 1), invoice_display_name: 'Talks' })
    await api.event('late', 's', { timestamp: Date.parse('2024-01-20T00:00:00Z') / 1000 })
    await api.done('PUT', `/invoices/${id}/refresh`)
    expect((await shown(api, id)).fees[1]).toMatchObject({
      units: '3.0',
      amount_cents: 300,
      item: { invoice_display_name: 'Talks' },
    })
  })

  it('can be one that there was not: a charge without usage', async () => {
    const { api, id } = await drafted()
    const { lago_subscription_id: subscription_id } = (await shown(api, id)).fees[1]
    const { charges } = (await api.done('GET', '/plans/q')).plan
    const { lago_id: charge_id } = charges.find(({ code }: Json) => code === 'boxes')
    const { fee } = await adjusted(api, id, { subscription_id, charge_id, units: '3' })
    expect(fee).toMatchObject({
      amount_cents: 2100,
      events_count: 0,
      item: { code: 'boxes', grouped_by: { size: null } },
    })
    await api.event('box', 's', { code: 'boxes', timestamp: Date.parse('2024-01-20T00:00:00Z') / 1000 })
    await api.done('PUT', `/invoices/${id}/refresh`)
    // The group without a size has an event by now, and is still what was set.
    expect((await feesOf(api, id)).slice(3)).toEqual([['charge', 3, 2100]])
    await api.event('sized', 's', {
      code: 'boxes',
      timestamp: Date.parse('2024-01-20T00:00:00Z') / 1000,
      properties: { size: 'L' },
    })
    await api.done('PUT', `/invoices/${id}/refresh`)
    expect((await feesOf(api, id)).slice(3)).toContainEqual(['charge', 3, 2100])
    expect((await feesOf(api, id)).slice(3)).toContainEqual(['charge', 1, 700])
  })

  it('is what it is by itself again when that is undone', async () => {
    const { api, id } = await drafted()
    const { lago_id } = await adjusted(api, id, { fee_id: await feeOf(api, id, 1), units: '9' })
    expect((await shown(api, id)).total_amount_cents).toBe(1000 + 900 + 500)
    const path = `/invoices/${id}/adjusted_fees/${lago_id}`
    expect((await api.done('DELETE', path)).adjusted_fee.fee).toMatchObject({ amount_cents: 900 })
    expect((await shown(api, id)).total_amount_cents).toBe(1000 + 200 + 500)
    expect(await api.refusal('DELETE', path)).toBe('404 adjusted_fee_not_found')
  })

  it('stays set when its subscription gets a plan of its own', async () => {
    const { api, id } = await drafted()
    await adjusted(api, id, { fee_id: await feeOf(api, id, 1), units: '9' })
    const { charges } = await api.done('GET', '/subscriptions/s/charges')
    const calls = charges.find(({ code }: Json) => code === 'calls')
    const charge = { ...calls, properties: { amount: '2' } }
    await api.done('PUT', '/subscriptions/s/charges/calls', { charge })
    await api.done('PUT', `/invoices/${id}/refresh`)
    expect((await feesOf(api, id))[1]).toEqual(['charge', 9, 1800])
  })

  it('is set once, however many ask at the same time', async () => {
    const { api, id } = await drafted()
    const fee_id = await feeOf(api, id, 1)
    const answers = await Promise.all([3, 4, 5].map((units) => adjust(api, id, { fee_id, units })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    expect(
      await api.refusal('POST', `/invoices/${id}/adjusted_fees`, {
        adjusted_fee: { fee_id: await feeOf(api, id, 1), units: 7 },
      }),
    ).toEqual({ adjusted_fee: ['already_exists'] })
  })
})

describe('what cannot be set', () => {
  const refusal = (api: BillingApi, id: string, adjusted_fee: Json) =>
    api.refusal('POST', `/invoices/${id}/adjusted_fees`, { adjusted_fee })

  it('is told by its code, and changes nothing', async () => {
    const { api, id } = await drafted()
    const fee_id = await feeOf(api, id, 1)
    const { lago_subscription_id: subscription_id } = (await shown(api, id)).fees[1]
    expect(await refusal(api, id, { fee_id })).toEqual({ units: ['value_is_mandatory'] })
    expect(await refusal(api, id, { fee_id, unit_precise_amount: '1' })).toEqual({ units: ['value_is_mandatory'] })
    expect(await refusal(api, id, { fee_id, units: '-1' })).toEqual({ units: ['value_is_out_of_range'] })
    expect(await refusal(api, id, { fee_id, units: '1000000000000', unit_precise_amount: '1000000' })).toEqual({
      units: ['value_is_out_of_range'],
    })
    expect(await refusal(api, id, { fee_id: 'none', units: 1 })).toBe('404 fee_not_found')
    expect(await refusal(api, id, { subscription_id: 'none', units: 1 })).toBe('404 subscription_not_found')
    expect(await refusal(api, id, { subscription_id, charge_id: 'none', units: 1 })).toBe('404 charge_not_found')
    expect(await refusal(api, 'none', { fee_id, units: 1 })).toBe('404 invoice_not_found')
    expect((await adjust(api, id, {})).status).toBe(400)
    const other = await drafted()
    expect(await refusal(other.api, id, { fee_id, units: 1 })).toBe('404 invoice_not_found')
    expect(await refusal(other.api, other.id, { fee_id, units: 1 })).toBe('404 fee_not_found')
    expect((await shown(api, id)).total_amount_cents).toBe(1700)
  })

  it('are units of a percentage, whose price depends on each event; a price of their own they can have', async () => {
    const { api, id } = await drafted({ charge_model: 'percentage', properties: { rate: '10' } })
    const fee_id = await feeOf(api, id, 1)
    expect(await refusal(api, id, { fee_id, units: 5 })).toEqual({ charge: ['invalid_charge_model'] })
    expect((await adjusted(api, id, { fee_id, units: 5, unit_precise_amount: 1 })).fee.amount_cents).toBe(500)
  })

  it('is anything of a final invoice', async () => {
    const { api, id } = await drafted()
    const { lago_id } = await adjusted(api, id, { fee_id: await feeOf(api, id, 1), units: '9' })
    await api.done('PUT', `/invoices/${id}/finalize`)
    expect(await refusal(api, id, { fee_id: await feeOf(api, id, 0), units: 1 })).toBe('403 feature_unavailable')
    expect(await api.refusal('DELETE', `/invoices/${id}/adjusted_fees/${lago_id}`)).toBe('403 feature_unavailable')
    expect((await shown(api, id)).total_amount_cents).toBe(2400)
  })
})
