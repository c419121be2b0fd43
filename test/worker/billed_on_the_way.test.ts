import { describe, expect, it, vi } from 'vitest'
import type { Json } from '../support/account_api.js'
import { at, ThresholdApi } from '../support/threshold_api.js'

const times = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('what was billed on the way', () => {
  it('and is void is not billed on the way again, but by the bill of the period', async () => {
    const api = await ThresholdApi.subscribed()
    await api.traffic('t', 120)
    await api.settle()
    const [invoice] = await api.progressive()
    await api.done('POST', `/invoices/${invoice.lago_id}/void`)
    await api.traffic('u', 1)
    expect(await api.onTheWay()).toEqual([[12_000, 0, 12_000]])
    expect(await api.parked()).toEqual([])
    await api.moveTo('2024-02-01T00:00:00Z')
    expect((await api.ofType('subscription')).map((one) => one.total_amount_cents)).toEqual([13_100])
  })

  it('and is void leaves the one before it to be taken off', async () => {
    const api = await ThresholdApi.subscribed()
    await api.traffic('t', 120)
    await api.settle()
    await api.traffic('u', 100)
    await api.settle()
    const [, second] = await api.progressive()
    await api.done('POST', `/invoices/${second.lago_id}/void`)
    await api.moveTo('2024-02-01T00:00:00Z')
    const [last] = await api.ofType('subscription')
    expect(last).toMatchObject({ progressive_billing_credit_amount_cents: 12_000, total_amount_cents: 11_000 })
  })

  it('of a charge whose usage went away comes back with the next threshold, and pays it', async () => {
    const api = await ThresholdApi.subscribed([at(10_000), at(15_000)])
    await api.traffic('t', 120)
    await api.settle()
    const { plan } = await api.done('GET', '/plans/t')
    const { billable_metrics } = await api.done('GET', '/billable_metrics')
    const calls = billable_metrics.find(({ code }: Json) => code === 'calls')
    const more = { billable_metric_id: calls.lago_id, charge_model: 'standard', properties: { amount: '10' } }
    const charges = [...plan.charges.map((one: Json) => ({ ...one, id: one.lago_id })), more]
    await api.done('PUT', '/plans/t', { plan: { charges } })
    await api.traffic('back', -110)
    await Promise.all(times(16).map((i) => api.event(`c${i}`, 's')))
    await api.settle()
    const [, second] = await api.progressive()
    expect(second).toMatchObject({ fees_amount_cents: 17_000, progressive_billing_credit_amount_cents: 1_000 })
    expect(second).toMatchObject({ credit_notes_amount_cents: 11_000, total_amount_cents: 5_000 })
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await api.asked()).toBe(17_000 + 1000)
  })

  it('is taken off also where the subscription gets a plan of its own meanwhile', async () => {
    const api = await ThresholdApi.subscribed()
    await api.traffic('t', 120)
    await api.settle()
    await api.done('PUT', '/subscriptions/s', { subscription: { plan_overrides: { amount_cents: 2000 } } })
    await api.traffic('u', 10)
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await api.asked()).toBe(13_000 + 2000)
    const [last] = await api.ofType('subscription')
    expect(last.progressive_billing_credit_amount_cents).toBe(12_000)
  })

  it('is taken off by a change of plan, and the next plan goes on from there', async () => {
    const api = await ThresholdApi.subscribed()
    const { plan } = await api.done('GET', '/plans/t')
    const { billable_metric_code: code } = plan.charges[0]
    expect(code).toBe('gb')
    const charges = [
      {
        billable_metric_id: plan.charges[0].lago_billable_metric_id,
        charge_model: 'standard',
        properties: { amount: '1' },
      },
    ]
    const terms = { name: 'U', code: 'u', interval: 'monthly', amount_cents: 5000, amount_currency: 'EUR' }
    await api.done('POST', '/plans', {
      plan: { ...terms, pay_in_advance: false, charges, usage_thresholds: [at(10_000), at(20_000)] },
    })
    await api.traffic('t', 120)
    await api.settle()
    await api.moveTo('2024-01-11T00:00:00Z')
    await api.subscribe('s', 'c', { plan_code: 'u' })
    const [closing] = await api.ofType('subscription')
    expect(closing.progressive_billing_credit_amount_cents).toBe(12_000)
    await api.traffic('u', 79)
    expect(await api.onTheWay()).toHaveLength(1)
    await api.traffic('v', 1)
    expect((await api.onTheWay())[1]).toEqual([8_000, 0, 8_000])
    const { lifetime_usage: life } = await api.done('GET', '/subscriptions/s/lifetime_usage')
    expect(life).toMatchObject({ invoiced_usage_amount_cents: 12_000, current_usage_amount_cents: 8_000 })
    expect(life.usage_thresholds.map((one: Json) => [one.amount_cents, one.completion_ratio])).toEqual([
      [10_000, 1],
      [20_000, 1],
    ])
  })

  it('is taken off a draft, and leaves the next period alone', async () => {
    const api = await ThresholdApi.subscribed()
    await api.done('PUT', '/organizations', { organization: { billing_configuration: { invoice_grace_period: 3 } } })
    await api.traffic('t', 120)
    await api.settle()
    await api.moveTo('2024-02-01T00:00:00Z')
    const [draft] = await api.ofType('subscription')
    expect(draft).toMatchObject({ status: 'draft', progressive_billing_credit_amount_cents: 12_000 })
    await api.traffic('next month', 50)
    expect(await api.onTheWay()).toHaveLength(1)
    await api.moveTo('2024-02-05T00:00:00Z')
    await api.moveTo('2024-03-01T00:00:00Z')
    const [first, second] = await api.ofType('subscription')
    expect(first).toMatchObject({ status: 'finalized', total_amount_cents: 1_000 })
    expect(second).toMatchObject({ progressive_billing_credit_amount_cents: 0, fees_amount_cents: 6_000 })
  })

  it('is passed once in a life, also where usage was taken back in between', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    await api.traffic('t', 120)
    await api.settle()
    await api.traffic('back', -100)
    await api.moveTo('2024-02-02T00:00:00Z')
    await api.traffic('u', 150)
    expect(await api.onTheWay()).toHaveLength(1)
    await api.moveTo('2024-03-01T00:00:00Z')
    expect(await api.asked()).toBe(2_000 + 15_000 + 2 * 1000)
  })

  it('is left alone by the draft of the start, which bills no usage', async () => {
    const settings = { billing_configuration: { invoice_grace_period: 3 } }
    const api = await ThresholdApi.subscribed([at(10_000)], { pay_in_advance: true }, settings)
    await api.traffic('t', 120)
    await api.moveTo('2024-01-05T00:00:00Z')
    expect((await api.ofType('subscription')).map(({ status, total_amount_cents: cents }) => [status, cents])).toEqual([
      ['finalized', 1000],
    ])
    expect((await api.done('GET', '/credit_notes?external_customer_id=c')).credit_notes).toEqual([])
    await api.moveTo('2024-02-05T00:00:00Z')
    expect((await api.ofType('subscription'))[1]).toMatchObject({
      progressive_billing_credit_amount_cents: 12_000,
      total_amount_cents: 1000,
    })
  })

  it('is also what an amended event makes pass a threshold', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    await api.traffic('t', 20)
    await api.settle()
    const event = { properties: { gb: 130 } }
    await api.done('PUT', '/events/t?external_subscription_id=s', { event })
    await vi.waitFor(async () => expect(await api.progressive()).toHaveLength(1))
  })

  it('and by what was used elsewhere before, is told from then on', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    await api.traffic('t', 20)
    await api.settle()
    const lifetime_usage = { external_historical_usage_amount_cents: 7_000 }
    await api.done('PUT', '/subscriptions/s/lifetime_usage', { lifetime_usage })
    await api.traffic('u', 10)
    await vi.waitFor(async () => expect(await api.progressive()).toHaveLength(1))
    const [invoice] = await api.progressive()
    expect(invoice).toMatchObject({ fees_amount_cents: 3_000 })
    expect(invoice.applied_usage_thresholds[0].lifetime_usage_amount_cents).toBe(10_000)
  })
})
