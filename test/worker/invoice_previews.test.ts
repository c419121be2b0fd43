import { describe, expect, it } from 'vitest'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const plan = (code: string, amount_cents: number, given: Json = {}) => ({
  plan: {
    name: code,
    code,
    interval: 'monthly',
    amount_cents,
    amount_currency: 'EUR',
    pay_in_advance: false,
    ...given,
  },
})
const preview = async (api: BillingApi, asked: Json): Promise<Json> =>
  (await api.done('POST', '/invoices/preview', asked)).invoice
const refusal = (api: BillingApi, asked: Json) => api.refusal('POST', '/invoices/preview', asked)
const next = (external_ids: string[], given: Json = {}) => ({
  customer: { external_id: 'c' },
  subscriptions: { external_ids, ...given },
})
const coupon = (code: string, given: Json = {}) => ({
  coupon: {
    ...{ name: code, code, coupon_type: 'percentage', percentage_rate: '10', frequency: 'once' },
    expiration: 'no_expiration',
    ...given,
  },
})

/** What a preview and the invoice that is made of it have in common. */
const FIGURES = [
  'issuing_date',
  'payment_due_date',
  'currency',
  'fees_amount_cents',
  'coupons_amount_cents',
  'taxes_amount_cents',
  'credit_notes_amount_cents',
  'total_amount_cents',
]
const figures = (invoice: Json): Json => Object.fromEntries(FIGURES.map((name) => [name, invoice[name]]))
const feesOf = (invoice: Json): Json[] =>
  invoice.fees.map((fee: Json) => [fee.item.code, fee.units, fee.amount_cents, fee.from_date, fee.to_date])

async function last(api: BillingApi): Promise<Json> {
  const { invoices } = await api.done('GET', '/invoices?external_customer_id=c')
  return (await api.done('GET', `/invoices/${invoices[0].lago_id}`)).invoice
}

/** A customer with usage, a coupon, a tax and a credit note, halfway through January. */
async function halfway(given: Json = {}, customer: Json = {}): Promise<BillingApi> {
  const api = await BillingApi.open({}, { amount_cents: 3100, pay_in_advance: true, ...given })
  await api.done('POST', '/plans', plan('dear', 6200, { pay_in_advance: true }))
  await api.done('POST', '/plans', plan('cheap', 310, { pay_in_advance: true }))
  await api.tax('vat', '20')
  await api.customer({ external_id: 'c', tax_codes: ['vat'], net_payment_term: 7, ...customer })
  await api.subscribe('gone')
  await api.subscribe('s')
  await api.moveTo('2024-01-16T10:00:00Z')
  await api.done('DELETE', '/subscriptions/gone')
  await api.done('POST', '/coupons', coupon('ten', { frequency: 'forever' }))
  await api.done('POST', '/applied_coupons', { applied_coupon: { external_customer_id: 'c', coupon_code: 'ten' } })
  for (const id of ['a', 'b', 'x']) await api.event(id, 's')
  return api
}

/** All that a question could have changed. */
const stored = async (): Promise<Json[]> => {
  const tables = [
    'invoices',
    'fees',
    'credit_notes',
    'applied_coupons',
    'subscriptions',
    'customers',
    'agenda',
    'outbox',
  ]
  return Promise.all(tables.map((table) => rowsOf(`SELECT * FROM ${table}`)))
}

