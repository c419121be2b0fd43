import { afterEach, describe, expect, it, vi } from 'vitest'
import { AdvanceBooks } from '../../src/customer/advance_books.js'
import { AdvanceWork } from '../../src/customer/advance_work.js'
import type { Json } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'

const times = (n: number) => Array.from({ length: n }, (_, i) => i)

/** The first two cost nothing, each further one 2.00. */
const GRADUATED = {
  charge_model: 'graduated',
  properties: {
    graduated_ranges: [
      { from_value: 0, to_value: 2, per_unit_amount: '0', flat_amount: '0' },
      { from_value: 3, to_value: null, per_unit_amount: '2', flat_amount: '0' },
    ],
  },
}

/** Keeps the object from charging by itself. */
const holdBack = () => vi.spyOn(AdvanceWork.prototype, 'start').mockImplementation(() => {})

afterEach(() => vi.restoreAllMocks())

describe('one event makes one fee of each charge', () => {
  it('when it is sent many times at once, among many others', async () => {
    const api = await AdvanceApi.subscribed({ code: 'a' }, { code: 'b', properties: { amount: '3' } })
    const sends = times(60).map((i) => api.event(`t${i % 20}`, 's'))
    const answers = await Promise.all(sends)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    const fees = await api.charged()
    expect(fees).toHaveLength(40)
    expect(new Set(fees.map((fee) => fee.join(' '))).size).toBe(40)
  })

  it('and events of one moment add up to the price of all of them, in whatever order they are charged', async () => {
    const api = await AdvanceApi.subscribed(GRADUATED)
    await Promise.all(times(30).map((i) => api.event(`t${i}`, 's')))
    const amounts = (await api.charged()).map(([, cents]) => cents)
    expect(amounts).toEqual([...times(2).map(() => 0), ...times(28).map(() => 200)])
  })

  it('on an invoice of its own, numbered without a gap, where the charge is invoiceable', async () => {
    const api = await AdvanceApi.subscribed({ invoiceable: true })
    await Promise.all(times(12).map((i) => api.event(`t${i}`, 's')))
    await api.settle()
    const invoices = await api.invoices()
    expect(invoices.map((invoice) => invoice.total_amount_cents)).toEqual(times(12).map(() => 100))
    expect(invoices.map((invoice) => invoice.sequential_id)).toEqual(times(12).map((i) => i + 1))
  })

  it('without anybody asking for it', async () => {
    const api = await AdvanceApi.subscribed({})
    await api.event('t', 's')
    await vi.waitFor(async () => {
      expect((await api.done('GET', '/fees')).fees).toHaveLength(1)
    })
  })
})

describe('an event is charged in the end', () => {
  it('by the alarm, when the object is lost between storing and charging', async () => {
    const api = await AdvanceApi.subscribed(GRADUATED)
    await api.settle()
    holdBack()
    await Promise.all(times(4).map((i) => api.event(`t${i}`, 's')))
    await api.evict()
    expect((await api.done('GET', '/fees')).fees).toHaveLength(0)
    expect(await api.runAlarm()).toBe(true)
    expect((await api.done('GET', '/fees')).fees.map((fee: Json) => fee.amount_cents)).toEqual([0, 0, 200, 200])
  })

  it('once, when the object is lost after D1 has its fees, and the next one goes on from them', async () => {
    const api = await AdvanceApi.subscribed({ ...GRADUATED, code: 'a' }, { ...GRADUATED, code: 'b', invoiceable: true })
    await api.settle()
    holdBack()
    await Promise.all(times(3).map((i) => api.event(`t${i}`, 's')))
    vi.spyOn(AdvanceBooks.prototype, 'settle').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    await api.settle()
    expect((await api.parked())[0].error).toBe('crash')
    await api.evict()
    await api.event('next', 's')
    const charged = await api.charged()
    expect(charged.map(([, cents]) => cents)).toEqual([0, 0, 0, 0, 200, 200, 200, 200])
    expect(await api.parked()).toEqual([])
    expect((await api.invoices()).map((invoice) => invoice.fees_amount_cents)).toEqual([0, 0, 200, 200])
  })

  it('at the price that was asked, when it changed before the object took note', async () => {
    const api = await AdvanceApi.subscribed({ code: 'a' })
    await api.settle()
    holdBack()
    await api.event('t', 's')
    vi.spyOn(AdvanceBooks.prototype, 'settle').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    await api.settle()
    const changed = await api.request('PUT', '/plans/advance/charges/a', { charge: { properties: { amount: '50' } } })
    expect(changed.status).toBe(200)
    expect(await api.charged()).toEqual([['t', 100]])
    const path = '/customers/c/current_usage?external_subscription_id=s'
    expect((await api.done('GET', path)).customer_usage.amount_cents).toBe(100)
    await api.event('next', 's')
    expect(await api.charged()).toEqual([
      ['t', 100],
      ['next', 5000],
    ])
  })

  it('when what failed is mended: until then the customer is parked, and the events wait', async () => {
    const api = await AdvanceApi.subscribed({})
    await api.settle()
    vi.spyOn(AdvanceBooks.prototype, 'open').mockImplementation(() => {
      throw new Error('no ledger')
    })
    expect((await api.event('t', 's')).status).toBe(200)
    expect(await api.charged()).toEqual([])
    expect((await api.parked())[0].error).toBe('no ledger')
    vi.restoreAllMocks()
    expect(await api.charged()).toEqual([['t', 100]])
    expect(await api.parked()).toEqual([])
  })
})

