import { afterEach, describe, expect, it, vi } from 'vitest'
import { AdvanceWork } from '../../src/customer/advance_work.js'
import { ProgressWatch } from '../../src/customer/progress_watch.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { at, ThresholdApi } from '../support/threshold_api.js'

const times = (n: number) => Array.from({ length: n }, (_, i) => i)

/** Keeps the object from doing anything by itself. */
const holdBack = () => vi.spyOn(AdvanceWork.prototype, 'start').mockImplementation(() => {})

afterEach(() => vi.restoreAllMocks())

describe('a threshold is billed once', () => {
  it('when many events pass it at the same time', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    await Promise.all(times(40).map((i) => api.traffic(`t${i}`, 5)))
    const bills = await api.onTheWay()
    expect(bills).toHaveLength(1)
    expect(bills[0]?.[0]).toBeGreaterThanOrEqual(10_000)
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await api.asked()).toBe(20_000 + 1000)
  })

  it('when two batches pass it at the same time', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    const batch = (name: string) => ({
      events: times(20).map((i) => ({
        ...{ transaction_id: `${name}${i}`, external_subscription_id: 's', code: 'gb', properties: { gb: 6 } },
      })),
    })
    await Promise.all([
      api.request('POST', '/events/batch', batch('a')),
      api.request('POST', '/events/batch', batch('b')),
    ])
    expect(await api.onTheWay()).toHaveLength(1)
  })

  it('whoever asks for it at once', async () => {
    const api = await ThresholdApi.subscribed([at(10_000)])
    holdBack()
    await api.traffic('t', 150)
    const { ref, api: object } = await api.object()
    const now = Date.parse('2024-01-01T00:00:00Z')
    await Promise.all(times(4).map(() => object.settle(ref, now)))
    expect(await api.onTheWay()).toEqual([[15_000, 0, 15_000]])
  })

  it('without anybody asking for it', async () => {
    const api = await ThresholdApi.subscribed()
    await api.traffic('t', 100)
    await vi.waitFor(async () => expect(await api.progressive()).toHaveLength(1))
  })

  it('when several are passed at once, on one invoice that tells of each', async () => {
    const api = await ThresholdApi.subscribed([at(10_000), at(20_000), at(5_000, true)])
    await api.traffic('t', 260)
    expect(await api.onTheWay()).toEqual([[26_000, 0, 26_000]])
    const [invoice] = await api.progressive()
    expect(invoice.applied_usage_thresholds.map((one: Json) => one.usage_threshold.amount_cents)).toEqual([
      10_000, 20_000, 5_000,
    ])
    const told = await rowsOf(
      "SELECT message_type FROM outbox WHERE organization_id = ? AND message_type IN ('invoice.created', 'subscription.usage_threshold_reached') ORDER BY seq",
      api.organization.lago_id,
    )
    expect(told.map((row) => row.message_type)).toEqual([
      'invoice.created',
      ...times(3).map(() => 'subscription.usage_threshold_reached'),
    ])
  })
})

describe('what is cut short is made up for', () => {
  it('when the object is lost between storing and looking', async () => {
    const api = await ThresholdApi.subscribed()
    holdBack()
    await api.traffic('t', 120)
    await api.evict()
    expect(await api.progressive()).toEqual([])
    expect(await api.runAlarm()).toBe(true)
    expect((await api.progressive()).map((invoice) => invoice.total_amount_cents)).toEqual([12_000])
  })

  it('when the object is lost before it has asked D1 since it woke', async () => {
    const api = await ThresholdApi.subscribed()
    await api.evict()
    holdBack()
    await api.traffic('t', 120)
    await api.evict()
    expect(await api.runAlarm()).toBe(true)
    expect((await api.progressive()).map((invoice) => invoice.total_amount_cents)).toEqual([12_000])
  })

  it('when it throws after D1 has the invoice', async () => {
    const api = await ThresholdApi.subscribed()
    holdBack()
    await api.traffic('t', 120)
    vi.spyOn(ProgressWatch.prototype, 'watch').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    await api.settle()
    expect((await api.parked())[0].error).toBe('crash')
    await api.evict()
    expect(await api.onTheWay()).toEqual([[12_000, 0, 12_000]])
    await api.traffic('u', 90)
    expect(await api.onTheWay()).toEqual([
      [12_000, 0, 12_000],
      [21_000, 12_000, 9_000],
    ])
    expect(await api.parked()).toEqual([])
  })

  it('when the bill of the period is made at the same time', async () => {
    const api = await ThresholdApi.subscribed()
    await api.traffic('t0', 90)
    await Promise.all([
      api.traffic('t1', 60),
      api.traffic('t2', 60),
      api.moveTo('2024-02-01T01:00:00Z'),
      api.traffic('t3', 60),
    ])
    await api.settle()
    await api.moveTo('2024-03-01T01:00:00Z')
    // Events that came when their month was billed are late; all the others stand on the bills of the months.
    const months = await api.ofType('subscription')
    expect(months.map(({ status }) => status)).toEqual(['finalized', 'finalized'])
    expect(await api.asked()).toBe(months.reduce((sum, month) => sum + month.fees_amount_cents, 0))
    expect(await api.parked()).toEqual([])
  })
})
