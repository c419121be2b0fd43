import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { at } from '../support/threshold_api.js'

const amounts = (list: readonly Json[]) => list.map((one) => [one.amount_cents, one.recurring])

describe('thresholds of a plan', () => {
  it.each<[Json, Json, string]>([
    [[at(1), at(2), at(1)], { usage_thresholds: ['duplicated_values'] }, 'one amount twice'],
    [[at(1, true), at(2, true)], { usage_thresholds: ['multiple_recurring_thresholds'] }, 'two recurring ones'],
    [[{ recurring: false }], { usage_thresholds: ['missing_amount_cents'] }, 'no amount'],
    [[at(0)], { amount_cents: ['value_is_out_of_range'] }, 'nothing'],
    [[at(-5)], { amount_cents: ['value_is_out_of_range'] }, 'less than nothing'],
    ['x', { usage_thresholds: ['value_is_invalid'] }, 'no list'],
  ])('are refused: %j', async (thresholds, details) => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(7)] })
    const plan = { usage_thresholds: thresholds }
    expect(await api.refusal('PUT', '/plans/p', { plan })).toEqual(details)
    const subscription = { external_customer_id: 'c', external_id: 's', plan_code: 'p', ...plan }
    expect(await api.refusal('POST', '/subscriptions', { subscription })).toEqual(details)
    expect(amounts((await api.done('GET', '/plans/p')).plan.usage_thresholds)).toEqual([[7, false]])
  })

  it('one amount may be both a fixed and a recurring one', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500), at(500, true)] })
    const { plan } = await api.done('GET', '/plans/p')
    expect(amounts(plan.usage_thresholds)).toEqual([
      [500, false],
      [500, true],
    ])
    expect(plan.applicable_usage_thresholds).toEqual(plan.usage_thresholds)
  })

  it('are replaced as a whole, and stay where nothing is said of them', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500), at(900)] })
    const [kept] = (await api.done('GET', '/plans/p')).plan.usage_thresholds
    await api.done('PUT', '/plans/p', { plan: { name: 'Other' } })
    const named = { ...at(500), threshold_display_name: 'Half' }
    const { plan } = await api.done('PUT', '/plans/p', { plan: { usage_thresholds: [named, at(1000, true)] } })
    expect(plan.usage_thresholds).toMatchObject([
      { lago_id: kept.lago_id, amount_cents: 500, threshold_display_name: 'Half' },
      { amount_cents: 1000, recurring: true, threshold_display_name: null },
    ])
    const emptied = await api.done('PUT', '/plans/p', { plan: { usage_thresholds: [] } })
    expect(emptied.plan.usage_thresholds).toEqual([])
  })
})

describe('a subscription', () => {
  const shown = async (api: BillingApi) => {
    const { subscription } = await api.done('GET', '/subscriptions/s')
    const { subscriptions } = await api.done('GET', '/subscriptions?external_customer_id=c')
    expect(subscriptions[0].applicable_usage_thresholds).toEqual(subscription.applicable_usage_thresholds)
    return amounts(subscription.applicable_usage_thresholds)
  }

  it('has those of its plan, as they are at the time, until it has its own', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500)] })
    await api.subscribe('s')
    await api.done('PUT', '/plans/p', { plan: { usage_thresholds: [at(600)] } })
    expect(await shown(api)).toEqual([[600, false]])
    await api.done('PUT', '/subscriptions/s', { subscription: { usage_thresholds: [at(50), at(60)] } })
    expect(await shown(api)).toEqual([
      [50, false],
      [60, false],
    ])
    await api.done('PUT', '/subscriptions/s', { subscription: { usage_thresholds: [] } })
    expect(await shown(api)).toEqual([[600, false]])
  })

  it('on a plan of its own has those of the original, unless it has others there', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500)] })
    const { plan } = await api.subscribe('s', 'c', { plan_overrides: { amount_cents: 1 } })
    expect([plan.usage_thresholds, amounts(plan.applicable_usage_thresholds)]).toEqual([[], [[500, false]]])
    await api.done('PUT', '/plans/p', { plan: { usage_thresholds: [at(700)] } })
    expect(await shown(api)).toEqual([[700, false]])
    await api.done('PUT', '/subscriptions/s', { subscription: { plan_overrides: { usage_thresholds: [at(80)] } } })
    expect(await shown(api)).toEqual([[80, false]])
  })

  it('has none where it is not billed on the way', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500)] })
    const made = await api.subscribe('s', 'c', { progressive_billing_disabled: true })
    expect(made.progressive_billing_disabled).toBe(true)
    expect(await shown(api)).toEqual([])
    await api.done('PUT', '/subscriptions/s', { subscription: { progressive_billing_disabled: false } })
    expect(await shown(api)).toEqual([[500, false]])
  })

  it('is not given both kinds of its own at once', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const subscription = { usage_thresholds: [at(1)], plan_overrides: { usage_thresholds: [at(1)] } }
    const details = await api.refusal('PUT', '/subscriptions/s', { subscription })
    expect(Object.values(details)).toEqual([['incompatible_params'], ['incompatible_params']])
  })

  it('takes none of them along to another plan', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(500)] })
    const terms = { name: 'Q', code: 'q', interval: 'monthly', amount_cents: 9000, amount_currency: 'EUR' }
    await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges: [] } })
    await api.subscribe('s', 'c', { usage_thresholds: [at(50)], progressive_billing_disabled: true })
    const upgraded = await api.subscribe('s', 'c', { plan_code: 'q' })
    expect(upgraded).toMatchObject({ progressive_billing_disabled: false, applicable_usage_thresholds: [] })
  })
})

describe('the usage of a life', () => {
  it('tells how far it has come to each threshold, and when it got there', async () => {
    const api = await BillingApi.open({}, { usage_thresholds: [at(300), at(700), at(200, true)] })
    await api.subscribe('s')
    await Promise.all(Array.from({ length: 4 }, (_, i) => api.event(`t${i}`, 's')))
    await api.moveTo('2024-01-02T00:00:00Z')
    const life = async () => (await api.done('GET', '/subscriptions/s/lifetime_usage')).lifetime_usage
    expect((await life()).usage_thresholds).toEqual([
      { amount_cents: 300, completion_ratio: 1, reached_at: '2024-01-01T00:00:00Z' },
      { amount_cents: 700, completion_ratio: 0.25, reached_at: null },
      { amount_cents: 900, completion_ratio: 0, reached_at: null },
    ])
    const historical = { external_historical_usage_amount_cents: 600 }
    await api.done('PUT', '/subscriptions/s/lifetime_usage', { lifetime_usage: historical })
    expect((await life()).usage_thresholds).toEqual([
      { amount_cents: 300, completion_ratio: 1, reached_at: '2024-01-01T00:00:00Z' },
      { amount_cents: 700, completion_ratio: 1, reached_at: null },
      { amount_cents: 900, completion_ratio: 1, reached_at: null },
      { amount_cents: 1100, completion_ratio: 0.5, reached_at: null },
    ])
  })

  it('lists no thresholds where there are none', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    expect((await api.done('GET', '/subscriptions/s/lifetime_usage')).lifetime_usage.usage_thresholds).toBeUndefined()
  })
})
