import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const JANUARY_10 = Date.parse('2024-01-10T00:00:00Z') / 1000

const send = async (api: BillingApi, id: string, given: Json = {}): Promise<Json> => {
  const event = { transaction_id: id, external_subscription_id: 's', code: 'calls', timestamp: JANUARY_10, ...given }
  return api.done('POST', '/events?receipt=true', { event })
}

describe('a receipt tells what an event did', () => {
  it('what its charge has come to in its period, this event included', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('before', 's')
    const { event, receipt } = await send(api, 't')
    expect({ ...event, lago_customer_id: expect.anything() }).toEqual((await api.done('GET', '/events/t')).event)
    const usage = await api.done('GET', '/customers/c/current_usage?external_subscription_id=s')
    const [row] = usage.customer_usage.charges_usage
    expect(receipt).toEqual({
      reason: null,
      charges: [
        {
          lago_charge_id: row.charge.lago_id,
          charge_code: 'calls',
          charge_model: 'standard',
          from_datetime: '2024-01-01T00:00:00Z',
          to_datetime: '2024-01-31T23:59:59Z',
          filter: null,
          grouped_by: {},
          units: '2.0',
          events_count: 2,
          amount_cents: 200,
          amount_currency: 'EUR',
        },
      ],
    })
    expect([row.units, row.amount_cents]).toEqual(['2.0', 200])
  })

  it('of the bucket that it fell into, not of the others', async () => {
    const api = await BillingApi.open()
    const filters = [{ key: 'region', values: ['eu', 'us'] }]
    const metric = { name: 'M', code: 'm', aggregation_type: 'sum_agg', field_name: 'v', filters }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: metric })
    const charge = {
      billable_metric_id: billable_metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '1', pricing_group_keys: ['team'] },
      filters: [{ values: { region: ['eu'] }, properties: { amount: '3' } }],
    }
    const terms = { name: 'Q', code: 'q', interval: 'monthly', amount_cents: 0, amount_currency: 'EUR' }
    await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges: [charge] } })
    await api.subscribe('s', 'c', { plan_code: 'q' })
    const told = async (id: string, properties: Json) => {
      const { receipt } = await send(api, id, { code: 'm', properties })
      const [row] = receipt.charges
      return [row.filter, row.grouped_by, row.units, row.amount_cents]
    }
    expect(await told('a', { v: 2, region: 'eu' })).toEqual([{ region: ['eu'] }, {}, '2.0', 600])
    expect(await told('b', { v: 1, team: 'x' })).toEqual([null, { team: 'x' }, '1.0', 100])
    expect(await told('c', { v: 4, team: 'y', region: 'us' })).toEqual([null, { team: 'y' }, '4.0', 400])
    expect(await told('d', { v: 1, region: 'eu' })).toEqual([{ region: ['eu'] }, {}, '3.0', 900])
    expect(await told('e', { v: 'words', team: 'z' })).toEqual([null, {}, '0.0', 0])
  })

  it.each([
    [{ code: 'cals' }, 'unknown_metric'],
    [{ code: 'free' }, 'not_charged'],
    [{ timestamp: 0 }, 'outside_period'],
    [{ external_subscription_id: 'none' }, 'unknown_subscription'],
    [{ external_subscription_id: null }, 'no_subscription'],
  ])('why nothing counts one with %j: %s', async (given, reason) => {
    const api = await BillingApi.open()
    const metric = { name: 'Free', code: 'free', aggregation_type: 'count_agg' }
    await api.done('POST', '/billable_metrics', { billable_metric: metric })
    await api.subscribe('s')
    expect((await send(api, 't', given)).receipt).toEqual({ reason, charges: [] })
    expect((await api.done('GET', '/events')).meta.total_count).toBe(1)
  })

  it('a duplicate has none, and an event that is refused neither', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's')
    const event = { transaction_id: 't', external_subscription_id: 's', code: 'calls' }
    const path = '/events?receipt=true'
    expect(await api.refusal('POST', path, { event })).toEqual({ transaction_id: ['value_already_exist'] })
    expect(await api.refusal('POST', path, { event: { ...event, code: '' } })).toEqual({ code: ['value_is_mandatory'] })
    expect(await api.units()).toBe(1)
  })

  it('each of many that arrive at once sees those before it, and none after', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(api, `t${i}`)))
    const units = answers.map(({ receipt }) => Number(receipt.charges[0].units)).sort((a, b) => a - b)
    expect(units).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})
