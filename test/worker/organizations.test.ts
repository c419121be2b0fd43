import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { app } from '../../src/app.js'
import { AccountApi, call, type Json, rowsOf } from '../support/account_api.js'

const create = (organization: Json, token: string | null = 'admin-token') =>
  call('POST', '/admin/organizations', token, { organization })
const codes = (taxes: Json[]) => taxes.map((tax) => tax.code).sort()

describe('provisioning', () => {
  it.each([
    [null, 'no header'],
    ['wrong', 'another token'],
    ['admin-toke', 'the start of the token'],
  ])('the token %o opens nothing: %s', async (token, _why) => {
    const unauthorized = { status: 401, body: { status: 401, error: 'Unauthorized' } }
    expect(await create({ name: 'Acme' }, token)).toEqual(unauthorized)
    expect(await call('GET', '/admin/parked_customers', token)).toEqual(unauthorized)
  })

  it.each([undefined, ''])('with the token %o configured every call is turned away', async (configured) => {
    for (const sent of ['Bearer undefined', 'Bearer ', 'Bearer  ', '']) {
      const headers = { authorization: sent }
      const response = await app.request('/admin/parked_customers', { headers }, { ...env, ADMIN_TOKEN: configured })
      expect(response.status).toBe(401)
    }
  })

  it('a new organization has defaults, and a key that opens it', async () => {
    const { body } = await create({ name: 'Acmé Größe' })
    const { organization } = body
    expect(organization).toMatchObject({
      name: 'Acmé Größe',
      slug: 'acme-gro-e',
      default_currency: 'USD',
      timezone: 'UTC',
      document_numbering: 'per_customer',
      document_number_prefix: `ACM-${organization.lago_id.slice(-4).toUpperCase()}`,
      net_payment_term: 0,
      finalize_zero_amount_invoice: true,
      email_settings: [],
      webhook_url: null,
      webhook_urls: [],
      country: null,
      taxes: [],
      billing_configuration: { invoice_footer: null, invoice_grace_period: 0, document_locale: 'en' },
      test_clock: null,
    })
    const { api_key, test_clock, ...shown } = organization
    const read = await call('GET', '/api/v1/organizations', api_key)
    expect(read.body).toEqual({ organization: shown })
    expect((await call('GET', '/api/v1/test_clock', api_key)).status).toBe(403)
  })

  it('the key itself is kept nowhere', async () => {
    const { organization } = (await create({ name: 'Acme' })).body
    const keys = await rowsOf('SELECT * FROM api_keys WHERE organization_id = ?', organization.lago_id)
    expect(keys).toHaveLength(1)
    expect(JSON.stringify(keys)).not.toContain(organization.api_key)
    expect(organization.api_key.length).toBeGreaterThanOrEqual(32)
  })

  it('a test clock makes a sandbox that lives at that moment', async () => {
    const { organization } = (await create({ name: 'Acme', test_clock: '2024-03-01T12:00:00+02:00' })).body
    expect(organization).toMatchObject({
      test_clock: { now: '2024-03-01T10:00:00Z' },
      created_at: '2024-03-01T10:00:00Z',
    })
    const clock = await call('GET', '/api/v1/test_clock', organization.api_key)
    expect(clock.body).toEqual({ test_clock: { now: '2024-03-01T10:00:00Z' } })
  })

  it('any other setting is taken with the creation', async () => {
    const billing_configuration = {
      invoice_footer: 'Bye',
      invoice_grace_period: 3,
      document_locale: 'fr',
      vat_rate: 20,
    }
    const given = { country: 'fr', default_currency: 'eur', timezone: 'Europe/Paris', document_number_prefix: 'ac' }
    const { organization } = (await create({ name: 'Acme', ...given, billing_configuration })).body
    const { vat_rate, ...kept } = billing_configuration
    expect(organization).toMatchObject({
      country: 'FR',
      default_currency: 'EUR',
      timezone: 'Europe/Paris',
      document_number_prefix: 'AC',
      billing_configuration: kept,
      taxes: [{ code: 'vat_20', name: 'VAT', rate: 20, applied_to_organization: true }],
    })
  })

  it('a refused creation says why and leaves nothing', async () => {
    const before = await rowsOf('SELECT count(*) AS n FROM organizations')
    expect(await call('POST', '/admin/organizations', 'admin-token', { organization: {} })).toMatchObject({
      status: 400,
    })
    expect(await create({ default_currency: 'EUR', timezone: 'Mars/Base', test_clock: 'soon' })).toMatchObject({
      status: 422,
      body: {
        error_details: { name: ['value_is_mandatory'], timezone: ['invalid_timezone'], test_clock: ['invalid_date'] },
      },
    })
    expect(await rowsOf('SELECT count(*) AS n FROM organizations')).toEqual(before)
  })

  it('the operator sees whose work failed, and why', async () => {
    const api = await AccountApi.create({ name: 'Parked Ltd' })
    const customer = await api.customer({ external_id: 'stuck' })
    await env.DB.prepare('INSERT INTO parked_customers VALUES (?, ?, ?, ?, ?)')
      .bind(
        customer.lago_id,
        api.organization.lago_id,
        'the total is not the sum',
        Date.parse('2024-02-01T01:00:00Z'),
        2,
      )
      .run()
    const { body } = await call('GET', '/admin/parked_customers?per_page=1', 'admin-token')
    expect(body).toEqual({
      parked_customers: [
        {
          lago_organization_id: api.organization.lago_id,
          organization_name: 'Parked Ltd',
          lago_customer_id: customer.lago_id,
          external_customer_id: 'stuck',
          error: 'the total is not the sum',
          since: '2024-02-01T01:00:00Z',
          failed_runs: 2,
        },
      ],
      meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_count: 1 },
    })
  })
})

