import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type CustomerRef, callCustomer } from '../../src/customer/contract.js'
import { SerialQueue } from '../../src/customer/serial_queue.js'
import type { Env } from '../../src/env.js'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const at = (iso: string) => Date.parse(iso) / 1000
const open = () => BillingApi.open({ test_clock: '2024-03-10T00:00:00Z' })
const sent = (transaction_id: string, external_subscription_id?: string, given: Json = {}) => ({
  transaction_id,
  external_subscription_id,
  code: 'calls',
  ...given,
})
const batch = (api: BillingApi, events: Json[]) => api.request('POST', '/events/batch', { events })
const listed = async (api: BillingApi, query = '') => {
  const { events, meta } = await api.done('GET', `/events${query}`)
  return { ids: events.map((event: Json) => event.transaction_id), total: meta.total_count }
}
const one = async (api: BillingApi, id: string) => (await api.done('GET', `/events/${encodeURIComponent(id)}`)).event
const DUPLICATE = { transaction_id: ['value_already_exist'] }

describe('what an event answers', () => {
  it('is the same when it is sent and when it is read, but for the customer', async () => {
    const api = await open()
    const subscription = await api.subscribe('s')
    const given = { timestamp: '1710000000.1239', properties: { n: 1 }, precise_total_amount_cents: 12.5 }
    const { event } = (await api.event('t', 's', given)).body
    expect(event).toEqual({
      lago_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      transaction_id: 't',
      lago_customer_id: null,
      code: 'calls',
      timestamp: '2024-03-09T16:00:00.123Z',
      precise_total_amount_cents: '12.5',
      properties: { n: 1 },
      lago_subscription_id: subscription.lago_id,
      external_subscription_id: 's',
      created_at: '2024-03-10T00:00:00Z',
    })
    expect(await one(api, 't')).toEqual({ ...event, lago_customer_id: subscription.lago_customer_id })
  })

  it('ids of events are distinct, within a customer and between them', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    const events = ['a', 'b', 'c'].flatMap((id) => [sent(id, 's'), sent(id, 's2'), sent(id, 'later'), sent(id)])
    const answer = await batch(api, events)
    expect(answer.body.events.map((event: Json) => event.transaction_id)).toEqual(events.map((e) => e.transaction_id))
    expect(new Set(answer.body.events.map((event: Json) => event.lago_id)).size).toBe(12)
    expect((await listed(api)).total).toBe(12)
  })

  it.each(['a/b', 'a.b', 'ä ö', '100%', 'événement?x=1#y'])('the transaction id %s is found again', async (id) => {
    const api = await open()
    await api.event(id, 'unknown')
    expect((await one(api, id)).transaction_id).toBe(id)
  })
})

describe('events addressed by customer alone', () => {
  it('go to the one subscription that ran for the customer at their time', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.moveTo('2024-03-12T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.moveTo('2024-03-14T00:00:00Z')
    await api.subscribe('next')
    const legacy = (id: string, day: string) => ({
      ...sent(id, undefined, { timestamp: at(`${day}T12:00:00Z`) }),
      external_customer_id: 'c',
    })
    const events = [legacy('before', '2024-03-01'), legacy('first', '2024-03-11'), legacy('between', '2024-03-13')]
    const { body } = await batch(api, [...events, legacy('second', '2024-03-14')])
    expect(body.events.map((event: Json) => event.external_subscription_id)).toEqual([null, 's', null, 'next'])
    expect((await batch(api, [legacy('first', '2024-03-11')])).body.error_details).toEqual({ 0: DUPLICATE })
  })

  it('stay without subscription where several run, and where the customer is unknown', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.subscribe('s2')
    const events = ['c', 'nobody'].map((external_customer_id) => ({ ...sent('t'), external_customer_id }))
    const { body } = await batch(api, events)
    expect(body.events.map((event: Json) => event.external_subscription_id)).toEqual([null, null])
  })
})

