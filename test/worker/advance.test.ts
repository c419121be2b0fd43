import { describe, expect, it } from 'vitest'
import { BillingApi } from '../support/billing_api.js'

describe('x', () => {
  it('y', async () => {
    const api = await BillingApi.open({ test_clock: '2024-01-01T00:00:00Z' })
    const { billable_metrics } = await api.done('GET', '/billable_metrics')
    const charge = { billable_metric_id: billable_metrics[0].lago_id, charge_model: 'standard', pay_in_advance: true, invoiceable: false, properties: { amount: '5' } }
    const made = await api.request('POST', '/plans', { plan: { name: 'A', code: 'adv', interval: 'monthly', amount_cents: 0, amount_currency: 'EUR', pay_in_advance: false, charges: [charge] } })
    console.log(JSON.stringify(made.body.plan?.charges ?? made.body))
    await api.subscribe('s', 'c', { plan_code: 'adv' })
    console.log(JSON.stringify((await api.event('t', 's')).body))
    await api.moveTo('2024-01-01T00:00:00Z')
    console.log(JSON.stringify((await api.done('GET', '/fees'))))
    console.log(JSON.stringify((await api.done('GET', '/customers/c/current_usage?external_subscription_id=s'))))
    expect(1).toBe(1)
  })
})