describe('the next invoice of a subscription', () => {
  it.each<[string, Json, Json]>([
    ['in advance', {}, {}],
    ['in arrears', { pay_in_advance: false }, {}],
    [
      'after a grace period, with what its draft holds back',
      {},
      { billing_configuration: { invoice_grace_period: 5 } },
    ],
    ['of a customer far west', {}, { timezone: 'America/Los_Angeles' }],
  ])('is what the run will make: %s', async (_, given, customer) => {
    const api = await halfway(given, customer)
    const before = await stored()
    const foreseen = await preview(api, next(['s']))
    expect(await stored()).toEqual(before)
    await api.moveTo('2024-02-08T00:00:00Z')
    const made = await last(api)
    expect(made.status).toBe('finalized')
    expect(figures(foreseen)).toEqual(figures(made))
    expect(feesOf(foreseen)).toEqual(feesOf(made))
    expect(foreseen.credits.map((credit: Json) => [credit.item.type, credit.item.code, credit.amount_cents])).toEqual(
      made.credits.map((credit: Json) => [credit.item.type, credit.item.code, credit.amount_cents]),
    )
    expect(foreseen).toMatchObject({ lago_id: null, number: null, status: 'draft', payment_status: 'pending' })
    expect(foreseen.subscriptions).toMatchObject([{ external_id: 's', plan_code: 'p' }])
  })

  it('is that of the plan that waits, or of the end that comes before', async () => {
    const api = await halfway()
    await api.subscribe('s', 'c', { plan_code: 'cheap' })
    const waiting = await preview(api, next(['s']))
    expect(waiting.fees.map((fee: Json) => fee.item.code)).toContain('cheap')
    await api.done('PUT', '/subscriptions/s', { subscription: { ending_at: '2024-01-20T15:00:00Z' } })
    const ending = await preview(api, next(['s']))
    expect(ending).toMatchObject({
      issuing_date: '2024-01-20',
      billing_periods: [{ invoicing_reason: 'subscription_terminating' }],
    })
    await api.moveTo('2024-01-20T00:00:00Z')
    expect(figures(await last(api))).toEqual(figures(ending))
  })

  it('is that of the end of a trial where that asks first', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100, pay_in_advance: true, trial_period: 10 })
    await api.subscribe('s')
    const foreseen = await preview(api, next(['s']))
    expect(foreseen).toMatchObject({ issuing_date: '2024-01-11', fees_amount_cents: 2100 })
    await api.moveTo('2024-01-11T00:00:00Z')
    expect(figures(await last(api))).toEqual(figures(foreseen))
  })

  it('puts subscriptions together that are billed at the same time, and no others', async () => {
    const api = await halfway()
    await api.subscribe('t')
    const { fees, subscriptions } = await preview(api, next(['s', 't', 's']))
    expect(fees.filter((fee: Json) => fee.item.type === 'subscription')).toHaveLength(2)
    expect(subscriptions).toHaveLength(2)
    await api.subscribe('other', 'c', { billing_time: 'anniversary' })
    expect(await refusal(api, next(['s', 'other']))).toEqual({ base: ['billing_periods_does_not_match'] })
    await api.done('POST', '/plans', plan('dollars', 100, { amount_currency: 'USD' }))
    await api.subscribe('usd', 'c', { plan_code: 'dollars' })
    expect(await refusal(api, next(['s', 'usd']))).toEqual({ base: ['subscription_currencies_does_not_match'] })
    await api.done('POST', '/billing_entities', { billing_entity: { code: 'fr', name: 'France' } })
    await api.subscribe('entity', 'c', { billing_entity_code: 'fr' })
    expect(await refusal(api, next(['s', 'entity']))).toEqual({ base: ['subscription_billing_entities_do_not_match'] })
  })
})

describe('the invoice of an end', () => {
  it.each([
    ['in advance', {}],
    ['in arrears', { pay_in_advance: false }],
  ])('is the one that the end will make, with what comes back: %s', async (_, given) => {
    const api = await halfway(given)
    const foreseen = await preview(api, next(['s'], { terminated_at: '2024-01-20T15:00:00Z' }))
    await api.moveTo('2024-01-20T15:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    expect(figures(foreseen)).toEqual(figures(await last(api)))
  })

  it('is also known when other bills come before it', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100 })
    await api.subscribe('s')
    const foreseen = await preview(api, next(['s'], { terminated_at: '2024-04-10T15:00:00Z' }))
    expect(foreseen).toMatchObject({ issuing_date: '2024-04-10', fees_amount_cents: 1033 })
    await api.moveTo('2024-04-10T15:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    expect(figures(foreseen)).toEqual(figures(await last(api)))
  })

  it('is refused for a past, an unreadable moment, and for more than one', async () => {
    const api = await halfway()
    await api.subscribe('t')
    const at = (terminated_at: Json, ids = ['s']) => refusal(api, next(ids, { terminated_at }))
    expect(await at('2024-01-16T09:59:59Z')).toEqual({ terminated_at: ['cannot_be_in_past'] })
    expect(await at('soon')).toEqual({ terminated_at: ['invalid_timestamp'] })
    expect(await at('2024-01-20T00:00:00Z', ['s', 't'])).toEqual({
      subscriptions: ['only_one_subscription_allowed_for_termination'],
    })
  })
})

