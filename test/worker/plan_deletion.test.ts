import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import type { DueCustomerMessage } from '../../src/env.js'
import type { Json } from '../support/account_api.js'
import { OverrideApi } from '../support/override_api.js'

const FREE = { amount_cents: 3_100, charges: [] }
const DEAR = {
  code: 'dear',
  name: 'Dear',
  interval: 'monthly',
  amount_cents: 9_300,
  amount_currency: 'EUR',
  pay_in_advance: false,
}
const drop = (api: OverrideApi) => api.done('DELETE', '/plans/team')
const settle = (api: OverrideApi, now: string) => api.moveTo(now)

async function inStatus(api: OverrideApi, status: string): Promise<string[]> {
  const { subscriptions } = await api.done('GET', `/subscriptions?status[]=${status}`)
  return subscriptions.map((one: Json) => one.external_id).sort()
}

describe('deleting a plan', () => {
  it('ends what runs on it or on a copy, with the invoice up to the day, and calls off what is to come', async () => {
    const api = await OverrideApi.open({}, FREE)
    await api.join('s')
    await api.join('own', { plan_overrides: { amount_cents: 6_200 } }, 'd')
    await api.join('later', { subscription_at: '2024-03-01T00:00:00Z' }, 'e')
    await api.subscribe('other')
    await api.moveTo('2024-01-10T10:00:00Z')
    expect((await drop(api)).plan).toMatchObject({ code: 'team', pending_deletion: true })
    expect((await api.subscription()).plan.pending_deletion).toBe(true)
    await settle(api, '2024-01-10T10:00:00Z')
    expect([await inStatus(api, 'terminated'), await inStatus(api, 'canceled'), await inStatus(api, 'active')]).toEqual(
      [['own', 's'], ['later'], ['other']],
    )
    const asked = await Promise.all(['c', 'd', 'e'].map((customer) => api.invoices(customer)))
    expect(asked.map((invoices) => invoices.map((one) => one.fees_amount_cents))).toEqual([[1_000], [2_000], []])
    await api.moveTo('2024-03-02T00:00:00Z')
    expect(await api.invoices('d')).toHaveLength(1)
  })

  it('frees its code at once, while those who were subscribed still see it', async () => {
    const api = await OverrideApi.open({}, FREE)
    const before = await api.plan()
    await api.join('s')
    await drop(api)
    expect(await api.refusal('GET', '/plans/team')).toBe('404 plan_not_found')
    const renewed = await api.team({ name: 'Renewed' })
    await settle(api, '2024-01-01T00:00:00Z')
    expect((await api.subscription('s', '?status=terminated')).plan).toMatchObject({
      lago_id: before.lago_id,
      name: 'Team',
    })
    expect((await api.join('s')).plan.lago_id).toBe(renewed.lago_id)
  })

  it('gives unused days of a plan in advance back, though its invoice was still a draft', async () => {
    const api = await OverrideApi.open(
      { billing_configuration: { invoice_grace_period: 3 } },
      { ...FREE, pay_in_advance: true },
    )
    await api.join('s')
    await api.moveTo('2024-01-02T10:00:00Z')
    expect((await api.invoices()).map(({ status }) => status)).toEqual(['draft'])
    await drop(api)
    await settle(api, '2024-01-02T10:00:00Z')
    const invoices = await api.invoices()
    expect(invoices.map(({ status }) => status)).toEqual(['finalized', 'finalized'])
    expect(invoices[0].fees_amount_cents).toBe(3_100)
    const { credit_notes } = await api.done('GET', '/credit_notes')
    expect(credit_notes).toMatchObject([{ credit_amount_cents: 2_900, credit_status: 'available' }])
  })

  it('calls off a change to it, and leaves the plan that runs', async () => {
    const api = await OverrideApi.open({}, FREE)
    await api.done('POST', '/plans', { plan: DEAR })
    await api.join('s', { plan_code: 'dear' })
    expect((await api.join('s')).next_plan_code).toBe('team')
    await drop(api)
    await settle(api, '2024-01-01T00:00:00Z')
    expect(await api.subscription()).toMatchObject({ plan_code: 'dear', next_plan_code: null })
    expect(await inStatus(api, 'canceled')).toEqual(['s'])
  })

  it('that races a start leaves nobody on it', async () => {
    const api = await OverrideApi.open({}, FREE)
    const start = (id: string) =>
      api.request('POST', '/subscriptions', {
        subscription: { external_id: id, external_customer_id: id, plan_code: 'team', plan_overrides: { name: id } },
      })
    await Promise.all([start('a'), start('b'), drop(api), start('c')])
    await settle(api, '2024-01-01T00:00:00Z')
    expect(await inStatus(api, 'active')).toEqual([])
  })

  it('done twice, doubled or cut short makes no second invoice', async () => {
    const api = await OverrideApi.open({}, FREE)
    await api.join('s')
    await api.moveTo('2024-01-10T10:00:00Z')
    await drop(api)
    const ref = await api.ref()
    await Promise.all([1, 2, 3].map(() => customerObject(env, ref).billDue(ref, Date.parse('2024-01-10T10:00:00Z'))))
    expect((await api.invoices()).map((one) => one.fees_amount_cents)).toEqual([1_000])
  })

  it('has the work done at once for who lives by the real clock, as of the moment of the deletion', async () => {
    const api = await OverrideApi.open({ test_clock: undefined }, FREE)
    await api.join('s')
    const ref = await api.ref()
    const sent: DueCustomerMessage[] = []
    const queue = vi.spyOn(env.DUE_CUSTOMERS, 'sendBatch').mockImplementation(async (messages) => {
      for (const { body } of messages) sent.push(body)
      return { metadata: { metrics: { backlogBytes: 0, backlogCount: 0 } } }
    })
    await drop(api)
    queue.mockRestore()
    expect(sent).toEqual([{ ...ref, now: expect.any(Number) }])
    const [message] = sent
    await customerObject(env, ref).billDue(ref, message?.now ?? 0)
    expect(await inStatus(api, 'terminated')).toEqual(['s'])
  })
})

