import { env, exports } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CustomerApi, customerObject, type IngestRequest } from '../../src/customer/contract.js'
import { CustomerObject } from '../../src/customer/customer_object.js'
import type { Answer, Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const times = (n: number) => Array.from({ length: n }, (_, i) => i)
const sent = (transaction_id: string, external_subscription_id = 's') => ({
  transaction_id,
  external_subscription_id,
  code: 'calls',
})
const DUPLICATE = { transaction_id: ['value_already_exist'] }

/** The whole Worker, as requests from outside meet it. */
const worker = (exports as unknown as { default: Fetcher }).default

/** A request of its own, as it comes over the network: with nothing of the others but the isolate. */
async function post(api: BillingApi, path: string, body: Json, signal?: AbortSignal): Promise<Answer> {
  const headers = { authorization: `Bearer ${api.token}` }
  const init = { method: 'POST', headers, body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) }
  const response = await worker.fetch(new Request(`http://edgemeter/api/v1${path}`, init))
  return { status: response.status, body: await response.json() }
}
const single = (api: BillingApi, id: string, subscription = 's') =>
  post(api, '/events', { event: sent(id, subscription) })
const batch = (api: BillingApi, ids: readonly string[]) =>
  post(api, '/events/batch', { events: ids.map((id) => sent(id)) })

/** An organization whose isolate knows whose the subscription is: only such requests share calls. */
async function open(): Promise<BillingApi> {
  const api = await BillingApi.open()
  await api.subscribe('s')
  await single(api, 'first')
  return api
}
const stored = async (api: BillingApi): Promise<string[]> => {
  const { events } = await api.done('GET', '/events?per_page=1000')
  return events.map((event: Json) => event.transaction_id).filter((id: string) => id !== 'first')
}
const calls = () => vi.spyOn(CustomerObject.prototype, 'ingest')

afterEach(() => {
  vi.restoreAllMocks()
})

describe('requests of one moment share a call', () => {
  it('100 distinct events are stored once each, in few calls, and each request gets its own answer', async () => {
    const api = await open()
    const spy = calls()
    const answers = await Promise.all(times(100).map((i) => single(api, `t${i}`)))
    expect(answers.map((answer) => answer.status)).toEqual(times(100).map(() => 200))
    expect(answers.map((answer) => answer.body.event.transaction_id)).toEqual(times(100).map((i) => `t${i}`))
    expect(new Set(answers.map((answer) => answer.body.event.lago_id)).size).toBe(100)
    expect(spy.mock.calls.length).toBeLessThan(50)
    expect((await stored(api)).sort()).toEqual(
      times(100)
        .map((i) => `t${i}`)
        .sort(),
    )
    expect(await api.units()).toBe(101)
  })

  it('100 sends of one transaction id store one event, and 99 are told that it exists', async () => {
    const api = await open()
    const answers = await Promise.all(times(100).map(() => single(api, 't')))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    const refused = answers.filter((answer) => answer.status !== 200)
    expect(refused.map((answer) => answer.body.error_details)).toEqual(times(99).map(() => DUPLICATE))
    expect(await stored(api)).toEqual(['t'])
  })

  it('a refused request keeps nothing of the others out, and a refused batch stores nothing of its own', async () => {
    const api = await open()
    const [good, batchOf, duplicate, other] = await Promise.all([
      single(api, 'good'),
      batch(api, ['x', 'first', 'y']),
      single(api, 'first'),
      batch(api, ['p', 'q']),
    ])
    expect([good.status, batchOf.status, duplicate.status, other.status]).toEqual([200, 422, 422, 200])
    expect(batchOf.body.error_details).toEqual({ 1: DUPLICATE })
    expect((await stored(api)).sort()).toEqual(['good', 'p', 'q'])
  })

  it('organizations with the same external ids share nothing', async () => {
    const [a, b] = await Promise.all([open(), open()])
    const answers = await Promise.all(times(40).map((i) => single(i % 2 === 0 ? a : b, `t${i >> 1}`)))
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    expect([await a.units(), await b.units()]).toEqual([21, 21])
  })
})