describe('what is in advance changes', () => {
  it('a charge that is added in mid-period charges what comes from then on, also what came unnoticed', async () => {
    const api = await AdvanceApi.subscribed()
    await api.event('before', 's')
    await api.moveTo('2024-01-10T00:00:00Z')
    const charge = await api.chargeInAdvance({ code: 'new' })
    await api.done('POST', '/plans/advance/charges', { charge })
    holdBack()
    // The object was told of nothing, and asked nobody.
    await api.event('after', 's')
    expect(await api.charged()).toEqual([['after', 100]])
    await api.event('later', 's')
    expect(await api.charged()).toEqual([
      ['after', 100],
      ['later', 100],
    ])
  })

  it('a second charge on the metric charges only what comes after it', async () => {
    const api = await AdvanceApi.subscribed({ code: 'a' })
    await api.event('before', 's')
    await api.moveTo('2024-01-10T00:00:00Z')
    await api.done('POST', '/plans/advance/charges', {
      charge: await api.chargeInAdvance({ code: 'b', properties: { amount: '3' } }),
    })
    await api.event('after', 's')
    expect((await api.charged()).toSorted()).toEqual([
      ['after', 100],
      ['after', 300],
      ['before', 100],
    ])
  })

  it('events that waited for their subscription are charged when it starts', async () => {
    const api = await AdvanceApi.withPlan({})
    await api.event('early', 's')
    await api.subscribe('s', 'c', { plan_code: 'advance' })
    expect(await api.charged()).toEqual([['early', 100]])
  })
})

describe('periods', () => {
  it('a late event of a period that is billed is charged as one of that period', async () => {
    const api = await AdvanceApi.subscribed({})
    await api.moveTo('2024-02-05T00:00:00Z')
    await api.event('late', 's', { timestamp: Date.parse('2024-01-20T00:00:00Z') / 1000 })
    const [fee] = await api.fees()
    expect([fee.from_date, fee.to_date]).toEqual(['2024-01-01T00:00:00+00:00', '2024-01-31T23:59:59+00:00'])
    expect(fee.amount_cents).toBe(100)
  })

  it('each period starts anew', async () => {
    const api = await AdvanceApi.subscribed({ ...GRADUATED, metric: 'gb' })
    await api.traffic('january', 5)
    await api.moveTo('2024-02-01T00:00:00Z')
    await api.traffic('february', 3)
    expect(await api.charged()).toEqual([
      ['january', 600],
      ['february', 200],
    ])
  })

  it('an event right before the end is charged, and the last invoice does not bill it again', async () => {
    const api = await AdvanceApi.subscribed({})
    await api.moveTo('2024-01-10T00:00:00Z')
    holdBack()
    await api.event('last', 's')
    await api.done('DELETE', '/subscriptions/s')
    expect((await api.done('GET', '/fees?fee_type=charge')).fees).toHaveLength(1)
    expect((await api.invoices()).every((invoice) => invoice.fees_amount_cents === 0)).toBe(true)
  })

  it('an event of the life of a subscription that has ended is charged, one from after it is not', async () => {
    const api = await AdvanceApi.subscribed({})
    await api.moveTo('2024-01-10T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.moveTo('2024-01-12T00:00:00Z')
    await api.event('within', 's', { timestamp: Date.parse('2024-01-09T00:00:00Z') / 1000 })
    await api.event('after', 's')
    expect(await api.charged()).toEqual([['within', 100]])
  })
})

describe('an estimate', () => {
  it.each([
    ['a graduated price', GRADUATED],
    ['a package', { charge_model: 'package', properties: { amount: '10', free_units: 3, package_size: 2 } }],
    [
      'a percentage with free units',
      {
        charge_model: 'percentage',
        properties: { rate: '5', fixed_amount: '1', free_units_per_total_aggregation: '3.0' },
      },
    ],
  ])('says what the event then costs, for %s, and keeps nothing', async (_, terms) => {
    const api = await AdvanceApi.subscribed({ ...terms, metric: 'gb' })
    for (const [i, gb] of [2, 3, -4, 5, 0.5].entries()) {
      const event = { code: 'gb', external_subscription_id: 's', properties: { gb } }
      const ask = async () => (await api.done('POST', '/events/estimate_fees', { event })).fees[0]
      const [estimate, again] = [await ask(), await ask()]
      expect(again.amount_cents).toBe(estimate.amount_cents)
      await api.traffic(`t${i}`, gb)
      const fee = (await api.fees()).at(-1)
      const { amount_cents, units, amount_details, from_date, to_date } = fee
      expect(estimate).toMatchObject({ amount_cents, units, amount_details, from_date, to_date, lago_id: null })
    }
  })

  it('counts what is stored but not charged yet', async () => {
    const api = await AdvanceApi.subscribed(GRADUATED)
    await api.settle()
    holdBack()
    for (const i of times(2)) await api.event(`t${i}`, 's')
    const event = { code: 'calls', external_subscription_id: 's' }
    const { fees } = await api.done('POST', '/events/estimate_fees', { event })
    expect(fees[0].amount_cents).toBe(200)
  })
})