describe('the invoice of a change of plan', () => {
  it('is the one that an upgrade makes now', async () => {
    const api = await halfway()
    const foreseen = await preview(api, next(['s'], { plan_code: 'dear' }))
    await api.subscribe('s', 'c', { plan_code: 'dear' })
    const made = await last(api)
    expect(figures(foreseen)).toEqual(figures(made))
    expect(feesOf(foreseen)).toEqual(feesOf(made))
  })

  it('is the one that a downgrade makes with the next period', async () => {
    const api = await halfway()
    const foreseen = await preview(api, next(['s'], { plan_code: 'cheap' }))
    await api.subscribe('s', 'c', { plan_code: 'cheap' })
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(figures(foreseen)).toEqual(figures(await last(api)))
  })

  it('is refused for the plan that it has, an unknown one, and for more than one subscription', async () => {
    const api = await halfway()
    await api.subscribe('t')
    expect(await refusal(api, next(['s'], { plan_code: 'p' }))).toEqual({
      base: ['new_plan_should_be_different_from_existing_plan'],
    })
    expect(await refusal(api, next(['s'], { plan_code: 'none' }))).toBe('404 plan_not_found')
    expect(await refusal(api, next(['s', 't'], { plan_code: 'dear' }))).toEqual({
      subscriptions: ['only_one_subscription_allowed_for_plan_change'],
    })
  })
})

describe('the first invoice of a new subscription', () => {
  it.each<[string, Json, Json, Json]>([
    ['in arrears by the calendar', {}, {}, { issuing_date: '2024-04-01', fees_amount_cents: 6, taxes_amount_cents: 3 }],
    [
      'in arrears by its anniversary',
      {},
      { billing_time: 'anniversary' },
      { issuing_date: '2024-04-30', total_amount_cents: 150 },
    ],
    ['in advance', { pay_in_advance: true }, {}, { issuing_date: '2024-03-30', fees_amount_cents: 6 }],
    [
      'that starts later',
      { pay_in_advance: true },
      { subscription_at: '2024-04-10T00:00:00Z' },
      { issuing_date: '2024-04-10', fees_amount_cents: 70 },
    ],
  ])('for somebody who is no customer: %s', async (_, given, asked, expected) => {
    const api = await BillingApi.open({ test_clock: '2024-03-30T00:00:00Z' }, { amount_cents: 100, ...given })
    await api.done('POST', '/taxes', {
      tax: { name: 'half', code: 'half', rate: '50', applied_to_organization: true },
    })
    const before = await stored()
    const invoice = await preview(api, { customer: { name: 'Somebody' }, plan_code: 'p', ...asked })
    expect(invoice).toMatchObject(expected)
    expect(invoice).toMatchObject({ customer: { lago_id: null, external_id: null, name: 'Somebody' } })
    expect(invoice.subscriptions).toMatchObject([{ lago_id: null, plan_code: 'p' }])
    expect(await stored()).toEqual(before)
  })

  it('is that of a customer, with their own terms, coupons and credit', async () => {
    const api = await halfway()
    const foreseen = await preview(api, {
      customer: { external_id: 'c' },
      plan_code: 'dear',
      coupons: [{ code: 'unused', coupon_type: 'percentage', percentage_rate: '50' }],
    })
    // Their own coupon of 10 % is taken off, not the one that is thought of.
    expect(foreseen.credits.map((credit: Json) => credit.item.code)).toContain('ten')
    await api.subscribe('new', 'c', { plan_code: 'dear' })
    expect(figures(foreseen)).toEqual(figures(await last(api)))
  })

  it('takes off coupons that there are, and such as there are not', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100 })
    await api.done('POST', '/coupons', coupon('ten'))
    const asked = (coupons: Json) => ({ customer: { name: 'Somebody' }, plan_code: 'p', coupons })
    const fixed = { code: 'three', coupon_type: 'fixed_amount', amount_cents: 300, amount_currency: 'EUR' }
    const { credits, ...invoice } = await preview(api, asked([{ code: 'ten' }, fixed]))
    expect(invoice).toMatchObject({ fees_amount_cents: 3100, coupons_amount_cents: 610, total_amount_cents: 2490 })
    expect(credits.map((credit: Json) => [credit.item.code, credit.amount_cents])).toEqual([
      ['ten', 310],
      ['three', 300],
    ])
    expect(await refusal(api, asked([{ code: 'none' }]))).toBe('404 coupon_not_found')
    expect(await refusal(api, asked([{ coupon_type: 'fixed_amount' }]))).toEqual({
      amount_cents: ['value_is_mandatory'],
      amount_currency: ['value_is_mandatory'],
    })
    expect((await api.request('POST', '/invoices/preview', asked('ten'))).body.error).toContain(
      'coupons_must_be_an_array',
    )
  })

  it('taxes and dates somebody by what they say of themselves', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100 })
    await api.done('PUT', '/billing_entities/default', { billing_entity: { country: 'FR', eu_tax_management: true } })
    const asked = { customer: { country: 'DE', timezone: 'America/New_York' }, plan_code: 'p' }
    // It is December 31st there: one day of 31, and 19 % of German tax.
    expect(await preview(api, asked)).toMatchObject({
      ...{ issuing_date: '2024-01-01', fees_amount_cents: 100, taxes_amount_cents: 19 },
      applied_taxes: [{ tax_code: 'lago_eu_de_standard' }],
    })
  })
})

