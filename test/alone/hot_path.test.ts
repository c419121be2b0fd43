import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BillingApi } from '../support/billing_api.js'
import { at, ThresholdApi } from '../support/threshold_api.js'

afterEach(() => vi.restoreAllMocks())

/** Tells how often D1 is asked from then on, once what was set off before is done. */
async function questionsOfD1() {
  const prepare = vi.spyOn(env.DB, 'prepare')
  const batch = vi.spyOn(env.DB, 'batch')
  const quiet = async () => {
    const before = prepare.mock.calls.length
    // Longer than the object waits before it looks at wallets again.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(prepare.mock.calls.length).toBe(before)
  }
  await vi.waitFor(quiet, { timeout: 10_000 })
  prepare.mockClear()
  batch.mockClear()
  return async () => {
    await quiet()
    return [prepare.mock.calls.length, batch.mock.calls.length]
  }
}

/** Of a runtime that nobody else uses: every question of D1 is one of these customers'. */
describe('in the steady state an event makes no question of D1', () => {
  it('of a customer who pays for usage', async () => {
    const api = await BillingApi.open({ test_clock: null })
    await api.subscribe('s')
    await api.event('warm up', 's')
    const asked = await questionsOfD1()
    for (const id of ['a', 'b', 'c']) expect((await api.event(id, 's')).status).toBe(200)
    expect(await asked()).toEqual([0, 0])
  })

  it('of one who is billed on the way, as long as no threshold is passed', async () => {
    const api = await ThresholdApi.subscribed([at(100_000)], {}, { test_clock: null })
    await api.traffic('warm up', 1)
    const asked = await questionsOfD1()
    for (const id of ['a', 'b', 'c']) expect((await api.traffic(id, 1)).status).toBe(200)
    expect(await asked()).toEqual([0, 0])
  })

  it('of one who had a wallet', async () => {
    const api = await BillingApi.open({ test_clock: null })
    await api.subscribe('s')
    const wallet = { external_customer_id: 'c', rate_amount: '1', currency: 'EUR', granted_credits: '5' }
    const { lago_id: id } = (await api.done('POST', '/wallets', { wallet })).wallet
    await api.done('DELETE', `/wallets/${id}`)
    await api.event('warm up', 's')
    const asked = await questionsOfD1()
    for (const one of ['a', 'b', 'c']) expect((await api.event(one, 's')).status).toBe(200)
    expect(await asked()).toEqual([0, 0])
  })
})
