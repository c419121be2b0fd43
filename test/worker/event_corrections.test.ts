import { describe, expect, it } from 'vitest'
import { MAX_EVENT_AMENDMENTS } from '../../src/limits.js'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const JANUARY_10 = Date.parse('2024-01-10T00:00:00Z') / 1000
const withdraw = (api: BillingApi, id: string, query = '') => api.request('DELETE', `/events/${id}${query}`)
const amend = (api: BillingApi, id: string, event: Json, query = '') =>
  api.request('PUT', `/events/${id}${query}`, { event })
const historyOf = async (api: BillingApi, id: string) =>
  (await api.done('GET', `/events/${id}/history`)).event_history as Json[]

/** Usage of one metric, whose events carry `v`, on a plan of its own. */
async function metering(aggregation: string): Promise<BillingApi> {
  const api = await BillingApi.open()
  const metric = { name: 'M', code: 'm', aggregation_type: aggregation, field_name: 'v' }
  const weighted = aggregation === 'weighted_sum_agg' ? { weighted_interval: 'seconds' } : {}
  const { billable_metric } = await api.done('POST', '/billable_metrics', {
    billable_metric: { ...metric, ...weighted },
  })
  const charge = { billable_metric_id: billable_metric.lago_id, charge_model: 'standard', properties: { amount: '1' } }
  const terms = {
    name: 'Q',
    code: 'q',
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    pay_in_advance: false,
  }
  await api.done('POST', '/plans', { plan: { ...terms, charges: [charge] } })
  await api.subscribe('s', 'c', { plan_code: 'q' })
  return api
}

const sendAll = async (api: BillingApi, values: readonly Json[]) => {
  for (const [i, v] of values.entries()) {
    const sent = await api.event(`t${i}`, 's', { code: 'm', timestamp: JANUARY_10 + i, properties: { v } })
    expect(sent.status).toBe(200)
  }
}

describe('usage after a correction is what it would be if the event had been sent so', () => {
  it.each([
    ['count_agg', [1, 2, 3], 3, 2, 3],
    ['sum_agg', [5, 7, 11], 23, 16, 26],
    ['max_agg', [5, 70, 11], 70, 11, 11],
    ['latest_agg', [5, 7, 11], 11, 11, 11],
    ['unique_count_agg', ['a', 'b', 'a'], 2, 1, 2],
    ['weighted_sum_agg', [31, 62, 31], 88, 44, 73.95],
  ])('%s of %j: %d, %d without the second, %d with 10 in its place', async (name, values, all, without, replaced) => {
    const api = await metering(name)
    await sendAll(api, values)
    expect(await api.units()).toBeCloseTo(all, 1)
    expect((await withdraw(api, 't1')).status).toBe(200)
    expect(await api.units()).toBeCloseTo(without, 1)
    await api.evict()
    expect(await api.units()).toBeCloseTo(without, 1)
    await api.event('t3', 's', { code: 'm', timestamp: JANUARY_10 + 1, properties: { v: values[1] } })
    expect(await api.units()).toBeCloseTo(all, 1)
    expect((await amend(api, 't3', { properties: { v: 10 } })).status).toBe(200)
    const expected = name === 'weighted_sum_agg' ? without + (10 * 22) / 31 : replaced
    expect(await api.units()).toBeCloseTo(expected, 1)
  })

  it('the last value is withdrawn from usage that shows the latest one', async () => {
    const api = await metering('latest_agg')
    await sendAll(api, [5, 7])
    expect(await api.units()).toBe(7)
    await withdraw(api, 't1')
    expect(await api.units()).toBe(5)
  })

  it('an event that changes its code counts for the other metric', async () => {
    const api = await metering('sum_agg')
    await sendAll(api, [5, 7])
    await amend(api, 't1', { code: 'nothing' })
    expect(await api.units()).toBe(5)
    await amend(api, 't1', { code: 'm', properties: { v: 3 } })
    expect(await api.units()).toBe(8)
  })

  it('an expression is computed again', async () => {
    const api = await BillingApi.open()
    const metric = {
      name: 'M',
      code: 'm',
      aggregation_type: 'sum_agg',
      field_name: 'v',
      expression: 'event.properties.a * 2',
    }
    await api.done('POST', '/billable_metrics', { billable_metric: metric })
    await api.subscribe('s')
    await api.event('t', 's', { code: 'm', properties: { a: 1 } })
    const { body } = await amend(api, 't', { properties: { a: 4 } })
    expect(body.event.properties).toEqual({ a: 4, v: '8' })
    expect(await api.refusal('PUT', '/events/t', { event: { properties: {} } })).toMatch(
      /^expression_evaluation_failed/,
    )
    expect((await api.done('GET', '/events/t')).event.properties).toEqual({ a: 4, v: '8' })
  })
})