describe('the object', () => {
  const request = (ids: readonly string[], given: Json = {}): IngestRequest => {
    const { subscription = 's', now = 5, ...more } = given
    const events = ids.map((transactionId) => ({
      transactionId,
      code: 'calls',
      externalSubscriptionId: subscription,
      externalCustomerId: null,
      at: 1_704_067_200_000_000,
      properties: { n: 1, ...more },
      preciseTotalAmountCents: '0.5',
    }))
    return { events, now, confirmed: false }
  }
  const ingest = async (api: BillingApi, requests: readonly IngestRequest[], again = false) => {
    const ref = await api.ref()
    return customerObject(env, ref).ingest(ref, requests, again)
  }

  it('answers each request of a call for itself, in turn', async () => {
    const api = await open()
    const replies = await ingest(api, [
      request(['a']),
      request(['b', 'a']),
      request(['z'], { subscription: 'elsewhere' }),
      request(['b', 'c', 'b']),
      request(['b', 'c']),
    ])
    expect(replies).toEqual([
      { outcome: 'stored', seqs: [2] },
      { outcome: 'duplicates', positions: [1] },
      { outcome: 'not_mine', externalSubscriptionIds: ['elsewhere'] },
      { outcome: 'duplicates', positions: [2] },
      { outcome: 'stored', seqs: [3, 4] },
    ])
    expect((await stored(api)).sort()).toEqual(['a', 'b', 'c'])
  })

  it('tells a call that is made again what its first try stored, and refuses what that refused', async () => {
    const api = await open()
    const requests = [request(['a', 'b']), request(['first']), request(['c']), request(['c'])]
    const replies = await ingest(api, requests)
    expect(replies.map((reply) => reply.outcome)).toEqual(['stored', 'duplicates', 'stored', 'duplicates'])
    expect(await ingest(api, requests, true)).toEqual(replies)
    expect((await stored(api)).sort()).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['other content', { n: 2 }],
    ['another moment of reception', { now: 6 }],
  ])('takes %s under a known transaction id for a duplicate, also in a call that is made again', async (_, given) => {
    const api = await open()
    await ingest(api, [request(['a'])])
    expect(await ingest(api, [request(['a'], given)], true)).toEqual([{ outcome: 'duplicates', positions: [0] }])
  })

  it('stores in a call that is made again what its first try did not', async () => {
    const api = await open()
    const replies = await ingest(api, [request(['a']), request(['a']), request(['b'])], true)
    expect(replies.map((reply) => reply.outcome)).toEqual(['stored', 'duplicates', 'stored'])
  })
})

describe('a call that fails', () => {
  it('fails every request that shares it, and keeps nothing', async () => {
    const api = await open()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(env.CUSTOMER, 'getByName').mockReturnValue({
      ingest: () => Promise.reject(new Error('gone')),
    } as never)
    const answers = await Promise.all(times(20).map((i) => api.event(`t${i}`, 's')))
    expect(answers.map((answer) => answer.status)).toEqual(times(20).map(() => 500))
    vi.restoreAllMocks()
    expect(await stored(api)).toEqual([])
    expect((await api.event('t0', 's')).status).toBe(200)
  })

  it('is made once more when the object was lost, and then tells each client what became of its event', async () => {
    const api = await open()
    const real = customerObject(env, await api.ref())
    const lost = Object.assign(new Error('lost'), { retryable: true })
    const ingest: CustomerApi['ingest'] = async (...call) => {
      await real.ingest(...call)
      throw lost
    }
    vi.spyOn(env.CUSTOMER, 'getByName').mockReturnValueOnce({ ingest } as never)
    const other = { properties: { n: 2 } }
    const sends = [api.event('a', 's'), api.event('b', 's'), api.event('b', 's'), api.event('first', 's', other)]
    const answers = await Promise.all(sends)
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 422, 422])
    expect((await stored(api)).sort()).toEqual(['a', 'b'])
  })

  it('of a client that leaves loses no event, its own or that of another', async () => {
    const api = await open()
    const real = CustomerObject.prototype.ingest
    const spy = calls().mockImplementation(async function (this: CustomerObject, ...call) {
      await scheduler.wait(100)
      return real.apply(this, call)
    })
    // Behind a request that goes alone, for nobody came before it, the next one opens a group.
    const ahead = single(api, 'ahead')
    const leaving = new AbortController()
    const first = post(api, '/events', { event: sent('left') }, leaving.signal).catch(() => 'gone')
    const others = times(20).map((i) => single(api, `t${i}`))
    await vi.waitFor(() => expect(spy).toHaveBeenCalledTimes(2))
    leaving.abort()
    expect(await first).toBe('gone')
    const answers = await Promise.all([ahead, ...others])
    expect(answers.map((answer) => answer.status)).toEqual(times(21).map(() => 200))
    expect(await stored(api)).toHaveLength(22)
  })
})