describe('a preview of what there is not', () => {
  it('is refused by name', async () => {
    const api = await halfway()
    const somebody = { customer: { name: 'Somebody' } }
    expect(await refusal(api, { plan_code: 'p' })).toBe('404 customer_not_found')
    expect(await refusal(api, { customer: { external_id: 'none' }, plan_code: 'p' })).toBe('404 customer_not_found')
    expect(await refusal(api, somebody)).toBe('404 plan_not_found')
    expect(await refusal(api, { ...somebody, plan_code: 'p', billing_entity_code: 'x' })).toBe(
      '404 billing_entity_not_found',
    )
    expect(await refusal(api, { ...somebody, subscriptions: { external_ids: ['s'] } })).toEqual({
      customer: ['must_be_persisted'],
    })
    expect(await refusal(api, next(['s', 'none']))).toBe('404 subscription_not_found')
    expect(await refusal(api, { ...somebody, plan_code: 'p', billing_time: 'lunar' })).toEqual({
      billing_time: ['value_is_invalid'],
    })
    expect(await refusal(api, { ...somebody, plan_code: 'p', subscription_at: 'soon' })).toEqual({
      subscription_at: ['invalid_date'],
    })
    const list = await api.request('POST', '/invoices/preview', { ...somebody, subscriptions: ['s'] })
    expect([list.status, list.body.error]).toEqual([400, expect.stringContaining('subscriptions_must_be_an_object')])
    const other = await BillingApi.open()
    await other.customer({ external_id: 'c' })
    expect(await refusal(other, next(['s']))).toBe('404 subscription_not_found')
  })
})

describe('a change of plan to terms of its own', () => {
  it('is previewed as it is made', async () => {
    const api = await halfway()
    const plan_overrides = { amount_cents: 9300, tax_codes: [] }
    const change = { plan_code: 'dear', plan_overrides }
    const plans = await rowsOf('SELECT id FROM plans')
    const { plan_change_preview: foreseen } = await api.done('POST', '/subscriptions/s/plan_change_preview', {
      plan_change: change,
    })
    expect(await rowsOf('SELECT id FROM plans')).toEqual(plans)
    expect(foreseen).toMatchObject({ direction: 'upgrade' })
    await api.subscribe('s', 'c', change)
    const made = await last(api)
    expect(figures(foreseen.invoices[0])).toEqual(figures(made))
    expect(feesOf(foreseen.invoices[0])).toEqual(feesOf(made))
  })

  it('waits where they make it cheaper, and is refused where they are wrong', async () => {
    const api = await halfway()
    const asked = (plan_overrides: Json) =>
      api.request('POST', '/subscriptions/s/plan_change_preview', {
        plan_change: { plan_code: 'dear', plan_overrides },
      })
    expect((await asked({ amount_cents: 100 })).body.plan_change_preview).toMatchObject({
      direction: 'downgrade',
      effective_at: '2024-02-01T00:00:00Z',
    })
    expect((await asked({ amount_cents: -1 })).body.error_details).toEqual({ amount_cents: ['value_is_out_of_range'] })
    expect((await asked({ tax_codes: ['none'] })).body.code).toBe('tax_not_found')
  })
})
