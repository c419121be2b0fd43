import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { app } from '../../src/app.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const ADD_ON = { name: 'Set-up', code: 'setup', amount_cents: 1000, amount_currency: 'EUR' }

async function open(customer: Json = {}): Promise<BillingApi> {
  const api = await BillingApi.open()
  await api.customer({ external_id: 'c', currency: 'EUR', ...customer })
  await api.done('POST', '/add_ons', { add_on: ADD_ON })
  return api
}

const asked = (fees: Json = [{ add_on_code: 'setup' }], given: Json = {}) => ({
  invoice: { external_customer_id: 'c', fees, ...given },
})

const numbersOf = async (api: BillingApi): Promise<string[]> => (await api.invoices()).map(({ number }) => number)

describe('add-ons', () => {
  it('are changed by their codes, and gone once they are deleted', async () => {
    const api = await open()
    await api.done('POST', '/taxes', { tax: { name: 'VAT', code: 'vat', rate: '20' } })
    const change = { code: 'start', amount_cents: 5, description: 'Once', tax_codes: ['vat'] }
    const { add_on } = await api.done('PUT', '/add_ons/setup', { add_on: change })
    expect(add_on).toMatchObject({ name: 'Set-up', code: 'start', amount_cents: 5, taxes: [{ code: 'vat' }] })
    expect((await api.done('PUT', '/add_ons/start', { add_on: { name: 'Start' } })).add_on.taxes).toHaveLength(1)
    expect((await api.done('DELETE', '/add_ons/start')).add_on).toMatchObject({
      name: 'Start',
      taxes: [{ code: 'vat' }],
    })
    expect(await api.refusal('GET', '/add_ons/start')).toBe('404 add_on_not_found')
    expect((await api.done('GET', '/add_ons')).add_ons).toEqual([])
    // The code is free again.
    await api.done('POST', '/add_ons', { add_on: { ...ADD_ON, code: 'start' } })
  })

  it.each([
    [{ name: ' ' }, { name: ['value_is_mandatory'] }],
    [{ code: '' }, { code: ['value_is_mandatory'] }],
    [{ code: 'setup' }, { code: ['value_already_exist'] }],
    [{ amount_cents: 0 }, { amount_cents: ['value_is_out_of_range'] }],
    [{ amount_currency: 'XXX' }, { amount_currency: ['value_is_invalid'] }],
    [{ tax_codes: ['none'] }, '404 tax_not_found'],
  ])('refuses %j', async (given, refusal) => {
    const api = await open()
    expect(await api.refusal('POST', '/add_ons', { add_on: { ...ADD_ON, code: 'other', ...given } })).toEqual(refusal)
    expect((await api.done('GET', '/add_ons')).meta.total_count).toBe(1)
  })
})