describe('a new price', () => {
  /** Subscription `s` on plan `dear` of 93.00, to go over to `team` of 31.00 in February. */
  async function waiting(terms: Json = {}): Promise<OverrideApi> {
    const api = await OverrideApi.open({}, FREE)
    await api.done('POST', '/plans', { plan: DEAR })
    await api.join('s', { plan_code: 'dear' })
    await api.join('s', { name: 'Small', ending_at: '2025-12-31T00:00:00Z', ...terms })
    await api.moveTo('2024-01-11T10:00:00Z')
    return api
  }
  const now = '2024-01-11T10:00:00Z'
  const reprice = async (api: OverrideApi, code: string, given: Json) => {
    await api.done('PUT', `/plans/${code}`, { plan: given })
    await settle(api, now)
  }

  it('of a plan waited for that is no longer cheaper makes it an upgrade at once, with what was asked for', async () => {
    const api = await waiting()
    await reprice(api, 'team', { amount_cents: 9_300 })
    expect(await api.subscription()).toMatchObject({
      plan_code: 'team',
      previous_plan_code: 'dear',
      name: 'Small',
      ending_at: '2025-12-31T00:00:00Z',
    })
    expect((await api.invoices()).map((one) => one.fees_amount_cents)).toEqual([3_000])
    await api.moveTo('2024-02-01T00:00:00Z')
    expect((await api.invoices()).map((one) => one.fees_amount_cents)).toEqual([3_000, 6_300])
  })

  it('of the running plan below that of the one waited for calls the change off, compared by the year', async () => {
    const api = await waiting()
    await reprice(api, 'dear', { amount_cents: 3_100 })
    expect((await api.subscription()).next_plan_code).toBe('team')
    await reprice(api, 'dear', { amount_cents: 3_099 })
    expect(await api.subscription()).toMatchObject({ plan_code: 'dear', next_plan_code: null })
    expect(await api.invoices()).toEqual([])
  })

  it('reaches a change to a copy when it is cascaded', async () => {
    const api = await waiting({ plan_overrides: { name: 'Own' } })
    await reprice(api, 'team', { amount_cents: 9_400 })
    expect((await api.subscription()).next_plan_code).toBe('team')
    await reprice(api, 'team', { amount_cents: 3_100 })
    await reprice(api, 'team', { amount_cents: 9_400, cascade_updates: true })
    expect(await api.subscription()).toMatchObject({ plan_amount_cents: 9_400, plan: { name: 'Own' } })
  })

  it('of one subscription alone does the same within the call', async () => {
    const api = await waiting()
    await api.override({ amount_cents: 3_000 })
    expect(await api.subscription()).toMatchObject({ plan_code: 'dear', next_plan_code: null })
  })

  it('that races the change to it ends with the dearer plan running', async () => {
    const api = await OverrideApi.open({}, FREE)
    await api.done('POST', '/plans', { plan: DEAR })
    await api.join('s', { plan_code: 'dear' })
    await Promise.all([api.join('s'), api.edit({ amount_cents: 9_400 })])
    await settle(api, '2024-01-01T00:00:00Z')
    expect(await api.subscription()).toMatchObject({ plan_code: 'team', plan_amount_cents: 9_400 })
  })
})
