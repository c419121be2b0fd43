import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { BillingApi } from '../support/billing_api.js'

const times = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('an event is counted exactly once', () => {
  it('100 concurrent sends of one transaction id store one event', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const answers = await Promise.all(times(100).map(() => api.event('t', 's')))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 422)).toHaveLength(99)
    expect(await api.units()).toBe(1)
  })

  it('100 concurrent sends before the subscription exists store one event, counted once it starts', async () => {
    const api = await BillingApi.open()
    const answers = await Promise.all(times(100).map(() => api.event('t', 's')))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect((await api.done('GET', '/events')).meta.total_count).toBe(1)
    await api.subscribe('s')
    expect(await api.units()).toBe(1)
    expect((await api.event('t', 's')).status).toBe(422)
  })

  it('events that arrive while their subscription starts are all counted', async () => {
    const api = await BillingApi.open()
    const sends = times(60).map((i) => api.event(`t${i}`, 's'))
    const [answers] = await Promise.all([Promise.all(sends), api.subscribe('s')])
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    expect(await api.units()).toBe(60)
  })

  it('nothing is lost or counted again when the object is evicted between calls', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    for (const i of times(6)) {
      expect((await api.event(`t${i}`, 's')).status).toBe(200)
      if (i % 2 === 0) expect(await api.units()).toBe(i + 1)
      await api.evict()
      expect((await api.event(`t${i}`, 's')).status).toBe(422)
    }
    expect(await api.units()).toBe(6)
  })

  it('the same transaction id on another subscription is another event', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    expect((await api.event('t', 's')).status).toBe(200)
    expect((await api.event('t', 's2')).status).toBe(200)
    expect([await api.units('s'), await api.units('s2', 'c2')]).toEqual([1, 1])
  })
})

describe('a batch is stored whole or not at all', () => {
  it('a duplicate at one customer keeps the events of all the others out', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    await api.event('taken', 's2')
    const events = [
      { transaction_id: 'new', external_subscription_id: 's', code: 'calls' },
      { transaction_id: 'taken', external_subscription_id: 's2', code: 'calls' },
    ]
    expect(await api.refusal('POST', '/events/batch', { events })).toEqual({
      1: { transaction_id: ['value_already_exist'] },
    })
    expect([await api.units('s'), await api.units('s2', 'c2')]).toEqual([0, 1])
  })

  it('one malformed event keeps the rest out', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const events = [
      { transaction_id: 'a', external_subscription_id: 's', code: 'calls' },
      { transaction_id: 'b', external_subscription_id: 's', code: 'calls', timestamp: 'yesterday' },
    ]
    expect(await api.refusal('POST', '/events/batch', { events })).toEqual({ 1: { timestamp: ['invalid_format'] } })
    expect((await api.done('GET', '/events')).meta.total_count).toBe(0)
  })
})

describe('an external id that changes hands', () => {
  it('events go to whoever the subscription was running for at their time', async () => {
    const api = await BillingApi.open({ test_clock: '2024-01-01T00:00:00Z' })
    await api.subscribe('s')
    await api.event('first', 's')
    await api.moveTo('2024-01-10T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.moveTo('2024-01-11T00:00:00Z')
    await api.subscribe('s', 'c2')
    expect((await api.event('second', 's')).status).toBe(200)
    expect(await api.units('s', 'c2')).toBe(1)
    expect((await api.done('GET', '/events?external_subscription_id=s')).meta.total_count).toBe(2)
  })
})

describe('an object that has too much to do', () => {
  it('turns events away with 429, to be sent again', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const refusal = Object.assign(new Error('Durable Object is overloaded.'), { overloaded: true })
    const stub = { ingest: () => Promise.reject(refusal) } as never
    vi.spyOn(env.CUSTOMER, 'getByName').mockReturnValueOnce(stub)
    expect(await api.event('t', 's')).toEqual({
      status: 429,
      body: { status: 429, error: 'Too Many Requests', code: 'too_many_requests' },
    })
    vi.restoreAllMocks()
    expect((await api.event('t', 's')).status).toBe(200)
  })
})
