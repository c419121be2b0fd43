import { beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'

let api: AdvanceApi
const feeOf = async (id: string): Promise<Json> => (await api.done('GET', `/fees/${id}`)).fee
const listed = async (query: string): Promise<string[]> =>
  (await api.done('GET', `/fees?fee_type=charge&${query}`)).fees.map((fee: Json) => fee.event_transaction_id)
const pay = (id: string, payment_status: unknown) => api.request('PUT', `/fees/${id}`, { fee: { payment_status } })

beforeAll(async () => {
  api = await AdvanceApi.subscribed({}, { metric: 'gb', invoiceable: true })
  await api.event('one', 's')
  await api.traffic('invoiced', 2)
  await api.moveTo('2024-01-02T00:00:00Z')
  await api.event('two', 's')
  await api.settle()
})

describe('a fee without an invoice', () => {
  it.each([
    ['succeeded', ['2024-01-02T00:00:00Z', null, null]],
    ['failed', [null, '2024-01-02T00:00:00Z', null]],
    ['refunded', [null, null, '2024-01-02T00:00:00Z']],
    ['pending', [null, null, null]],
  ])('is set to %s, with that moment and no other', async (status, moments) => {
    const { lago_id: id } = (await api.fees())[0]
    expect((await pay(id, status)).status).toBe(200)
    const fee = await feeOf(id)
    expect([fee.payment_status, fee.succeeded_at, fee.failed_at, fee.refunded_at]).toEqual([status, ...moments])
  })

  it('keeps its status when an unknown one is sent', async () => {
    const [fee] = await api.fees()
    const path = `/fees/${fee.lago_id}`
    const refused = { payment_status: ['value_is_invalid'] }
    expect(await api.refusal('PUT', path, { fee: { payment_status: 'lost' } })).toEqual(refused)
    expect(await api.refusal('PUT', path, { fee: { name: 'x' } })).toEqual(refused)
    expect((await feeOf(fee.lago_id)).payment_status).toBe(fee.payment_status)
  })

  it('is hidden everywhere once it is deleted, and its event is not charged again', async () => {
    await api.event('gone', 's')
    const fee = (await api.fees()).find((one) => one.event_transaction_id === 'gone')
    expect((await api.request('DELETE', `/fees/${fee.lago_id}`)).body.fee.lago_id).toBe(fee.lago_id)
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { fee: { payment_status: 'failed' } } : undefined
      expect(await api.request(method, `/fees/${fee.lago_id}`, body)).toMatchObject({
        status: 404,
        body: { code: 'fee_not_found' },
      })
    }
    expect(await listed('event_transaction_id=gone')).toEqual([])
  })
})

describe('a fee on an invoice', () => {
  it.each(['PUT', 'DELETE'])('is paid and taken back with its invoice: %s is refused', async (method) => {
    const fee = (await api.fees()).find((one) => one.event_transaction_id === 'invoiced')
    const body = method === 'PUT' ? { fee: { payment_status: 'failed' } } : undefined
    expect(await api.request(method, `/fees/${fee.lago_id}`, body)).toMatchObject({
      status: 405,
      body: { code: 'invoiced_fee' },
    })
    expect(await feeOf(fee.lago_id)).toEqual(fee)
  })
})

describe('fees are listed oldest first', () => {
  it.each([
    ['', ['one', 'invoiced', 'two']],
    ['event_transaction_id=two', ['two']],
    ['external_subscription_id=s', ['one', 'invoiced', 'two']],
    ['external_subscription_id=other', []],
    ['external_customer_id=c&billable_metric_code=gb', ['invoiced']],
    ['created_at_from=2024-01-02T00:00:00Z', ['two']],
    ['created_at_to=2024-01-01T00:00:00Z', ['one', 'invoiced']],
    ['currency=EUR&payment_status=pending', ['one', 'invoiced', 'two']],
    ['succeeded_at_from=2024-01-01T00:00:00Z', []],
  ])('with the filter "%s"', async (query, expected) => {
    expect(await listed(query)).toEqual(expected)
  })

  it('by when they were paid', async () => {
    const [{ lago_id: id }] = await api.fees()
    await pay(id, 'succeeded')
    expect(await listed('succeeded_at_from=2024-01-02T00:00:00Z&succeeded_at_to=2024-01-02T00:00:00Z')).toEqual(['one'])
    expect(await listed('succeeded_at_to=2024-01-01T23:59:59Z')).toEqual([])
    await pay(id, 'pending')
  })

  it.each(['payment_status=lost', 'failed_at_from=yesterday'])('unless the filter is none: %s', async (query) => {
    expect((await api.request('GET', `/fees?${query}`)).status).toBe(422)
  })
})
