import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import { databaseOf } from '../../src/db/client.js'
import { commit } from '../../src/db/commit.js'
import { giveBackAppliedCoupon, useAppliedCoupon } from '../../src/resources/applied_coupons/store.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const fixed = { coupon_type: 'fixed_amount', amount_cents: 1500, amount_currency: 'EUR', frequency: 'once' }
const percentage = { coupon_type: 'percentage', percentage_rate: '10', frequency: 'once' }

const coupon = (api: BillingApi, code: string, given: Json): Promise<Json> =>
  api.done('POST', '/coupons', { coupon: { name: code, code, expiration: 'no_expiration', ...given } })

const application = (code: string, given: Json = {}) => ({
  applied_coupon: { external_customer_id: 'c', coupon_code: code, ...given },
})

async function give(api: BillingApi, code: string, given: Json): Promise<Json> {
  await coupon(api, code, given)
  return (await api.done('POST', '/applied_coupons', application(code))).applied_coupon
}

const held = async (api: BillingApi): Promise<Json[]> =>
  (await api.done('GET', '/applied_coupons?external_customer_id=c')).applied_coupons.toReversed()

/** Two subscriptions on invoices of their own, both drafts since February 1st. */
async function twoDrafts(): Promise<{ api: BillingApi; drafts: Json[] }> {
  const api = await BillingApi.open()
  await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 5 } })
  for (const id of ['s1', 's2']) await api.subscribe(id, 'c', { consolidate_invoice: false })
  await api.moveTo('2024-02-01T01:00:00Z')
  return { api, drafts: await api.invoices() }
}

const finalized = (api: BillingApi, drafts: readonly Json[]): Promise<Json[]> =>
  Promise.all(drafts.map(async ({ lago_id }) => (await api.done('PUT', `/invoices/${lago_id}/finalize`)).invoice))

const discounts = (invoices: readonly Json[]): number[] =>
  invoices.map((invoice) => invoice.coupons_amount_cents).toSorted((a, b) => b - a)

describe('a coupon and two invoices at the same moment', () => {
  it.each<[string, Json, number[], Json]>([
    ['an amount is spent once', fixed, [1000, 500], { status: 'terminated', amount_cents_remaining: 0 }],
    ['a percentage reaches one of them', percentage, [100, 0], { status: 'terminated' }],
    [
      'a recurring one counts both',
      { ...percentage, frequency: 'recurring', frequency_duration: 3 },
      [100, 100],
      { status: 'active', frequency_duration_remaining: 1 },
    ],
  ])('%s', async (_, given, expected, left) => {
    const { api, drafts } = await twoDrafts()
    expect(drafts).toHaveLength(2)
    await give(api, 'k', given)
    expect(discounts(await finalized(api, drafts))).toEqual(expected)
    expect((await held(api))[0]).toMatchObject(left)
  })

  it('one run that finalizes both sees what the first has used', async () => {
    const { api } = await twoDrafts()
    await give(api, 'k', fixed)
    await api.moveTo('2024-02-10T01:00:00Z')
    expect(discounts(await api.invoices())).toEqual([1000, 500])
  })

  it('an end that races with them comes before or after each', async () => {
    const { api, drafts } = await twoDrafts()
    const { lago_id } = await give(api, 'k', { ...percentage, frequency: 'forever' })
    const [invoices, ended] = await Promise.all([
      finalized(api, drafts),
      api.done('DELETE', `/customers/c/applied_coupons/${lago_id}`),
    ])
    expect(ended.applied_coupon).toMatchObject({ status: 'terminated' })
    for (const { coupons_amount_cents } of invoices) expect([0, 100]).toContain(coupons_amount_cents)
    expect(await api.request('DELETE', `/customers/c/applied_coupons/${lago_id}`)).toMatchObject({
      status: 404,
      body: { code: 'applied_coupon_not_found' },
    })
  })
})

describe('a balance', () => {
  const open = async (given: Json) => {
    const { api } = await twoDrafts()
    const { lago_id: id } = await give(api, 'k', given)
    const { organizationId } = await api.ref()
    return { api, id, organizationId, db: databaseOf(env, organizationId) }
  }

  it.each<[string, Json, number]>([
    ['an amount below 0', fixed, 1501],
    ['a second invoice for one', percentage, 100],
  ])('refuses %s, whoever writes it', async (_, given, amountCents) => {
    const { api, id, organizationId, db } = await open(given)
    const use = useAppliedCoupon(db, organizationId, { id, amountCents, now: 0 })
    const twice = given === percentage ? [use, use] : [use]
    await expect(commit(db, twice)).rejects.toThrow()
    expect((await held(api))[0]).toMatchObject({ status: 'active' })
  })

  it.each<[string, Json, Json]>([
    ['of an amount', fixed, { status: 'active', amount_cents_remaining: 1500, terminated_at: null }],
    ['of a percentage', percentage, { status: 'active', terminated_at: null }],
  ])('%s is there again when what used it up is void', async (_, given, expected) => {
    const { api, id, organizationId, db } = await open(given)
    await commit(db, [useAppliedCoupon(db, organizationId, { id, amountCents: 1500, now: 1 })])
    expect((await held(api))[0]).toMatchObject({ status: 'terminated' })
    await commit(db, [giveBackAppliedCoupon(db, organizationId, { id, amountCents: 1500, now: 2 })])
    expect((await held(api))[0]).toMatchObject(expected)
  })

  it('of a coupon that is gone is not active again', async () => {
    const { api, id, organizationId, db } = await open(percentage)
    await commit(db, [useAppliedCoupon(db, organizationId, { id, amountCents: 5, now: 1 })])
    await api.done('DELETE', '/coupons/k')
    await commit(db, [giveBackAppliedCoupon(db, organizationId, { id, amountCents: 5, now: 2 })])
    expect((await held(api))[0]).toMatchObject({ status: 'terminated', coupon_status: 'terminated' })
  })
})

