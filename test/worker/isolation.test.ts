import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { app } from '../../src/app.js'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

/** Two organizations that use the same codes and external ids, the first with something of every kind. */
let mine: BillingApi
let theirs: BillingApi
let ids: { invoice: string; fee: string; wallet: string; transaction: string }

beforeAll(async () => {
  mine = await BillingApi.open({}, { pay_in_advance: true })
  theirs = await BillingApi.open({}, { pay_in_advance: true })
  await mine.tax('vat')
  await mine.customer({
    external_id: 'c',
    name: 'Mine',
    metadata: [{ key: 'tier', value: 'gold', display_in_invoice: false }],
  })
  await mine.subscribe('s')
  await mine.subscribe('later', 'c', { subscription_at: '2024-06-01T00:00:00Z' })
  await mine.event('t', 's')
  await mine.event('waiting', 'nobody-has-it')
  const [invoice] = await mine.invoices()
  const { fees } = await mine.done('GET', '/fees')
  const wallet = { external_customer_id: 'c', rate_amount: '1', name: 'Hoard', granted_credits: '7' }
  const { lago_id: walletId } = (await mine.done('POST', '/wallets', { wallet })).wallet
  const { wallet_transactions: moved } = await mine.done('GET', `/wallets/${walletId}/wallet_transactions`)
  ids = { invoice: invoice.lago_id, fee: fees[0].lago_id, wallet: walletId, transaction: moved[0].lago_id }
})

/** Every path of the API with the ids of the first organization filled in. */
function paths(): string[] {
  const values: Record<string, string> = {
    ':externalCustomerId': 'c',
    ':externalId': 's',
    ':transactionId': 't',
    ':code': 'vat',
    ':chargeCode': 'calls',
    ':planCode': 'p',
    ':id': ids.invoice,
  }
  return [...new Set(served().map(({ method, path }) => `${method} ${path}`))].map((route) =>
    route.replace(/:[A-Za-z]+/g, (name) => {
      if (name !== ':id') return values[name] ?? name
      if (route.includes('/fees/')) return ids.fee
      if (route.includes('/wallet_transactions/')) return ids.transaction
      return route.includes('/api/v1/wallets/') ? ids.wallet : ids.invoice
    }),
  )
}

const served = () =>
  app.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/') && !path.endsWith('*'))

describe('no key reaches another organization', () => {
  it('the API has routes to try', () => {
    expect(served().length).toBeGreaterThan(40)
  })

  it('no answer to any call by another organization contains anything of the first', async () => {
    const secrets = [mine.organization.lago_id, ids.invoice, ids.fee, 'Mine', 'gold', 'nobody-has-it', '"vat"', 'Hoard']
    for (const route of paths()) {
      const [method = '', path = ''] = route.split(' ')
      if (method !== 'GET') continue
      const query = path.endsWith('usage') ? '?external_subscription_id=s' : ''
      const response = await app.request(
        `${path}${query}`,
        { headers: { authorization: `Bearer ${theirs.token}` } },
        env,
      )
      const text = await response.text()
      expect(response.status, route).toBeLessThan(500)
      for (const secret of secrets)
        expect(text.includes(secret), `${route} tells ${secret}: ${text.slice(0, 300)}`).toBe(false)
    }
  })

  it('no change by another organization changes anything of the first', async () => {
    const before = await snapshot()
    for (const route of paths()) {
      const [method = '', path = ''] = route.split(' ')
      if (method === 'GET' || path.endsWith('/test_clock')) continue
      const envelope = {
        code: 'stolen',
        name: 'stolen',
        rate: '1',
        external_id: 'c',
        subscription_at: '2024-01-01T00:00:00Z',
      }
      const names = [
        'tax',
        'plan',
        'customer',
        'subscription',
        'billable_metric',
        'charge',
        'fixed_charge',
        'organization',
        'event',
        'invoice',
        'wallet',
      ]
      const moved = { wallet_id: ids.wallet, granted_credits: '5' }
      const bodies = [...names.map((name) => [name, envelope]), ['wallet_transaction', moved]]
      const body = JSON.stringify(Object.fromEntries(bodies))
      const headers = { authorization: `Bearer ${theirs.token}`, 'content-type': 'application/json' }
      const response = await app.request(path, { method, headers, body }, env)
      expect(response.status, route).toBeLessThan(500)
    }
    expect(await snapshot()).toEqual(before)
  })

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('%s calls without a key are refused on every route', async (wanted) => {
    for (const route of paths().filter((one) => one.startsWith(`${wanted} `))) {
      const response = await app.request(route.slice(wanted.length + 1), { method: wanted }, env)
      expect([response.status, await response.json()], route).toEqual([401, { status: 401, error: 'Unauthorized' }])
    }
  })
})

async function snapshot(): Promise<Json> {
  const lists = [
    '/billable_metrics',
    '/plans',
    '/taxes',
    '/customers',
    '/events',
    '/fees',
    '/invoices',
    '/organizations',
    '/wallets',
    `/wallets/${ids.wallet}/wallet_transactions`,
  ]
  const statuses = 'status[]=active&status[]=pending&status[]=terminated&status[]=canceled'
  const all = [...lists, `/subscriptions?${statuses}`, '/customers/c', `/invoices/${ids.invoice}`, '/plans/p/charges']
  return Promise.all(all.map((path) => mine.done('GET', path)))
}
