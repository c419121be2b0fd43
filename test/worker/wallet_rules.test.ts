import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { runOrganization } from '../../src/agenda/run_due.js'
import { objectName } from '../../src/customer/contract.js'
import { databaseOf } from '../../src/db/client.js'
import { WalletApi } from '../support/wallet_api.js'

/** A customer who pays 1.00 for each call at the end of the month, and a wallet with a rule. */
async function filling(rule: object, wallet: object = {}) {
  const api = await WalletApi.openWith({ amount_cents: 0, pay_in_advance: false })
  const opened = await api.wallet({ recurring_transaction_rules: [rule], ...wallet })
  await api.subscribe('s')
  return { api, wallet: opened }
}
const automatic = async (api: WalletApi, wallet: object) =>
  (await api.transactions(wallet)).filter(({ source }) => source !== 'manual')
const sums = (rows: { transaction_status: string; credit_amount: string }[]) =>
  rows.map((row) => [row.transaction_status, Number(row.credit_amount)])

const threshold = { trigger: 'threshold', threshold_credits: '5', paid_credits: '10' }
const monthly = { trigger: 'interval', interval: 'monthly', granted_credits: '10' }

describe('a wallet that is filled by the calendar', () => {
  it('is filled once a day, however often the hour’s work is done', async () => {
    const { api, wallet } = await filling(monthly)
    await api.moveTo('2024-01-31T23:00:00Z')
    const at = Date.parse('2024-02-01T01:00:00Z')
    const id = api.organization.lago_id
    const run = () => runOrganization(env, databaseOf(env, id), id, at)
    await Promise.all([run(), run(), run()])
    await run()
    await api.moveTo('2024-02-01T20:00:00Z')
    expect(sums(await automatic(api, wallet))).toEqual([['granted', 10]])
    expect((await api.walletNow(wallet)).balance_cents).toBe(1000)
    expect(await api.unsound()).toEqual([])
  })

  it('is filled after what was due in the same hour was billed', async () => {
    const { api, wallet } = await filling(monthly)
    await api.event('t', 's')
    await api.moveTo('2024-02-01T01:00:00Z')
    expect((await api.invoices()).at(-1)).toMatchObject({ total_amount_cents: 100, prepaid_credit_amount_cents: 0 })
    expect((await api.walletNow(wallet)).balance_cents).toBe(1000)
  })

  it('is filled on the days of the zone that the customer has moved to, and on none twice', async () => {
    const { api, wallet } = await filling(monthly)
    await api.moveTo('2024-02-01T06:00:00Z')
    expect(await automatic(api, wallet)).toHaveLength(1)
    await api.customer({ external_id: 'c', timezone: 'America/Los_Angeles' })
    await api.moveTo('2024-02-29T20:00:00Z')
    // There the rule was made on the last day of the year: the last day of February is the next one.
    expect(await automatic(api, wallet)).toHaveLength(2)
    await api.moveTo('2024-03-30T20:00:00Z')
    expect(await automatic(api, wallet)).toHaveLength(2)
    await api.moveTo('2024-03-31T20:00:00Z')
    expect(await automatic(api, wallet)).toHaveLength(3)
  })

  it('up to a target gets what is missing, what is on its way counted in', async () => {
    const rule = { trigger: 'interval', interval: 'weekly', method: 'target', target_ongoing_balance: '30' }
    const { api, wallet } = await filling(rule, { granted_credits: '12' })
    await api.moveTo('2024-01-08T02:00:00Z')
    await api.moveTo('2024-01-15T02:00:00Z')
    expect(sums(await automatic(api, wallet))).toEqual([['purchased', 18]])
  })
})