describe('expressions', () => {
  const formula = (expression: string) => ({
    billable_metric: { name: 'E', code: 'e', aggregation_type: 'sum_agg', field_name: 'kwh', expression },
  })

  it('a metric that is made after its first event computes the very next one', async () => {
    const api = await open()
    const given = { code: 'e', properties: { kw: 2, hours: '1.5', kwh: 99 } }
    expect((await api.event('before', 's', given)).body.event.properties.kwh).toBe(99)
    await api.done('POST', '/billable_metrics', formula('event.properties.kw * event.properties.hours'))
    const { event } = (await api.event('after', 's', given)).body
    expect(event.properties).toEqual({ kw: 2, hours: '1.5', kwh: '3' })
    expect((await one(api, 'after')).properties).toEqual(event.properties)
  })

  it('what cannot be computed is refused with a plain text, and duplicates are not even looked for', async () => {
    const api = await open()
    await api.done('POST', '/billable_metrics', formula('event.properties.kw * 2'))
    const text = 'expression_evaluation_failed: Variable: kw not found'
    const event = sent('t', 's', { code: 'e' })
    expect(await api.refusal('POST', '/events', { event })).toBe(text)
    await api.event('taken', 's')
    expect(await api.refusal('POST', '/events/batch', { events: [sent('taken', 's'), event] })).toEqual({ 1: text })
    expect((await listed(api)).ids).toEqual(['taken'])
  })
})

describe('a batch over several owners', () => {
  it('reports the duplicates of all of them, by position, and stores nothing', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    await batch(api, [sent('a', 's'), sent('b', 's2'), sent('c', 'later'), sent('d')])
    const again = [sent('d'), sent('c', 'later'), sent('new', 's'), sent('b', 's2'), sent('new', 's'), sent('a', 's')]
    const { body } = await batch(api, again)
    expect(body.error_details).toEqual({ 1: DUPLICATE, 3: DUPLICATE, 4: DUPLICATE, 5: DUPLICATE })
    expect((await listed(api)).total).toBe(4)
  })

  it('sent many times at once is stored once', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    const events = [sent('a', 's'), sent('b', 's2'), sent('c', 'later')]
    const answers = await Promise.all(Array.from({ length: 20 }, () => batch(api, events)))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 422]))
    expect((await listed(api)).total).toBe(3)
    expect([await api.units('s'), await api.units('s2', 'c2')]).toEqual([1, 1])
  })
})

describe('whose an event is', () => {
  it('an ended subscription still takes what happened while it ran', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.moveTo('2024-03-12T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.subscribe('s', 'c2')
    await api.moveTo('2024-03-13T00:00:00Z')
    await api.event('late', 's', { timestamp: at('2024-03-11T00:00:00Z') })
    await api.event('fresh', 's')
    expect(await api.units('s', 'c2')).toBe(1)
    const customers = [(await one(api, 'late')).lago_customer_id, (await one(api, 'fresh')).lago_customer_id]
    expect(customers).toEqual([(await api.ref('c')).customerId, (await api.ref('c2')).customerId])
  })

  it('what is sent ahead of a coming subscription counts once it starts', async () => {
    const api = await open()
    await api.event('early', 's', { timestamp: at('2024-03-20T12:00:00Z') })
    await api.subscribe('s', 'c', { subscription_at: '2024-03-20T00:00:00Z' })
    await api.event('ahead', 's', { timestamp: at('2024-03-20T12:00:00Z') })
    await api.moveTo('2024-03-20T18:00:00Z')
    expect(await api.units()).toBe(2)
  })
})