describe('a one-off invoice', () => {
  it('is final at once, shown with its fees, paid like any other, and told of once', async () => {
    const api = await open({ billing_configuration: { invoice_grace_period: 5 } })
    const { invoice } = await api.done('POST', '/invoices', asked([{ add_on_code: 'setup', units: '1.5' }]))
    expect(invoice).toMatchObject({
      invoice_type: 'one_off',
      status: 'finalized',
      total_amount_cents: 1500,
      number: expect.stringMatching(/-001-001$/),
    })
    const { fees } = await api.done('GET', '/fees?fee_type=add_on')
    expect(fees).toMatchObject([{ lago_invoice_id: invoice.lago_id, lago_subscription_id: null, amount_cents: 1500 }])
    const payment = { invoice_id: invoice.lago_id, amount_cents: 1500, reference: 'wire' }
    await api.done('POST', '/payments', { payment })
    expect((await api.done('GET', `/invoices/${invoice.lago_id}`)).invoice.payment_status).toBe('succeeded')
    const told = await rowsOf('SELECT message_type AS type FROM outbox WHERE subject_id = ?', invoice.lago_id)
    expect(told.filter(({ type }) => type === 'invoice.one_off_created')).toHaveLength(1)
    expect(told.filter(({ type }) => type === 'invoice.created')).toEqual([])
  })

  it('asked for ten times at once is ten invoices, numbered without gap', async () => {
    const api = await open()
    await Promise.all(Array.from({ length: 10 }, () => api.done('POST', '/invoices', asked())))
    const places = (await numbersOf(api)).map((number) => Number(number.slice(-3))).toSorted((a, b) => a - b)
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('takes neither coupons nor credit notes', async () => {
    const api = await open()
    const coupon = { name: 'x', code: 'x', coupon_type: 'fixed_amount', amount_cents: 100, amount_currency: 'EUR' }
    await api.done('POST', '/coupons', { coupon: { ...coupon, frequency: 'once', expiration: 'no_expiration' } })
    await api.done('POST', '/applied_coupons', { applied_coupon: { external_customer_id: 'c', coupon_code: 'x' } })
    const { invoice } = await api.done('POST', '/invoices', asked())
    const items = [{ fee_id: invoice.fees[0].lago_id, amount_cents: 400 }]
    const credit_note = { invoice_id: invoice.lago_id, reason: 'other', credit_amount_cents: 400, items }
    await api.done('POST', '/credit_notes', { credit_note })
    const second = (await api.done('POST', '/invoices', asked())).invoice
    expect(second).toMatchObject({ coupons_amount_cents: 0, credit_notes_amount_cents: 0, total_amount_cents: 1000 })
  })

  it('of nothing is shown to who asked for it alone, where such invoices are left out', async () => {
    const api = await open({ finalize_zero_amount_invoice: 'skip' })
    const { invoice } = await api.done('POST', '/invoices', asked([{ add_on_code: 'setup', unit_amount_cents: 0 }]))
    expect(invoice).toMatchObject({ status: 'closed', total_amount_cents: 0 })
    expect(await api.invoices()).toEqual([])
  })

  it('gives a customer without a currency its own', async () => {
    const api = await BillingApi.open()
    await api.customer({ external_id: 'c' })
    await api.done('POST', '/add_ons', { add_on: ADD_ON })
    expect(await api.refusal('POST', '/invoices', asked())).toEqual({ currency: ['value_is_mandatory'] })
    await api.done('POST', '/invoices', asked(undefined, { currency: 'USD' }))
    expect((await api.done('GET', '/customers/c')).customer.currency).toBe('USD')
  })

  it.each<[string, Json, Json]>([
    ['no customer', asked(undefined, { external_customer_id: 'x' }), '404 customer_not_found'],
    ['a customer that is no text', asked(undefined, { external_customer_id: {} }), '404 customer_not_found'],
    ['no fees', asked([]), '404 fees_not_found'],
    ['an unknown add-on', asked([{ add_on_code: 'setup' }, { add_on_code: 'x' }]), '404 add_on_not_found'],
    ['an unknown tax', asked([{ add_on_code: 'setup', tax_codes: ['x'] }]), '404 tax_not_found'],
    ['an unknown entity', asked(undefined, { billing_entity_code: 'x' }), '404 billing_entity_not_found'],
    ['a currency that is none', asked(undefined, { currency: 'XXX' }), { currency: ['value_is_invalid'] }],
    [
      'half a stretch of time',
      asked([{ add_on_code: 'setup', from_datetime: '2024-01-01T00:00:00Z' }]),
      { boundaries: ['values_are_invalid'] },
    ],
    [
      'more than can be reckoned',
      asked([{ add_on_code: 'setup', unit_amount_cents: 1_000_000_000_000, units: 1_000_000 }]),
      { fees: ['value_is_out_of_range'] },
    ],
  ])('with %s is refused, and nothing is left of it', async (_, body, refusal) => {
    const api = await open()
    expect(await api.refusal('POST', '/invoices', body)).toEqual(refusal)
    expect(await api.invoices()).toEqual([])
  })

  it("bills no other organization's add-on", async () => {
    const [api, other] = [await open(), await BillingApi.open()]
    await other.done('POST', '/add_ons', { add_on: { ...ADD_ON, code: 'theirs' } })
    expect(await api.refusal('POST', '/invoices', asked([{ add_on_code: 'theirs' }]))).toBe('404 add_on_not_found')
    expect(await api.refusal('PUT', '/add_ons/theirs', { add_on: { name: 'x' } })).toBe('404 add_on_not_found')
  })
})

describe('what an invoice has no file, mail, provider or tax service for', () => {
  it.each([
    ['download', ''],
    ['download_pdf', ''],
    ['download_xml', ''],
    ['retry', '405 invalid_status'],
    ['retry_payment', ''],
    ['resend_email', '405 email_settings_disabled'],
    ['payment_url', { base: ['no_linked_payment_provider'] }],
  ])('%s is answered as the API says, and only for known invoices', async (what, answer) => {
    const [api, other] = [await open(), await open()]
    const { invoice } = await api.done('POST', '/invoices', asked())
    const response = await app.request(
      `/api/v1/invoices/${invoice.lago_id}/${what}`,
      { method: 'POST', headers: { authorization: `Bearer ${api.token}` } },
      env,
    )
    if (answer === '') expect([response.status, await response.text()]).toEqual([200, ''])
    else expect(await api.refusal('POST', `/invoices/${invoice.lago_id}/${what}`)).toEqual(answer)
    expect(await other.refusal('POST', `/invoices/${invoice.lago_id}/${what}`)).toBe('404 invoice_not_found')
  })
  it('is refused where the invoice is paid, void, or not of what can change', async () => {
    const api = await open()
    await api.done('PUT', '/billing_entities/default', { billing_entity: { email_settings: ['invoice.finalized'] } })
    const { invoice } = await api.done('POST', '/invoices', asked())
    const path = `/invoices/${invoice.lago_id}`
    expect(await api.refusal('PUT', `${path}/refresh`)).toBe('403 feature_unavailable')
    expect(await api.refusal('POST', `${path}/resend_email`)).toEqual({ base: ['feature_unavailable'] })
    const payment = { invoice_id: invoice.lago_id, amount_cents: 1000, reference: 'wire' }
    await api.done('POST', '/payments', { payment })
    expect(await api.refusal('POST', `${path}/retry_payment`)).toBe('405 invalid_status')
    await api.done('POST', `${path}/void`, {})
    expect(await api.refusal('POST', `${path}/resend_email`)).toBe('405 invoice_not_finalized')
    expect(await api.refusal('POST', `${path}/retry_payment`)).toBe('405 invalid_status')
  })
})