describe('a wallet that is filled when it runs low', () => {
  it('by what is given comes above the threshold step by step', async () => {
    const rule = { trigger: 'threshold', threshold_credits: '2', granted_credits: '2' }
    const { api, wallet } = await filling(rule, { granted_credits: '4' })
    for (let i = 0; i < 7; i++) await api.event(`t${i}`, 's')
    for (let i = 0; i < 5; i++) await api.walletNow(wallet)
    expect(sums(await automatic(api, wallet))).toEqual(Array(3).fill(['granted', 2]))
    expect(await api.walletNow(wallet)).toMatchObject({ balance_cents: 1000, ongoing_balance_cents: 300 })
  })

  it('after more events than are charged in advance at once', async () => {
    const charge = { charge_model: 'standard', pay_in_advance: true, properties: { amount: '1' } }
    const api = await WalletApi.openWith({ amount_cents: 0, charges: [] })
    const [metric] = (await api.done('GET', '/billable_metrics')).billable_metrics
    await api.done('POST', '/plans/p/charges', {
      charge: { ...charge, code: 'now', billable_metric_id: metric.lago_id },
    })
    const wallet = await api.wallet({ granted_credits: '100', recurring_transaction_rules: [threshold] })
    await api.subscribe('s')
    const events = Array.from({ length: 97 }, (_, i) => ({
      ...{ transaction_id: `t${i}`, external_subscription_id: 's', code: 'calls' },
    }))
    await api.done('POST', '/events/batch', { events })
    await vi.waitFor(async () => expect(await automatic(api, wallet)).toHaveLength(1), { timeout: 20_000 })
    expect(await api.walletNow(wallet)).toMatchObject({ balance_cents: 300, ongoing_usage_balance_cents: 0 })
    expect(await api.unsound()).toEqual([])
  })

  it('is filled once by events that come at once', async () => {
    const { api, wallet } = await filling(threshold, { granted_credits: '10' })
    const events = Array.from({ length: 6 }, (_, i) => api.event(`t${i}`, 's'))
    expect((await Promise.all(events)).map(({ status }) => status)).toEqual(Array(6).fill(200))
    await Promise.all([api.walletNow(wallet), api.walletNow(wallet), api.walletNow(wallet)])
    expect(sums(await automatic(api, wallet))).toEqual([['purchased', 10]])
    expect(await api.invoices()).toHaveLength(1)
    await api.event('t6', 's')
    await api.walletNow(wallet)
    expect(await automatic(api, wallet)).toHaveLength(1)
  })

  it('though the object that noticed has been lost since', async () => {
    const { api, wallet } = await filling(threshold, { granted_credits: '10' })
    await api.walletNow(wallet)
    const name = objectName(await api.ref())
    for (let i = 0; i < 6; i++) await api.event(`t${i}`, 's')
    await api.evict()
    // Whoever asks, or the alarm, finds what is left to be done.
    await runInDurableObject(env.CUSTOMER.getByName(name), () => undefined)
    expect(await api.walletNow(wallet)).toMatchObject({ ongoing_usage_balance_cents: 600, ongoing_balance_cents: 400 })
    expect(await automatic(api, wallet)).toHaveLength(1)
  })

  it('tells once that it has run out, and again only when it had something in between', async () => {
    const { api, wallet } = await filling({ ...threshold, threshold_credits: '-100' }, { granted_credits: '2' })
    const told = () => api.told('wallet.depleted_ongoing_balance')
    await api.event('a', 's')
    await api.walletNow(wallet)
    expect(await told()).toEqual([])
    for (const id of ['b', 'd']) {
      await api.event(id, 's')
      await api.walletNow(wallet)
    }
    expect(await told()).toEqual([wallet.lago_id])
    await api.moved(wallet, { granted_credits: '5' })
    await api.walletNow(wallet)
    await api.moved(wallet, { voided_credits: '4' })
    await api.walletNow(wallet)
    expect(await told()).toEqual([wallet.lago_id, wallet.lago_id])
  })
})

describe('the ongoing balance', () => {
  it('is higher by what was billed on the way beyond what usage is worth now', async () => {
    const api = await WalletApi.openWith({
      amount_cents: 0,
      pay_in_advance: false,
      usage_thresholds: [{ amount_cents: 500 }],
    })
    const wallet = await api.wallet({ granted_credits: '50' })
    await api.subscribe('s')
    await api.subscribe('t')
    const use = async (subscription: string, ids: string[]) => {
      for (const id of ids) await api.event(`${subscription}${id}`, subscription)
    }
    const ongoing = async () => {
      const { balance_cents, ongoing_usage_balance_cents } = await api.walletNow(wallet)
      return [balance_cents, ongoing_usage_balance_cents]
    }
    await use('s', ['1', '2', '3', '4', '5'])
    await use('t', ['1', '2', '3'])
    expect(await ongoing()).toEqual([4500, 300])
    for (const id of ['1', '2', '3', '4']) await api.done('DELETE', `/events/s${id}`)
    expect(await ongoing()).toEqual([4500, 0])
    await use('t', ['4', '6'])
    // 500 of which, with the threshold, are billed at once; and again 400 of s were billed too much.
    expect(await ongoing()).toEqual([4000, 0])
  })
})

