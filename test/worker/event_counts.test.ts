import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const at = (text: string) => Date.parse(text) / 1000

const countsOf = async (api: BillingApi, subscription = 's'): Promise<Json[]> =>
  (await api.done('GET', `/subscriptions/${subscription}/event_counts`)).event_counts
const unmatched = async (api: BillingApi, query = ''): Promise<Json[]> =>
  (await api.done('GET', `/subscriptions/s/unmatched_events${query}`)).unmatched_events

const NOTHING = {
  accepted_count: 0,
  waiting_count: 0,
  duplicates_count: 0,
  withdrawn_count: 0,
  amended_count: 0,
  unknown_metric_count: 0,
  not_charged_count: 0,
  outside_period_count: 0,
}

/** A subscription with events of every fate. */
async function accountFor(): Promise<BillingApi> {
  const api = await BillingApi.open()
  await api.done('POST', '/billable_metrics', {
    billable_metric: { name: 'Free', code: 'free', aggregation_type: 'count_agg' },
  })
  await api.moveTo('2024-01-05T00:00:00Z')
  await api.subscribe('s')
  await api.event('counted', 's', { timestamp: at('2024-01-06T00:00:00Z') })
  await api.event('counted', 's')
  await api.event('counted', 's', { code: 'calls' })
  await api.event('early', 's', { timestamp: at('2024-01-04T23:59:59Z') })
  await api.event('typo', 's', { code: 'cals', timestamp: at('2024-01-07T00:00:00Z') })
  await api.event('free', 's', { code: 'free', timestamp: at('2024-01-08T00:00:00Z') })
  await api.event('withdrawn', 's')
  await api.done('DELETE', '/events/withdrawn')
  await api.event('amended', 's', { timestamp: at('2024-01-09T00:00:00Z') })
  await api.done('PUT', '/events/amended', { event: { properties: { a: 1 } } })
  return api
}

describe('nothing that was sent disappears', () => {
  it('every event of a subscription is accounted for, by code', async () => {
    const api = await accountFor()
    expect(await countsOf(api)).toEqual([
      {
        ...NOTHING,
        code: 'calls',
        accepted_count: 4,
        duplicates_count: 2,
        withdrawn_count: 1,
        amended_count: 1,
        outside_period_count: 1,
        first_timestamp: '2024-01-04T23:59:59.000Z',
        last_timestamp: '2024-01-09T00:00:00.000Z',
      },
      {
        ...NOTHING,
        code: 'cals',
        accepted_count: 1,
        unknown_metric_count: 1,
        first_timestamp: '2024-01-07T00:00:00.000Z',
        last_timestamp: '2024-01-07T00:00:00.000Z',
      },
      {
        ...NOTHING,
        code: 'free',
        accepted_count: 1,
        not_charged_count: 1,
        first_timestamp: '2024-01-08T00:00:00.000Z',
        last_timestamp: '2024-01-08T00:00:00.000Z',
      },
    ])
    expect(await api.units()).toBe(2)
  })

  it('what nothing counts is listed with the reason, the newest first', async () => {
    const api = await accountFor()
    const told = (events: Json[]) => events.map((event) => [event.transaction_id, event.reason])
    expect(told(await unmatched(api))).toEqual([
      ['free', 'not_charged'],
      ['typo', 'unknown_metric'],
      ['early', 'outside_period'],
    ])
    expect(told(await unmatched(api, '?reason=unknown_metric'))).toEqual([['typo', 'unknown_metric']])
    expect(told(await unmatched(api, '?reason=not_charged'))).toEqual([['free', 'not_charged']])
    expect(told(await unmatched(api, '?reason=outside_period'))).toEqual([['early', 'outside_period']])
    const page = await api.done('GET', '/subscriptions/s/unmatched_events?page=2&per_page=2')
    expect(told(page.unmatched_events)).toEqual([['early', 'outside_period']])
    expect(page.meta).toMatchObject({ current_page: 2, total_pages: 2, total_count: 3 })
    expect(await api.refusal('GET', '/subscriptions/s/unmatched_events?reason=bad')).toEqual({
      reason: ['value_is_invalid'],
    })
  })

  it('an unmatched event reads like any other', async () => {
    const api = await accountFor()
    const [event] = await unmatched(api, '?reason=unknown_metric')
    expect(event).toEqual({ ...(await api.done('GET', '/events/typo')).event, reason: 'unknown_metric' })
  })

  it('what becomes known is counted: a metric for the code, a charge for the metric, a correction', async () => {
    const api = await accountFor()
    await api.done('PUT', '/events/early', { event: { timestamp: at('2024-01-06T00:00:00Z') } })
    await api.done('PUT', '/events/typo', { event: { code: 'calls' } })
    expect((await unmatched(api)).map((event) => event.transaction_id)).toEqual(['free'])
    expect(await api.units()).toBe(4)
  })

  it('an event that comes after its period was billed is told, those that were billed are not', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('billed', 's', { timestamp: at('2024-01-10T00:00:00Z') })
    await api.moveTo('2024-02-02T00:00:00Z')
    await api.event('late', 's', { timestamp: at('2024-01-11T00:00:00Z') })
    await api.event('now', 's')
    expect((await unmatched(api)).map(({ transaction_id, reason }) => [transaction_id, reason])).toEqual([
      ['late', 'outside_period'],
    ])
    expect((await countsOf(api))[0]).toMatchObject({ accepted_count: 3, outside_period_count: 1 })
  })

  it('while the period is a draft, nothing is too late', async () => {
    const api = await BillingApi.open({ billing_configuration: { invoice_grace_period: 3 } })
    await api.subscribe('s')
    await api.moveTo('2024-02-01T12:00:00Z')
    await api.event('late', 's', { timestamp: at('2024-01-11T00:00:00Z') })
    expect(await unmatched(api)).toEqual([])
    const [draft] = await api.invoices()
    await api.done('PUT', `/invoices/${draft.lago_id}/finalize`)
    expect(await unmatched(api)).toEqual([])
    await api.event('later', 's', { timestamp: at('2024-01-11T00:00:00Z') })
    expect((await unmatched(api)).map((event) => event.transaction_id)).toEqual(['later'])
  })

  it('after the end, usage of the time before is still told apart from usage of none', async () => {
    const api = await accountFor()
    await api.moveTo('2024-01-20T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.event('after', 's', { timestamp: at('2024-01-21T00:00:00Z') })
    expect((await unmatched(api, '?reason=outside_period')).map((event) => event.transaction_id)).toEqual([
      'after',
      'early',
    ])
    expect((await api.request('GET', '/subscriptions/s/event_counts?subscription_status=active')).status).toBe(404)
    expect((await api.request('GET', '/subscriptions/s/event_counts?subscription_status=terminated')).status).toBe(200)
  })

  it('codes are paged', async () => {
    const api = await accountFor()
    const page = await api.done('GET', '/subscriptions/s/event_counts?page=2&per_page=2')
    expect(page.event_counts.map((count: Json) => count.code)).toEqual(['free'])
    expect(page.meta).toEqual({ current_page: 2, next_page: null, prev_page: 1, total_pages: 2, total_count: 3 })
  })

  it('a subscription that is not there has no counts', async () => {
    const api = await BillingApi.open()
    await api.event('t', 'none')
    expect(await api.refusal('GET', '/subscriptions/none/event_counts')).toBe('404 subscription_not_found')
    expect(await api.refusal('GET', '/subscriptions/none/unmatched_events')).toBe('404 subscription_not_found')
  })
})