describe('settings', () => {
  it('are changed in the fields that are named', async () => {
    const api = await AccountApi.create({ city: 'Paris', legal_name: 'Acme SA' })
    const changed = await api.settings({
      name: 'Renamed',
      city: null,
      billing_configuration: { invoice_grace_period: 2 },
    })
    expect(changed).toMatchObject({ name: 'Renamed', city: null, legal_name: 'Acme SA' })
    expect(await api.settings({ billing_configuration: { document_locale: 'de' } })).toMatchObject({
      billing_configuration: { invoice_grace_period: 2, document_locale: 'de', invoice_footer: null },
    })
    expect((await api.done('GET', '/organizations')).organization).toMatchObject({
      name: 'Renamed',
      legal_name: 'Acme SA',
    })
  })

  it.each([
    [{ default_currency: 'SHELLS' }, { default_currency: ['value_is_invalid'] }],
    [{ timezone: 'Mars/Base' }, { timezone: ['invalid_timezone'] }],
    [{ country: 'XX', city: 'Lyon' }, { country: ['not_a_valid_country_code'] }],
    [{ email: 'nobody' }, { email: ['invalid_email_format'] }],
    [{ net_payment_term: -1 }, { net_payment_term: ['value_is_out_of_range'] }],
    [{ document_number_prefix: 'ELEVENCHARS' }, { document_number_prefix: ['value_is_too_long'] }],
    [{ document_number_prefix: 'ßßßßßß' }, { document_number_prefix: ['value_is_too_long'] }],
    [{ document_number_prefix: '' }, { document_number_prefix: ['value_is_too_short'] }],
    [{ email_settings: ['invoice.finalized', 'fax.sent'] }, { email_settings: ['unsupported_value'] }],
    [{ webhook_url: 'nowhere' }, { webhook_url: ['url_is_invalid'] }],
    [{ name: '' }, { name: ['value_is_mandatory'] }],
    [{ billing_configuration: { document_locale: 'klingon' } }, { document_locale: ['not_a_valid_language_code'] }],
    [{ billing_configuration: { invoice_footer: 'x'.repeat(601) } }, { invoice_footer: ['value_is_too_long'] }],
    [{ billing_configuration: { invoice_grace_period: -1 } }, { invoice_grace_period: ['value_is_out_of_range'] }],
    [{ billing_configuration: { vat_rate: 'much' } }, { vat_rate: ['value_is_invalid'] }],
  ])('%j is refused as %j and changes nothing', async (given, details) => {
    const api = await AccountApi.create()
    const before = await api.done('GET', '/organizations')
    expect(await api.refusal('PUT', '/organizations', { organization: given })).toEqual(details)
    expect(await api.done('GET', '/organizations')).toEqual(before)
  })

  it('values take their proper form', async () => {
    const api = await AccountApi.create()
    const email_settings = ['invoice.finalized', 'invoice.finalized', 'payment_receipt.created']
    expect(
      await api.settings({ default_currency: 'jpy', country: 'cz', document_number_prefix: 'low', email_settings }),
    ).toMatchObject({
      default_currency: 'JPY',
      country: 'CZ',
      document_number_prefix: 'LOW',
      email_settings: ['invoice.finalized', 'payment_receipt.created'],
    })
    const webhook_url = 'https://hooks.example.com/a'
    expect(await api.settings({ webhook_url })).toMatchObject({ webhook_url, webhook_urls: [webhook_url] })
    expect(await api.settings({ finalize_zero_amount_invoice: 'false' })).toMatchObject({
      finalize_zero_amount_invoice: false,
    })
    expect(await api.settings({ finalize_zero_amount_invoice: null })).toMatchObject({
      finalize_zero_amount_invoice: true,
    })
  })

  it('a body without settings is a bad request', async () => {
    const api = await AccountApi.create()
    for (const body of [{}, { organization: null }, { organization: {} }, { organization: 'x' }]) {
      expect((await api.request('PUT', '/organizations', body)).status).toBe(400)
    }
  })

  it('are those of the key’s organization only', async () => {
    const [mine, theirs] = [await AccountApi.create(), await AccountApi.create()]
    await mine.settings({ name: 'Mine', timezone: 'Asia/Tokyo', billing_configuration: { vat_rate: 10 } })
    expect((await theirs.done('GET', '/organizations')).organization).toMatchObject({
      name: 'Acme',
      timezone: 'UTC',
      taxes: [],
    })
  })
})

