import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'
import { BillingApi } from '../support/billing_api.js'

const PRICE = { charge_model: 'standard', properties: { amount: '30' } }
const PLAN = { interval: 'monthly', amount_cents: 1000, amount_currency: 'EUR', pay_in_advance: false }

/** A customer whose seats are paid in advance from 1 June on. */
async function seated(charge: Json = {}, customer: Json = {}): Promise<AdvanceApi> {
  const { organization, token } = await BillingApi.open({ test_clock: '2024-06-01T00:00:00Z' })
  const api = new AdvanceApi(organization, token)
  const seats = {
    name: 'Seats',
    code: 'seats',
    aggregation_type: 'unique_count_agg',
    field_name: 'id',
    recurring: true,
  }
  await api.done('POST', '/billable_metrics', { billable_metric: seats })
  await planned(api, 'seated', { ...PRICE, invoiceable: false, prorated: true, ...charge })
  await api.customer({ external_id: 'c', currency: 'EUR', ...customer })
  await api.subscribe('s', 'c', { plan_code: 'seated' })
  return api
}

async function planned(api: AdvanceApi, code: string, charge: Json, plan: Json = {}): Promise<void> {
  const charges = [await api.chargeInAdvance({ metric: 'seats', ...charge })]
  await api.done('POST', '/plans', { plan: { ...PLAN, name: code, code, ...plan, charges } })
}

const seconds = (iso: string) => Date.parse(iso) / 1000
const seat = (api: AdvanceApi, id: string, given: Json = {}, properties: Json = {}) =>
  api.event(given.transaction_id ?? id, 's', { code: 'seats', properties: { id, ...properties }, ...given })
const renewals = async (api: AdvanceApi): Promise<[string, number, string][]> =>
  (await api.fees())
    .filter((fee) => fee.event_transaction_id === null)
    .map((fee) => [fee.units, fee.amount_cents, fee.from_date.slice(0, 10)])
const usage = async (api: AdvanceApi): Promise<[string, number]> => {
  const path = '/customers/c/current_usage?external_subscription_id=s'
  const [charge] = (await api.done('GET', path)).customer_usage.charges_usage
  return [charge.units, charge.amount_cents]
}

describe('what is there when a period begins is paid for all of it', () => {
  it('once, by two runs at once and by runs that are repeated', async () => {
    const api = await seated()
    await api.moveTo('2024-06-11T10:00:00Z')
    await seat(api, 'ann')
    await seat(api, 'bob')
    await api.settle()
    const { ref, api: object } = await api.object()
    const at = Date.parse('2024-07-01T00:00:00Z')
    await Promise.all([object.billDue(ref, at), object.billDue(ref, at)])
    await object.billDue(ref, at)
    await api.moveTo('2024-07-01T02:00:00Z')
    expect(await api.charged()).toEqual([
      ['ann', 2000],
      ['bob', 2000],
      [null, 6000],
    ])
    expect(await renewals(api)).toEqual([['2.0', 6000, '2024-07-01']])
    expect(await api.parked()).toEqual([])
    expect(await usage(api)).toEqual(['2.0', 6000])
  })

  it('once, whatever becomes of the draft that it was made with', async () => {
    const api = await seated({}, { billing_configuration: { invoice_grace_period: 3 } })
    await seat(api, 'ann')
    await api.moveTo('2024-07-01T00:00:00Z')
    const [draft] = await api.invoices()
    expect(draft.status).toBe('draft')
    await api.done('PUT', `/invoices/${draft.lago_id}/refresh`)
    await api.done('PUT', `/invoices/${draft.lago_id}/finalize`)
    expect(await renewals(api)).toEqual([['1.0', 3000, '2024-07-01']])
  })

  it('on the invoice of the run, where the charge is invoiceable; on a draft as it is known by then', async () => {
    const api = await seated({ invoiceable: true }, { billing_configuration: { invoice_grace_period: 3 } })
    await seat(api, 'ann')
    await api.moveTo('2024-07-01T01:00:00Z')
    const [, draft] = await api.invoices()
    const shown = async () =>
      (await api.done('GET', `/invoices/${draft.lago_id}`)).invoice.fees
        .filter((fee: Json) => fee.item.type === 'charge')
        .map((fee: Json) => [fee.units, fee.amount_cents, fee.pay_in_advance, fee.from_date.slice(0, 10)])
    expect(await shown()).toEqual([['1.0', 3000, false, '2024-07-01']])
    await seat(api, 'late', { timestamp: seconds('2024-06-30T10:00:00Z') })
    await seat(api, 'july')
    await api.done('PUT', `/invoices/${draft.lago_id}/finalize`)
    expect(await shown()).toEqual([['2.0', 6000, false, '2024-07-01']])
    expect(await usage(api)).toEqual(['3.0', 6000 + 3000])
  })

  it('not when nobody is there any more', async () => {
    const api = await seated()
    await seat(api, 'ann')
    await seat(api, 'ann', { transaction_id: 'gone' }, { operation_type: 'remove' })
    await api.moveTo('2024-07-01T00:00:00Z')
    expect(await renewals(api)).toEqual([])
  })

  it('and is explained by all events until then', async () => {
    const api = await seated()
    await api.moveTo('2024-06-11T10:00:00Z')
    await seat(api, 'ann')
    await seat(api, 'bob')
    await seat(api, 'bob', { transaction_id: 'left' }, { operation_type: 'remove' })
    await api.moveTo('2024-07-01T00:00:00Z')
    await seat(api, 'eve')
    for (const fee of await api.fees()) {
      const { fee_explanation: told } = await api.done('GET', `/fees/${fee.lago_id}/explanation`)
      expect([fee.event_transaction_id, told.not_recomputed_because, told.recomputed?.matches]).toEqual([
        fee.event_transaction_id,
        null,
        true,
      ])
    }
    const [first] = await api.fees()
    const { fee_explanation: told } = await api.done('GET', `/fees/${first.lago_id}/explanation`)
    expect(told.arithmetic[1]).toEqual({
      step: 'prorated_units',
      inputs: { units: '1.0', days: 20, period_days: 30 },
      result: '0.66667',
    })
  })

  it('and is no usage that a reconciliation would miss', async () => {
    const api = await seated({ invoiceable: true })
    await seat(api, 'ann')
    await api.moveTo('2024-07-01T00:00:00Z')
    const [, periodic] = await api.invoices()
    const { reconciliation } = await api.done('POST', `/invoices/${periodic.lago_id}/reconcile`)
    expect(reconciliation.fees).toEqual([])
  })
})