describe('listing', () => {
  it('merges all customers and the inbox, page by page, with an exact count', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    const ids = Array.from({ length: 21 }, (_, i) => `t${String((i * 8) % 21).padStart(2, '0')}`)
    const events = ids.map((id, i) =>
      sent(id, ['s', 's2', 'later'][i % 3], { timestamp: at('2024-03-09T00:00:00Z') + (i % 5) }),
    )
    await batch(api, events)
    const expected = events
      .toSorted((a, b) => b.timestamp - a.timestamp || (a.transaction_id < b.transaction_id ? -1 : 1))
      .map((event) => event.transaction_id)
    expect(await listed(api)).toEqual({ ids: expected, total: 21 })
    const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((page) => listed(api, `?per_page=4&page=${page}`)))
    expect(pages.flatMap((page) => page.ids)).toEqual(expected)
    expect(await listed(api, '?page=1000000')).toEqual({ ids: [], total: 21 })
  })

  it('is narrowed by time, both ends included to the millisecond', async () => {
    const api = await open()
    await api.subscribe('s')
    const times = { early: 1709999999, first: 1710000000, last: '1710000010.5004', late: 1710000011 }
    await batch(
      api,
      Object.entries(times).map(([id, timestamp], i) => sent(id, i % 2 ? 's' : 'later', { timestamp })),
    )
    const between = '?timestamp_from=2024-03-09T16:00:00Z&timestamp_to=2024-03-09T16:00:10.500Z'
    expect(await listed(api, between)).toEqual({ ids: ['last', 'first'], total: 2 })
    expect(await api.refusal('GET', '/events?timestamp_from=soon&timestamp_to=2024-13-01T00:00:00Z')).toEqual({
      timestamp_from: ['invalid_date'],
      timestamp_to: ['invalid_date'],
    })
  })

  it('from the start of a subscription leaves out what came before, whatever else is asked', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.event('before', 's', { timestamp: at('2024-03-09T23:59:59Z') })
    await api.event('since', 's')
    const ids = async (query: string) => (await listed(api, `?timestamp_from_started_at=true${query}`)).ids
    expect(await ids('&external_subscription_id=s')).toEqual(['since'])
    expect(await ids('&external_subscription_id=s&timestamp_from=2024-01-01T00:00:00Z')).toEqual(['since'])
    expect(await ids('&external_subscription_id=unknown')).toEqual([])
    expect(await ids('')).toEqual(['since', 'before'])
  })

  it('of a transaction id that several subscriptions have the latest is found', async () => {
    const api = await open()
    await api.subscribe('s')
    await api.event('t', 's', { timestamp: at('2024-03-01T00:00:00Z') })
    await api.event('t', 'later', { timestamp: at('2024-03-02T00:00:00Z') })
    expect((await one(api, 't')).external_subscription_id).toBe('later')
  })
})

describe('an object that the runtime loses in the middle of a call', () => {
  const ref: CustomerRef = { organizationId: 'o', customerId: 'c' }
  /** How a call ends that fails with these errors in turn, and the number of stubs it went through. */
  const outcomeOf = async (errors: Error[]) => {
    let stubs = 0
    const CUSTOMER = { getByName: () => ++stubs }
    const call = async () => {
      const error = errors.shift()
      if (error !== undefined) throw error
      return 'answered'
    }
    const calling = callCustomer({ ...env, CUSTOMER } as unknown as Env, ref, call)
    return [await calling.catch((error: Error) => error.message), stubs]
  }
  const lost = (given: object) => Object.assign(new Error('lost'), given)

  it.each([
    [[lost({ retryable: true })], ['answered', 2], 'is called once more, through another stub'],
    [[lost({ retryable: true }), lost({ retryable: true })], ['lost', 2], 'is not called for ever'],
    [[lost({ retryable: true, overloaded: true })], ['lost', 1], 'is left alone when it has too much to do'],
    [[lost({})], ['lost', 1], 'is not called again after an error of its own'],
  ])('%j: %j, it %s', async (errors, outcome, _why) => {
    expect(await outcomeOf(errors)).toEqual(outcome)
  })
})

describe('the serial queue', () => {
  it('runs one task after the other, in their order, whatever becomes of each', async () => {
    const queue = new SerialQueue()
    const log: string[] = []
    const task = (name: string, fails = false) =>
      queue.run(async () => {
        log.push(`${name} begins`)
        await scheduler.wait(fails ? 5 : 1)
        log.push(`${name} ends`)
        if (fails) throw new Error(name)
        return name
      })
    const outcomes = await Promise.allSettled([task('a', true), task('b'), task('c')])
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(outcomes.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })
})