describe("the organization's zone", () => {
  const due = (api: AccountApi) =>
    rowsOf("SELECT customer_id FROM agenda WHERE kind = 'reschedule' AND organization_id = ?", api.organization.lago_id)

  it('sends those who live by it back to their calendars, in the same commit', async () => {
    const api = await AccountApi.create()
    const follows = await api.customer({ external_id: 'follows' })
    await api.customer({ external_id: 'own', timezone: 'Asia/Tokyo' })
    await api.settings({ timezone: 'America/New_York' })
    expect(await due(api)).toEqual([{ customer_id: follows.lago_id }])
    expect((await api.done('GET', '/customers/follows')).customer.applicable_timezone).toBe('America/New_York')
    expect((await api.done('GET', '/customers/own')).customer.applicable_timezone).toBe('Asia/Tokyo')
  })

  it('sends nobody when it stays', async () => {
    const api = await AccountApi.create({ timezone: 'Europe/Paris' })
    await api.customer({ external_id: 'follows' })
    await api.settings({ timezone: 'Europe/Paris', name: 'Other' })
    expect(await due(api)).toEqual([])
  })
})

describe('the older vat_rate of the organization', () => {
  const rated = (vat_rate: unknown) => ({ billing_configuration: { vat_rate } })

  it('makes one tax of that rate, puts another rate in its place, and is not touched by null', async () => {
    const api = await AccountApi.create()
    await api.tax('vat_local')
    await api.done('PUT', '/taxes/vat_local', { tax: { applied_to_organization: true } })
    expect(codes((await api.settings(rated(15.0))).taxes)).toEqual(['vat_15', 'vat_local'])
    expect(codes((await api.settings(rated('12.50'))).taxes)).toEqual(['vat_12.5', 'vat_local'])
    expect(codes((await api.settings(rated(null))).taxes)).toEqual(['vat_12.5', 'vat_local'])
    expect(codes((await api.settings(rated(15))).taxes)).toEqual(['vat_15', 'vat_local'])
    expect(codes((await api.settings(rated(0))).taxes)).toEqual(['vat_local'])
    expect(codes((await api.done('GET', '/taxes')).taxes)).toEqual(['vat_12.5', 'vat_15', 'vat_local'])
  })

  it('does not apply a tax of that name whose rate is another by now', async () => {
    const api = await AccountApi.create()
    await api.tax('vat_15', '99')
    const refusal = await api.refusal('PUT', '/organizations', { organization: { name: 'Other', ...rated(15) } })
    expect(refusal).toEqual({ vat_rate: ['value_already_exist'] })
    expect((await api.done('GET', '/organizations')).organization).toMatchObject({ name: 'Acme', taxes: [] })
  })
})