describe('a renewed seat is charged again by no event', () => {
  it('of a late one, which pays for its own period, and is known in the one that runs', async () => {
    const api = await seated()
    await api.moveTo('2024-07-10T00:00:00Z')
    await seat(api, 'ann')
    await api.settle()
    const june = { timestamp: seconds('2024-06-30T10:00:00Z') }
    await seat(api, 'bob', { transaction_id: 'late', ...june })
    await seat(api, 'bob', { transaction_id: 'again' })
    await seat(api, 'eve', { transaction_id: 'late eve', ...june })
    await api.settle()
    await seat(api, 'eve', { transaction_id: 'eve again' })
    expect(await api.charged()).toEqual([
      ['ann', 2129],
      ['late', 100],
      ['again', 0],
      ['late eve', 100],
      ['eve again', 0],
    ])
  })

  it('of one that came before there was the subscription, unless it was withdrawn', async () => {
    const api = await seated()
    const may = { timestamp: seconds('2024-05-01T00:00:00Z') }
    await seat(api, 'ann', may)
    await seat(api, 'bob', may)
    await seat(api, 'ann', { transaction_id: 'ann again' })
    await api.settle()
    await api.done('DELETE', '/events/bob?external_subscription_id=s')
    await seat(api, 'bob', { transaction_id: 'bob again' })
    expect(await api.charged()).toEqual([
      ['ann again', 0],
      ['bob again', 3000],
    ])
  })

  it('and an estimate says so', async () => {
    const api = await seated()
    await seat(api, 'ann')
    await api.moveTo('2024-07-12T00:00:00Z')
    const estimate = async (id: string) => {
      const event = { code: 'seats', external_subscription_id: 's', properties: { id } }
      const [fee] = (await api.done('POST', '/events/estimate_fees', { event })).fees
      return [fee.units, fee.amount_cents]
    }
    expect([await estimate('ann'), await estimate('bob')]).toEqual([
      ['0.0', 0],
      ['1.0', 1936],
    ])
  })
})

describe('a change of plan', () => {
  it('upwards renews nothing: what was paid holds, and the new price is for what comes', async () => {
    const api = await seated()
    await planned(
      api,
      'bigger',
      { ...PRICE, properties: { amount: '60' }, prorated: true, invoiceable: false },
      { amount_cents: 2000 },
    )
    await seat(api, 'ann')
    await api.moveTo('2024-06-16T10:00:00Z')
    await api.subscribe('s', 'c', { plan_code: 'bigger' })
    await seat(api, 'bob')
    expect(await api.charged()).toEqual([
      ['ann', 3000],
      ['bob', 3000],
    ])
    await api.moveTo('2024-07-01T00:00:00Z')
    expect(await renewals(api)).toEqual([['2.0', 12_000, '2024-07-01']])
  })

  it('downwards renews once, by the new plan, also where that asks nothing else yet', async () => {
    const api = await seated({ invoiceable: true })
    await planned(api, 'smaller', { ...PRICE, properties: { amount: '15' }, invoiceable: true }, { amount_cents: 500 })
    await seat(api, 'ann')
    await api.moveTo('2024-06-16T10:00:00Z')
    await api.subscribe('s', 'c', { plan_code: 'smaller' })
    await api.moveTo('2024-07-01T01:00:00Z')
    expect(await renewals(api)).toEqual([['1.0', 1500, '2024-07-01']])
    await api.moveTo('2024-08-01T00:00:00Z')
    expect(await renewals(api)).toEqual([
      ['1.0', 1500, '2024-07-01'],
      ['1.0', 1500, '2024-08-01'],
    ])
    expect(await api.parked()).toEqual([])
  })
})