describe('applying', () => {
  it('a coupon that is not reusable succeeds once, however many ask at the same moment', async () => {
    const { api } = await twoDrafts()
    await coupon(api, 'k', { ...percentage, reusable: false })
    const answers = await Promise.all([1, 2, 3].map(() => api.request('POST', '/applied_coupons', application('k'))))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422])
    expect(answers.find(({ status }) => status === 422)?.body.error_details).toEqual({
      coupon: ['coupon_is_not_reusable'],
    })
    expect(await held(api)).toHaveLength(1)
  })

  it('two that aim at one plan succeeds for one of them', async () => {
    const { api } = await twoDrafts()
    for (const code of ['k1', 'k2']) await coupon(api, code, { ...percentage, applies_to: { plan_codes: ['p'] } })
    const answers = await Promise.all(
      ['k1', 'k2'].map((code) => api.request('POST', '/applied_coupons', application(code))),
    )
    expect(answers.map(({ status, body }) => body.code ?? status)).toEqual(
      expect.arrayContaining([200, 'plan_overlapping']),
    )
  })

  it('gives a customer without a currency that of the first amount, and heeds what differs', async () => {
    const api = await BillingApi.open()
    await api.customer({ external_id: 'c' })
    await coupon(api, 'k', { ...fixed, amount_currency: 'USD' })
    const terms = { amount_cents: 700, frequency: 'recurring', frequency_duration: 2 }
    const { applied_coupon } = await api.done('POST', '/applied_coupons', application('k', terms))
    expect(applied_coupon).toMatchObject({ ...terms, amount_currency: 'USD', amount_cents_remaining: null })
    expect((await api.done('GET', '/customers/c')).customer.currency).toBe('USD')
  })

  it.each<[string, Json, string]>([
    ['an unknown customer', application('k', { external_customer_id: 'x', frequency: 'no' }), '404 customer_not_found'],
    ['an unknown coupon', application('x', { frequency: 'no' }), '404 coupon_not_found'],
    ['an expired coupon', application('old'), '404 coupon_not_found'],
    ['no coupon', { applied_coupon: { external_customer_id: 'c', coupon_code: { a: 1 } } }, '404 coupon_not_found'],
  ])('refuses %s', async (_, body, expected) => {
    const { api } = await twoDrafts()
    await coupon(api, 'k', percentage)
    await coupon(api, 'old', { ...percentage, expiration: 'time_limit', expiration_at: '2024-02-02T00:00:00Z' })
    await api.moveTo('2024-02-02T00:00:00Z')
    expect(await api.refusal('POST', '/applied_coupons', body)).toBe(expected)
  })
})

describe('the end of a coupon', () => {
  it('by expiry leaves applications alone, by deletion ends them', async () => {
    const { api, drafts } = await twoDrafts()
    const expiry = { expiration: 'time_limit', expiration_at: '2024-02-02T00:00:00Z' }
    await give(api, 'expiring', { ...percentage, frequency: 'forever', ...expiry })
    await give(api, 'deleted', { ...percentage, frequency: 'forever' })
    await api.moveTo('2024-02-03T00:00:00Z')
    expect((await api.done('DELETE', '/coupons/deleted')).coupon).toMatchObject({ code: 'deleted' })
    expect(await held(api)).toMatchObject([
      { coupon_code: 'expiring', status: 'active', coupon_status: 'terminated', coupon_deleted_at: null },
      { coupon_code: 'deleted', status: 'terminated', coupon_deleted_at: '2024-02-03T00:00:00Z' },
    ])
    expect(discounts(await finalized(api, drafts))).toEqual([100, 100])
    expect(await api.refusal('DELETE', '/coupons/deleted')).toBe('404 coupon_not_found')
  })

  it('of its customer ends the application', async () => {
    const { api } = await twoDrafts()
    const { lago_id } = await give(api, 'k', { ...percentage, frequency: 'forever' })
    await api.done('DELETE', '/customers/c')
    expect(await rowsOf('SELECT status FROM applied_coupons WHERE id = ?', lago_id)).toEqual([{ status: 'terminated' }])
    expect((await api.done('GET', '/applied_coupons')).applied_coupons).toEqual([])
  })
})

describe('a coupon that customers have', () => {
  it('keeps its value, and passes over what would change it', async () => {
    const { api } = await twoDrafts()
    await give(api, 'k', fixed)
    const change = { name: 'New', code: 'other', amount_cents: 'much', applies_to: { plan_codes: ['p'] } }
    const { coupon: changed } = await api.done('PUT', '/coupons/k', { coupon: change })
    expect(changed).toMatchObject({ name: 'New', code: 'k', amount_cents: 1500, limited_plans: false })
  })

  it('is no other organization’s', async () => {
    const { api } = await twoDrafts()
    const { lago_id } = await give(api, 'k', fixed)
    const other = await BillingApi.open()
    await other.customer({ external_id: 'c' })
    expect(await other.refusal('GET', '/coupons/k')).toBe('404 coupon_not_found')
    expect(await other.refusal('DELETE', '/coupons/k')).toBe('404 coupon_not_found')
    expect(await other.refusal('POST', '/applied_coupons', application('k'))).toBe('404 coupon_not_found')
    expect(await other.refusal('DELETE', `/customers/c/applied_coupons/${lago_id}`)).toBe(
      '404 applied_coupon_not_found',
    )
    const ref = await other.ref()
    const ended = await customerObject(env, ref).endCoupon(ref, lago_id, 0)
    expect(ended).toMatchObject({ ok: false })
    expect((await held(api))[0]).toMatchObject({ status: 'active' })
  })
})