describe('a corrected event', () => {
  it('is answered as it was when it is withdrawn, and then is gone, its transaction id taken', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's', { timestamp: JANUARY_10, properties: { a: 1 } })
    const { event } = await api.done('GET', '/events/t')
    expect((await withdraw(api, 't')).body).toEqual({ event })
    expect(await api.refusal('GET', '/events/t')).toBe('404 event_not_found')
    expect((await api.done('GET', '/events')).meta.total_count).toBe(0)
    expect((await withdraw(api, 't')).body.code).toBe('event_not_found')
    expect((await amend(api, 't', { code: 'x' })).body.code).toBe('event_not_found')
    expect((await api.event('t', 's')).body.error_details).toEqual({ transaction_id: ['value_already_exist'] })
    expect(await api.units()).toBe(0)
  })

  it('is answered as it is when it is amended, under the same id', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's', { timestamp: JANUARY_10, properties: { a: 1 } })
    const { event } = await api.done('GET', '/events/t')
    const changed = { ...event, timestamp: '2024-01-10T00:00:05.500Z', properties: { b: 2 } }
    const sent = { timestamp: `${JANUARY_10 + 5}.5`, properties: { b: 2 }, transaction_id: 'other' }
    expect((await amend(api, 't', sent)).body).toEqual({ event: changed })
    expect((await api.done('GET', '/events/t')).event).toEqual(changed)
  })

  it('keeps every version it had, the newest first', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's', { properties: { n: 1 } })
    await amend(api, 't', { properties: { n: 2 } })
    await amend(api, 't', { properties: { n: 2 } })
    await api.moveTo('2024-01-02T00:00:00Z')
    await amend(api, 't', { properties: { n: 3 } })
    await withdraw(api, 't')
    expect(
      (await historyOf(api, 't')).map((version) => [version.properties.n, version.ended_by, version.ended_at]),
    ).toEqual([
      [3, 'deletion', '2024-01-02T00:00:00.000Z'],
      [2, 'amendment', '2024-01-02T00:00:00.000Z'],
      [1, 'amendment', '2024-01-01T00:00:00.000Z'],
    ])
    await api.event('u', 's')
    expect((await historyOf(api, 'u')).map(({ ended_by, ended_at }) => [ended_by, ended_at])).toEqual([[null, null]])
    expect(await api.refusal('GET', '/events/none/history')).toBe('404 event_not_found')
  })

  it('is named by its subscription where several have its transaction id', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    await api.event('t', 's')
    await api.event('t', 's2')
    const ambiguous = { external_subscription_id: ['value_is_mandatory'] }
    expect(await api.refusal('DELETE', '/events/t')).toEqual(ambiguous)
    expect(await api.refusal('PUT', '/events/t', { event: { code: 'x' } })).toEqual(ambiguous)
    expect(await api.refusal('GET', '/events/t/history')).toEqual(ambiguous)
    await api.done('PUT', '/events/t', { event: { properties: { a: 1 } }, external_subscription_id: 's2' })
    await api.done('DELETE', '/events/t?external_subscription_id=s')
    expect([await api.units('s'), await api.units('s2', 'c2')]).toEqual([0, 1])
    expect((await withdraw(api, 't', '?external_subscription_id=none')).status).toBe(404)
  })

  it('is named by its own id where it names no subscription', async () => {
    const api = await BillingApi.open()
    for (const n of [1, 2]) {
      await api.request('POST', '/events', { event: { transaction_id: 't', code: 'calls', properties: { n } } })
    }
    expect(await api.refusal('DELETE', '/events/t')).toEqual({ lago_id: ['value_is_mandatory'] })
    const { events } = await api.done('GET', '/events')
    const first = events.find((event: Json) => event.properties.n === 1)
    expect((await withdraw(api, 't', `?lago_id=${first.lago_id}`)).body.event.properties).toEqual({ n: 1 })
    expect((await api.done('GET', '/events')).events.map((event: Json) => event.properties.n)).toEqual([2])
  })

  it.each([
    [{ timestamp: 'yesterday' }, { timestamp: ['invalid_format'] }],
    [{ code: '' }, { code: ['value_is_mandatory'] }],
    [
      { properties: 'x', precise_total_amount_cents: 'x' },
      { properties: ['value_is_invalid'], precise_total_amount_cents: ['invalid_value'] },
    ],
  ])('stays as it is when %j is refused', async (sent, errors) => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's')
    expect(await api.refusal('PUT', '/events/t', { event: sent })).toEqual(errors)
    expect(await historyOf(api, 't')).toHaveLength(1)
    expect(await api.units()).toBe(1)
  })

  it.each([
    [true, 'in the log'],
    [false, 'in the inbox'],
  ])('is amended so many times at most, whether its subscription runs (%s): %s', async (runs) => {
    const api = await BillingApi.open()
    if (runs) await api.subscribe('s')
    await api.event('t', 's')
    for (let n = 0; n < MAX_EVENT_AMENDMENTS; n++) {
      expect((await amend(api, 't', { properties: { n } })).status).toBe(200)
    }
    expect((await amend(api, 't', { properties: {} })).body.code).toBe('too_many_amendments')
    expect((await withdraw(api, 't')).status).toBe(200)
  })

  it('is out of reach for another organization', async () => {
    const [mine, theirs] = [await BillingApi.open(), await BillingApi.open()]
    await mine.subscribe('s')
    await theirs.subscribe('s')
    await mine.event('t', 's')
    expect((await withdraw(theirs, 't')).status).toBe(404)
    expect((await amend(theirs, 't', { code: 'x' })).status).toBe(404)
    expect((await theirs.request('GET', '/events/t/history')).status).toBe(404)
    expect(await mine.units()).toBe(1)
  })
})