describe('a rule that makes no sense', () => {
  it.each([
    [{ trigger: 'interval', interval: 'weekly', method: 'target', target_ongoing_balance: '1000000000000000' }],
    [{ trigger: 'interval', interval: 'weekly', granted_credits: '100000000000000' }],
    [{ trigger: 'interval', interval: 'weekly', paid_credits: '100000000000000', ignore_paid_top_up_limits: true }],
    ['monthly'],
    [{}],
    [{ ...monthly, transaction_metadata: Array(6).fill({ key: 'k', value: 'v' }) }],
  ])('like %o is refused, for it could not be followed', async (rule) => {
    const api = await WalletApi.openWith()
    const wallet = { external_customer_id: 'c', rate_amount: '1000', recurring_transaction_rules: [rule] }
    expect(await api.refusal('POST', '/wallets', { wallet })).toEqual({
      recurring_transaction_rules: ['invalid_recurring_rule'],
    })
  })
})

describe('the rule of a wallet', () => {
  it('that is replaced on its day does not fill it again', async () => {
    const { api, wallet } = await filling(monthly)
    await api.moveTo('2024-02-01T10:00:00Z')
    await api.done('PUT', `/wallets/${wallet.lago_id}`, { wallet: { recurring_transaction_rules: [] } })
    await api.done('PUT', `/wallets/${wallet.lago_id}`, { wallet: { recurring_transaction_rules: [monthly] } })
    await api.moveTo('2024-02-28T10:00:00Z')
    expect(await automatic(api, wallet)).toHaveLength(1)
  })

  it('is changed by its id, replaced without it, and left alone where none is sent', async () => {
    const { api, wallet } = await filling(monthly)
    const path = `/wallets/${wallet.lago_id}`
    const [first] = wallet.recurring_transaction_rules
    const put = async (given: object) =>
      (await api.done('PUT', path, { wallet: given })).wallet.recurring_transaction_rules
    expect(await put({ name: 'Other' })).toEqual([first])
    const changed = { lago_id: first.lago_id, granted_credits: '7' }
    expect(await put({ recurring_transaction_rules: [changed] })).toMatchObject([
      { lago_id: first.lago_id, interval: 'monthly', granted_credits: '7.0' },
    ])
    const [second] = await put({ recurring_transaction_rules: [threshold] })
    expect(second).toMatchObject({ trigger: 'threshold', interval: null, threshold_credits: '5.0' })
    expect(second.lago_id).not.toBe(first.lago_id)
    const refused = api.refusal('PUT', path, { wallet: { recurring_transaction_rules: [changed] } })
    expect(await refused).toEqual({ recurring_transaction_rules: ['invalid_recurring_rule'] })
    expect(await put({ recurring_transaction_rules: [] })).toEqual([])
    await api.moveTo('2024-03-02T00:00:00Z')
    expect(await automatic(api, wallet)).toEqual([])
  })

  it('that is given again on another day counts from there, that day included', async () => {
    const { api, wallet } = await filling(monthly)
    await api.moveTo('2024-01-20T12:00:00Z')
    await api.done('PUT', `/wallets/${wallet.lago_id}`, { wallet: { recurring_transaction_rules: [monthly] } })
    expect(await automatic(api, wallet)).toEqual([])
    await api.moveTo('2024-02-19T12:00:00Z')
    expect(await automatic(api, wallet)).toMatchObject([{ created_at: '2024-01-20T12:00:00Z' }])
    await api.moveTo('2024-02-20T12:00:00Z')
    expect(await automatic(api, wallet)).toHaveLength(2)
  })
})