describe('events that no subscription has', () => {
  it('are counted by the external id that they name, and listed with the reason', async () => {
    const api = await BillingApi.open()
    for (const [id, subscription] of [
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'y'],
    ] as const) {
      await api.event(id, subscription, { timestamp: at('2024-01-02T00:00:00Z') })
    }
    await api.request('POST', '/events', {
      event: { transaction_id: 'd', code: 'calls', timestamp: at('2024-01-01T00:00:00Z') },
    })
    await api.done('DELETE', '/events/b')
    await api.subscribe('s')
    await api.event('e', 's')
    const { event_counts, meta } = await api.done('GET', '/event_counts')
    const moments = { first_timestamp: '2024-01-02T00:00:00.000Z', last_timestamp: '2024-01-02T00:00:00.000Z' }
    const first = '2024-01-01T00:00:00.000Z'
    expect(event_counts).toEqual([
      {
        external_subscription_id: null,
        waiting_count: 1,
        withdrawn_count: 0,
        first_timestamp: first,
        last_timestamp: first,
      },
      { external_subscription_id: 'x', waiting_count: 1, withdrawn_count: 1, ...moments },
      { external_subscription_id: 'y', waiting_count: 1, withdrawn_count: 0, ...moments },
    ])
    expect(meta.total_count).toBe(3)
    const listed = await api.done('GET', '/events?unmatched=true')
    expect(listed.events.map((event: Json) => [event.transaction_id, event.reason])).toEqual([
      ['a', 'unknown_subscription'],
      ['c', 'unknown_subscription'],
      ['d', 'no_subscription'],
    ])
    expect((await api.done('GET', '/events?unmatched=true&external_subscription_id=x')).meta.total_count).toBe(1)
  })

  it('are shown as waiting by a subscription that has not started', async () => {
    const api = await BillingApi.open()
    await api.event('t', 's', { timestamp: at('2024-01-02T00:00:00Z') })
    await api.subscribe('s', 'c', { subscription_at: '2024-03-01T00:00:00Z' })
    expect(await countsOf(api)).toEqual([
      {
        ...NOTHING,
        code: 'calls',
        waiting_count: 1,
        first_timestamp: '2024-01-02T00:00:00.000Z',
        last_timestamp: '2024-01-02T00:00:00.000Z',
      },
    ])
  })
})