describe('what was billed for good stays as it was billed', () => {
  const fees = async (api: BillingApi, invoice: Json) =>
    (await api.done('GET', `/invoices/${invoice.lago_id}`)).invoice.fees.filter(
      (fee: Json) => fee.item.type === 'charge',
    )

  it('an event of a finalized period is not corrected, nor moved into one', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('old', 's', { timestamp: JANUARY_10 })
    await api.moveTo('2024-02-02T00:00:00Z')
    await api.event('new', 's')
    for (const refused of [
      await withdraw(api, 'old'),
      await amend(api, 'old', { properties: { a: 1 } }),
      await amend(api, 'old', { timestamp: null, code: '' }),
      await amend(api, 'new', { timestamp: JANUARY_10 }),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([405, 'period_finalized'])
    }
    expect(await historyOf(api, 'old')).toHaveLength(1)
    expect((await withdraw(api, 'new')).status).toBe(200)
  })

  it('an event of a draft is corrected, and the invoice is made final with what is left', async () => {
    const api = await BillingApi.open({ billing_configuration: { invoice_grace_period: 3 } })
    await api.subscribe('s')
    await api.event('a', 's', { timestamp: JANUARY_10 })
    await api.event('b', 's', { timestamp: JANUARY_10 })
    await api.moveTo('2024-02-01T12:00:00Z')
    const [draft] = await api.invoices()
    expect(draft.status).toBe('draft')
    expect((await withdraw(api, 'a')).status).toBe(200)
    expect((await amend(api, 'b', { properties: { x: 1 } })).status).toBe(200)
    await api.done('PUT', `/invoices/${draft.lago_id}/finalize`)
    expect((await fees(api, draft)).map((fee: Json) => Number(fee.units))).toEqual([1])
    expect((await withdraw(api, 'b')).body.code).toBe('period_finalized')
  })

  it.each([1, 2, 3])('a correction that races the bill is wholly before or after it (%i)', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    for (const id of ['a', 'b', 'c']) await api.event(id, 's', { timestamp: JANUARY_10 })
    const [, withdrawn, amended] = await Promise.all([
      api.moveTo('2024-02-01T00:00:00Z'),
      withdraw(api, 'a'),
      amend(api, 'b', { code: 'nothing' }),
    ])
    for (const answer of [withdrawn, amended]) {
      if (answer.status !== 200) expect([answer.status, answer.body.code]).toEqual([405, 'period_finalized'])
    }
    const [invoice] = await api.invoices()
    const left = 3 - [withdrawn, amended].filter((answer) => answer.status === 200).length
    expect((await fees(api, invoice)).map((fee: Json) => Number(fee.units))).toEqual([left])
  })
})

describe('what was charged in advance stays as it was charged', () => {
  async function chargingInAdvance(): Promise<BillingApi> {
    const api = await BillingApi.open()
    const metric = { name: 'M', code: 'm', aggregation_type: 'sum_agg', field_name: 'v' }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: metric })
    const charge = {
      billable_metric_id: billable_metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '1' },
    }
    const terms = { name: 'Q', code: 'q', interval: 'monthly', amount_cents: 0, amount_currency: 'EUR' }
    const plan = { ...terms, pay_in_advance: false, charges: [{ ...charge, pay_in_advance: true }] }
    await api.done('POST', '/plans', { plan })
    await api.subscribe('s', 'c', { plan_code: 'q' })
    return api
  }

  it('an event that made a fee, or is about to, is not corrected, and none becomes one', async () => {
    const api = await chargingInAdvance()
    await api.event('paid', 's', { code: 'm', timestamp: JANUARY_10, properties: { v: 5 } })
    await api.event('other', 's', { code: 'nothing', timestamp: JANUARY_10, properties: { v: 5 } })
    for (const refused of [await withdraw(api, 'paid'), await amend(api, 'paid', { code: 'nothing' })]) {
      expect([refused.status, refused.body.code]).toEqual([405, 'event_already_charged'])
    }
    expect((await amend(api, 'other', { code: 'm' })).body.code).toBe('charged_in_advance')
    expect((await withdraw(api, 'other')).status).toBe(200)
    expect(await api.units()).toBe(5)
  })

  it('an event that lies in no period made no fee, and is corrected', async () => {
    const api = await chargingInAdvance()
    await api.event('early', 's', { code: 'm', timestamp: JANUARY_10 - 20 * 86_400, properties: { v: 5 } })
    expect((await amend(api, 'early', { timestamp: JANUARY_10 })).body.code).toBe('charged_in_advance')
    expect((await withdraw(api, 'early')).status).toBe(200)
  })
})

describe('an event that waits for its subscription', () => {
  it('is withdrawn for good: neither the start nor a redelivery brings it back', async () => {
    const api = await BillingApi.open()
    await api.event('t', 's', { properties: { n: 1 } })
    expect((await withdraw(api, 't')).body.event).toMatchObject({ transaction_id: 't', properties: { n: 1 } })
    expect(await api.refusal('GET', '/events/t')).toBe('404 event_not_found')
    expect((await withdraw(api, 't')).status).toBe(404)
    expect((await api.event('t', 's')).status).toBe(422)
    expect((await historyOf(api, 't')).map(({ ended_by }) => ended_by)).toEqual(['deletion'])
    await api.subscribe('s')
    expect(await api.units()).toBe(0)
    expect((await api.event('t', 's')).status).toBe(422)
    expect((await historyOf(api, 't')).map(({ ended_by }) => ended_by)).toEqual(['deletion'])
  })

  it('counts as it was amended, and brings its versions along', async () => {
    const api = await BillingApi.open()
    await api.event('t', 's', { code: 'wrong', properties: { n: 1 } })
    await api.event('u', 's')
    await amend(api, 't', { properties: { n: 2 } })
    expect((await amend(api, 't', { code: 'calls' })).body.event).toMatchObject({ code: 'calls', properties: { n: 2 } })
    const before = await historyOf(api, 't')
    expect(before.map(({ code, properties }) => [code, properties.n])).toEqual([
      ['calls', 2],
      ['wrong', 2],
      ['wrong', 1],
    ])
    await api.subscribe('s')
    expect(await api.units()).toBe(2)
    const after = await historyOf(api, 't')
    const told = (version: Json) => ({ ...version, lago_id: null, lago_customer_id: null, lago_subscription_id: null })
    expect(after.map(told)).toEqual(before.map(told))
  })

  it('that is corrected twice at once has both corrections, one after the other', async () => {
    const api = await BillingApi.open()
    await api.event('t', 's', { code: 'wrong' })
    await Promise.all([amend(api, 't', { code: 'calls' }), amend(api, 't', { properties: { n: 2 } })])
    expect((await api.done('GET', '/events/t')).event).toMatchObject({ code: 'calls', properties: { n: 2 } })
    expect(await historyOf(api, 't')).toHaveLength(3)
  })

  it.each([1, 2, 3])(
    'is corrected or not, but never lost, when its subscription starts in that moment (%i)',
    async () => {
      const api = await BillingApi.open()
      for (const id of ['a', 'b', 'c']) await api.event(id, 's')
      const [withdrawn, amended] = await Promise.all([
        withdraw(api, 'a'),
        amend(api, 'b', { code: 'nothing' }),
        api.subscribe('s'),
      ])
      expect([withdrawn.status, amended.status]).toEqual([200, 200])
      expect(await api.units()).toBe(1)
      expect((await api.event('a', 's')).status).toBe(422)
    },
  )
})
