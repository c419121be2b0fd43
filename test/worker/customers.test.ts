import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import { AccountApi, type Json, rowsOf } from '../support/account_api.js'

const codes = (taxes: Json[]) => taxes.map((tax) => tax.code).sort()
const messages = (customerId: string) =>
  rowsOf('SELECT message_type, subject_type, subject_id FROM outbox WHERE customer_id = ? ORDER BY seq', customerId)

describe('a new customer', () => {
  it('needs nothing but an external id, and has defaults for the rest', async () => {
    const api = await AccountApi.create({ document_number_prefix: 'acme', timezone: 'Europe/Paris' })
    const customer = await api.customer({ external_id: '  c1 ' })
    expect(customer).toMatchObject({
      external_id: 'c1',
      account_type: 'customer',
      sequential_id: 1,
      slug: 'ACME-001',
      billing_entity_code: 'default',
      finalize_zero_amount_invoice: 'inherit',
      skip_invoice_custom_sections: false,
      timezone: null,
      applicable_timezone: 'Europe/Paris',
      currency: null,
      net_payment_term: null,
      metadata: [],
      taxes: [],
      integration_customers: [],
      billing_configuration: {
        invoice_grace_period: null,
        document_locale: null,
        payment_provider: null,
        subscription_invoice_issuing_date_anchor: null,
        subscription_invoice_issuing_date_adjustment: null,
      },
      shipping_address: { address_line1: null, country: null },
      created_at: '2024-01-01T00:00:00Z',
      updated_at: '2024-01-01T00:00:00Z',
    })
    expect(await api.done('GET', '/customers/c1')).toEqual({ customer })
  })

  it('keeps every field that it is given', async () => {
    const api = await AccountApi.create()
    const plain = {
      customer_type: 'company',
      name: 'Acme',
      firstname: 'Ann',
      lastname: 'Bell',
      email: 'a@acme.example,b@acme.example',
      phone: '1 x2',
      url: 'http://acme.example',
      logo_url: 'http://acme.example/logo.png',
      legal_name: 'Acme SA',
      legal_number: '49',
      tax_identification_number: 'FR1',
      address_line1: 'Street 1',
      address_line2: 'Door 2',
      city: 'Paris',
      state: 'IDF',
      zipcode: '75001',
      country: 'FR',
      currency: 'EUR',
      timezone: 'Asia/Tokyo',
      net_payment_term: 0,
      finalize_zero_amount_invoice: 'skip',
    }
    const billing_configuration = {
      invoice_grace_period: 0,
      subscription_invoice_issuing_date_anchor: 'current_period_end',
      subscription_invoice_issuing_date_adjustment: 'keep_anchor',
      document_locale: 'pt-BR',
    }
    const shipping_address = {
      address_line1: 'S',
      address_line2: 'T',
      city: 'U',
      country: 'DE',
      state: 'V',
      zipcode: 'W',
    }
    const given = { ...plain, billing_configuration, shipping_address }
    expect(await api.customer({ external_id: 'c1', ...given })).toMatchObject(given)
  })

  it('is told of once, as created, and a change as a change', async () => {
    const api = await AccountApi.create()
    const { lago_id } = await api.customer({ external_id: 'c1' })
    await api.customer({ external_id: 'c1', name: 'Acme' })
    const subject = { subject_type: 'customer', subject_id: lago_id }
    expect(await messages(lago_id)).toEqual([
      { message_type: 'customer.created', ...subject },
      { message_type: 'customer.updated', ...subject },
    ])
  })

  it('takes the next number, whatever was deleted, and the prefix of its day', async () => {
    const api = await AccountApi.create({ document_number_prefix: 'one' })
    const first = await api.customer({ external_id: 'c1' })
    expect((await api.done('DELETE', '/customers/c1')).customer).toMatchObject({
      lago_id: first.lago_id,
      external_id: 'c1',
    })
    await api.settings({ document_number_prefix: 'two' })
    expect(await api.customer({ external_id: 'c1' })).toMatchObject({ sequential_id: 2, slug: 'TWO-002' })
  })

  it('is made once by concurrent calls, and no number is lost or doubled', async () => {
    const api = await AccountApi.create()
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const same = await Promise.all(names.slice(0, 3).map((name) => api.customer({ external_id: 'same', name })))
    expect(new Set(same.map((customer) => customer.lago_id)).size).toBe(1)
    const others = await Promise.all(names.map((name) => api.customer({ external_id: name })))
    expect(others.map((customer) => customer.sequential_id).sort()).toEqual([2, 3, 4, 5, 6, 7])
    const created = await rowsOf(
      "SELECT count(*) AS n FROM outbox WHERE organization_id = ? AND message_type = 'customer.created'",
      api.organization.lago_id,
    )
    expect(created).toEqual([{ n: 7 }])
  })

  it('whose external id another has by now is left to the other', async () => {
    const api = await AccountApi.create()
    await api.customer({ external_id: 'c1', name: 'First' })
    const ref = { organizationId: api.organization.lago_id, customerId: crypto.randomUUID() }
    const input = { externalId: 'c1', fields: { name: 'Second' }, vatRate: '7' }
    const saved = await customerObject(env, ref).saveCustomer(ref, input, 0)
    expect(saved).toEqual({ ok: false, failure: { kind: 'taken', field: 'external_id' } })
    expect((await api.done('GET', '/customers/c1')).customer.name).toBe('First')
    expect((await api.done('GET', '/taxes')).taxes).toEqual([])
  })

  it('is a stranger to other organizations', async () => {
    const [mine, theirs] = [await AccountApi.create(), await AccountApi.create()]
    const { lago_id } = await mine.customer({ external_id: 'c1', name: 'Mine' })
    expect(await theirs.refusal('GET', '/customers/c1')).toBe('404 customer_not_found')
    expect(await theirs.refusal('DELETE', '/customers/c1')).toBe('404 customer_not_found')
    expect((await theirs.done('GET', `/customers?search_term=${lago_id}`)).customers).toEqual([])
    expect((await theirs.customer({ external_id: 'c1', name: 'Theirs' })).sequential_id).toBe(1)
    expect((await mine.done('GET', '/customers/c1')).customer.name).toBe('Mine')
  })
})

describe('a change', () => {
  it('changes what is named, and null takes it away', async () => {
    const api = await AccountApi.create()
    const billing_configuration = { invoice_grace_period: 3, document_locale: 'fr' }
    const shipping_address = { city: 'Rome', country: 'IT' }
    await api.customer({
      external_id: 'c1',
      name: 'Acme',
      email: 'a@acme.example',
      net_payment_term: 10,
      timezone: 'Asia/Tokyo',
      customer_type: 'company',
      finalize_zero_amount_invoice: 'skip',
      billing_configuration,
      shipping_address,
    })
    const nulls = { email: null, net_payment_term: null, timezone: null, customer_type: null }
    expect(
      await api.customer({
        external_id: 'c1',
        ...nulls,
        finalize_zero_amount_invoice: null,
        billing_configuration: { invoice_grace_period: null },
        shipping_address: { city: null },
      }),
    ).toMatchObject({
      name: 'Acme',
      ...nulls,
      applicable_timezone: 'UTC',
      finalize_zero_amount_invoice: 'inherit',
      billing_configuration: { invoice_grace_period: null, document_locale: 'fr' },
      shipping_address: { city: null, country: 'IT' },
    })
    expect(await api.customer({ external_id: 'c1', shipping_address: null })).toMatchObject({
      shipping_address: { city: null, country: null },
    })
  })

  it.each([
    [{ external_id: ' ' }, { external_id: ['value_is_mandatory'] }],
    [{ external_id: null }, { external_id: ['value_is_mandatory'] }],
    [{ timezone: 'Mars/Olympus' }, { timezone: ['invalid_timezone'] }],
    [
      { country: 'XX', currency: 'eur' },
      { country: ['not_a_valid_country_code'], currency: ['value_is_invalid'] },
    ],
    [{ name: 'x'.repeat(256) }, { name: ['value_is_too_long'] }],
    [{ email: 'a@acme.example,' }, { email: ['invalid_email_format'] }],
    [{ customer_type: 'dog' }, { customer_type: ['value_is_invalid'] }],
    [{ account_type: 'dog' }, { account_type: ['value_is_invalid'] }],
    [{ net_payment_term: -1 }, { net_payment_term: ['value_is_out_of_range'] }],
    [{ finalize_zero_amount_invoice: 'maybe' }, { finalize_zero_amount_invoice: ['invalid_value'] }],
    [{ billing_configuration: { invoice_grace_period: -1 } }, { invoice_grace_period: ['value_is_out_of_range'] }],
    [{ billing_configuration: { document_locale: 'xx' } }, { document_locale: ['not_a_valid_language_code'] }],
    [{ billing_configuration: { payment_provider: 'bank' } }, { payment_provider: ['value_is_invalid'] }],
    [{ billing_configuration: [] }, { billing_configuration: ['value_is_invalid'] }],
    [{ shipping_address: { country: 'XX' } }, { shipping_country: ['not_a_valid_country_code'] }],
    [{ shipping_address: 'Rome' }, { shipping_address: ['value_is_invalid'] }],
    [{ vat_rate: -1 }, { vat_rate: ['value_is_out_of_range'] }],
    [{ tax_codes: ['none'] }, '404 tax_not_found'],
    [{ tax_codes: { code: 'none' } }, { tax_codes: ['value_is_invalid'] }],
    [{ billing_entity_code: 'second' }, '404 billing_entity_not_found'],
  ])('of %j is refused as %j and changes nothing', async (given, details) => {
    const api = await AccountApi.create()
    const before = await api.customer({ external_id: 'c1', name: 'Acme', metadata: [{ key: 'k', value: 'v' }] })
    const customer = { external_id: 'c1', city: 'Rome', metadata: [], ...given }
    expect(await api.refusal('POST', '/customers', { customer })).toEqual(details)
    expect((await api.done('GET', '/customers')).meta.total_count).toBe(1)
    expect((await api.done('GET', '/customers/c1')).customer).toEqual(before)
  })

  it('refused for a customer that is not there makes none', async () => {
    const api = await AccountApi.create()
    await api.refusal('POST', '/customers', { customer: { external_id: 'new', tax_codes: ['none'] } })
    expect(await api.refusal('GET', '/customers/new')).toBe('404 customer_not_found')
  })

  it('passes over what is not offered, and takes numbers for text', async () => {
    const api = await AccountApi.create()
    const customer = await api.customer({
      external_id: 123,
      name: ' 456 ',
      account_type: null,
      billing_entity_code: 'default',
      billing_configuration: { payment_provider: 'stripe', provider_customer_id: 'cus_1', sync: true },
      integration_customers: [{ integration_type: 'xero' }],
      lago_id: 'mine',
      colour: 'red',
    })
    expect(customer).toMatchObject({ external_id: '123', name: '456', integration_customers: [] })
    expect(customer.billing_configuration.payment_provider).toBeNull()
    expect(customer.lago_id).not.toBe('mine')
  })

  it('of the zone sends the customer back to its calendar, in the same commit; other changes do not', async () => {
    const api = await AccountApi.create()
    const due = (id: string) => rowsOf("SELECT due_at FROM agenda WHERE kind = 'reschedule' AND customer_id = ?", id)
    const { lago_id } = await api.customer({ external_id: 'c1', timezone: 'Asia/Tokyo' })
    await api.customer({ external_id: 'c1', timezone: 'Asia/Tokyo', name: 'Acme' })
    expect(await due(lago_id)).toEqual([])
    await api.customer({ external_id: 'c1', timezone: null })
    expect(await due(lago_id)).toEqual([{ due_at: Date.parse('2024-01-01T00:00:00Z') }])
  })
})

describe('metadata of a customer', () => {
  const pairs = (customer: Json) => customer.metadata.map((entry: Json) => [entry.key, entry.value])

  it('are what was sent last: with their id they are kept, without created, the rest goes', async () => {
    const api = await AccountApi.create()
    const made = await api.customer({
      external_id: 'c1',
      metadata: [
        { key: 'tier', value: 'gold', display_in_invoice: true },
        { key: 'owner', value: 7 },
      ],
    })
    expect(made.metadata[1]).toEqual({
      lago_id: expect.any(String),
      key: 'owner',
      value: '7',
      display_in_invoice: false,
      created_at: '2024-01-01T00:00:00Z',
    })
    expect(pairs(await api.customer({ external_id: 'c1', name: 'Acme' }))).toHaveLength(2)
    const id = made.metadata[0].lago_id
    const changed = await api.customer({
      external_id: 'c1',
      metadata: [
        { id, key: 'level' },
        { id: crypto.randomUUID(), key: 'region', value: 'eu' },
      ],
    })
    expect(pairs(changed)).toEqual([
      ['level', 'gold'],
      ['region', 'eu'],
    ])
    expect(changed.metadata[0]).toMatchObject({ lago_id: id, display_in_invoice: true })
    expect(pairs(await api.customer({ external_id: 'c1', metadata: [] }))).toEqual([])
  })

  it('an id that is sent twice is given once', async () => {
    const api = await AccountApi.create()
    const { metadata } = await api.customer({ external_id: 'c1', metadata: [{ key: 'a', value: '1' }] })
    const id = metadata[0].lago_id
    const twice = [
      { id, key: 'a', value: '2' },
      { id, key: 'b', value: '3' },
    ]
    const changed = await api.customer({ external_id: 'c1', metadata: twice })
    expect(new Set(changed.metadata.map((entry: Json) => entry.lago_id)).size).toBe(2)
  })

  it.each([
    [Array.from({ length: 6 }, (_, i) => ({ key: `k${i}`, value: 'v' })), { metadata: ['invalid_count'] }],
    [[{ key: 'x'.repeat(21), value: 'v' }], { key: ['value_is_too_long'] }],
    [[{ key: 'k', value: 'x'.repeat(101) }], { value: ['value_is_too_long'] }],
    [[{ key: 'k' }], { value: ['value_is_mandatory'] }],
    [[{ value: 'v' }], { key: ['value_is_mandatory'] }],
    [[{ key: ' ', value: null }], { key: ['value_is_mandatory'], value: ['value_is_mandatory'] }],
    [
      [
        { key: 'k', value: '1' },
        { key: 'k', value: '2' },
      ],
      { key: ['value_already_exist'] },
    ],
    [['k'], { metadata: ['value_is_invalid'] }],
  ])('%j are refused as %j', async (metadata, details) => {
    const api = await AccountApi.create()
    expect(await api.refusal('POST', '/customers', { customer: { external_id: 'c1', metadata } })).toEqual(details)
  })
})

describe("a customer's own taxes", () => {
  it('are replaced as a whole by tax_codes', async () => {
    const api = await AccountApi.create()
    for (const code of ['a', 'b']) await api.tax(code)
    expect(codes((await api.customer({ external_id: 'c1', tax_codes: ['b', 'a', 'b'] })).taxes)).toEqual(['a', 'b'])
    expect(codes((await api.customer({ external_id: 'c1', name: 'Acme' })).taxes)).toEqual(['a', 'b'])
    expect(codes((await api.customer({ external_id: 'c1', tax_codes: 'a' })).taxes)).toEqual(['a'])
    await api.refusal('POST', '/customers', { customer: { external_id: 'c1', tax_codes: ['b', 'none'] } })
    expect(codes((await api.done('GET', '/customers/c1')).customer.taxes)).toEqual(['a'])
    expect((await api.customer({ external_id: 'c1', tax_codes: [] })).taxes).toEqual([])
  })

  it('follow the older vat_rate: one tax of that rate, another rate in its place, null changes nothing', async () => {
    const api = await AccountApi.create()
    await api.tax('local')
    const vat = async (vat_rate: unknown) => codes((await api.customer({ external_id: 'c1', vat_rate })).taxes)
    await api.customer({ external_id: 'c1', tax_codes: ['local'] })
    expect(await vat(12.5)).toEqual(['local', 'vat_12.5'])
    expect(await vat(null)).toEqual(['local', 'vat_12.5'])
    expect(await vat('20')).toEqual(['local', 'vat_20'])
    expect(await vat(0)).toEqual(['local'])
    const other = await api.customer({ external_id: 'c2', vat_rate: 20 })
    const { taxes } = await api.done('GET', '/taxes')
    expect(codes(taxes)).toEqual(['local', 'vat_12.5', 'vat_20'])
    expect(other.taxes).toEqual(taxes.filter((tax: Json) => tax.code === 'vat_20'))
    expect(other.taxes[0]).toMatchObject({ name: 'VAT', rate: 20, applied_to_organization: false })
  })

  it('are those of tax_codes where vat_rate is sent beside them', async () => {
    const api = await AccountApi.create()
    await api.tax('local')
    expect(codes((await api.customer({ external_id: 'c1', vat_rate: 5, tax_codes: ['local'] })).taxes)).toEqual([
      'local',
    ])
    expect(codes((await api.done('GET', '/taxes')).taxes)).toEqual(['local'])
  })

  it('never are a tax of that name whose rate is another by now', async () => {
    const api = await AccountApi.create()
    await api.tax('vat_5', '50')
    const refusal = await api.refusal('POST', '/customers', { customer: { external_id: 'c1', vat_rate: 5 } })
    expect(refusal).toEqual({ vat_rate: ['value_already_exist'] })
    expect(await api.refusal('GET', '/customers/c1')).toBe('404 customer_not_found')
  })

  it('of one rate are one tax when customers meet it at the same moment', async () => {
    const api = await AccountApi.create()
    const made = await Promise.all(['a', 'b', 'c'].map((external_id) => api.customer({ external_id, vat_rate: 19 })))
    expect(new Set(made.map((customer) => customer.taxes[0].lago_id)).size).toBe(1)
  })
})

describe('the listing of customers', () => {
  let api: AccountApi
  beforeAll(async () => {
    api = await AccountApi.create()
    await api.customer({
      external_id: 'fr',
      name: 'Red Kite',
      email: 'pay@kite.example',
      country: 'FR',
      currency: 'EUR',
      state: 'IDF',
      zipcode: '75001',
      customer_type: 'company',
      tax_identification_number: 'FR123',
      metadata: [
        { key: 'tier', value: 'gold' },
        { key: 'beta', value: 'yes' },
      ],
    })
    await api.customer({
      external_id: 'us',
      name: 'Blue Whale',
      firstname: 'Moby',
      lastname: 'Herman',
      country: 'US',
      currency: 'USD',
      state: 'CA',
      zipcode: '94107',
      customer_type: 'individual',
      metadata: [{ key: 'tier', value: 'silver' }],
    })
    await api.customer({ external_id: 'ca', legal_name: 'Kitewood Ltd', name: 'Émile', currency: 'CAD' })
  })
  const found = async (query: string) =>
    (await api.done('GET', `/customers?${query}`)).customers.map((customer: Json) => customer.external_id)

  it('is newest first, in pages, without taxes and integrations', async () => {
    expect(await found('')).toEqual(['ca', 'us', 'fr'])
    const { customers, meta } = await api.done('GET', '/customers?per_page=2&page=2')
    expect(customers.map((customer: Json) => customer.external_id)).toEqual(['fr'])
    expect(meta).toEqual({ current_page: 2, next_page: null, prev_page: 1, total_pages: 2, total_count: 3 })
    expect(customers[0]).not.toHaveProperty('taxes')
    expect(customers[0]).not.toHaveProperty('integration_customers')
    expect(customers[0].applicable_timezone).toBe('UTC')
  })

  it.each([
    ['search_term=kite', ['ca', 'fr']],
    ['search_term=ED%20K', ['fr']],
    ['search_term=moby', ['us']],
    ['search_term=US', ['us']],
    ['search_term=%C3%A9MILE', ['ca']],
    ['search_term=%25', []],
    ['search_term=nothing', []],
    ['external_id=fr', ['fr']],
    ['external_id=f', []],
    ['countries[]=FR', ['fr']],
    ['countries[]=fr&countries[]=US', ['us', 'fr']],
    ['states[]=CA', ['us']],
    ['zipcodes[]=75001&zipcodes[]=94107', ['us', 'fr']],
    ['currencies[]=USD&currencies[]=CAD', ['ca', 'us']],
    ['countries[]=FR&currencies[]=USD', []],
    ['customer_type=company', ['fr']],
    ['has_customer_type=true', ['us', 'fr']],
    ['has_customer_type=false', ['ca']],
    ['has_tax_identification_number=true', ['fr']],
    ['has_tax_identification_number=false', ['ca', 'us']],
    ['account_type[]=customer&account_type[]=partner', ['ca', 'us', 'fr']],
    ['account_type[]=partner', []],
    ['billing_entity_codes[]=default&billing_entity_codes[]=default', ['ca', 'us', 'fr']],
    ['metadata[tier]=gold', ['fr']],
    ['metadata[tier]=', ['ca']],
    ['metadata[tier]=gold&metadata[beta]=yes', ['fr']],
    ['metadata[tier]=silver&metadata[beta]=', ['us']],
    ['metadata[tier]=silver&metadata[beta]=yes', []],
    [Array.from({ length: 150 }, (_, i) => `metadata[k${i}]=`).join('&'), ['ca', 'us', 'fr']],
  ])('narrowed by %s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it('finds a customer by a whole id', async () => {
    const { lago_id } = (await api.done('GET', '/customers/us')).customer
    expect(await found(`search_term=${lago_id}`)).toEqual(['us'])
    expect(await found(`search_term=${lago_id.slice(0, 8)}`)).toEqual([])
  })

  it.each([
    ['countries[]=ATLANTIS', { countries: ['value_is_invalid'] }],
    ['currencies[]=SHELLS', { currencies: ['value_is_invalid'] }],
    ['account_type[]=friend', { account_type: ['value_is_invalid'] }],
    ['customer_type=dog', { customer_type: ['value_is_invalid'] }],
    ['has_tax_identification_number=perhaps', { has_tax_identification_number: ['value_is_invalid'] }],
    ['has_customer_type=false&customer_type=company', { customer_type: ['value_must_be_blank'] }],
    ['billing_entity_codes[]=nowhere', '404 billing_entity_not_found'],
  ])('narrowed by %s is refused as %j', async (query, details) => {
    expect(await api.refusal('GET', `/customers?${query}`)).toEqual(details)
  })
})

describe('a deleted customer', () => {
  it('is unknown from then on, and its id is free', async () => {
    const api = await AccountApi.create()
    const first = await api.customer({ external_id: 'c1', metadata: [{ key: 'k', value: 'v' }] })
    expect(await api.done('DELETE', '/customers/c1')).toEqual({ customer: first })
    expect(await api.refusal('GET', '/customers/c1')).toBe('404 customer_not_found')
    expect(await api.refusal('DELETE', '/customers/c1')).toBe('404 customer_not_found')
    expect((await api.done('GET', '/customers')).meta.total_count).toBe(0)
    const again = await api.customer({ external_id: 'c1' })
    expect(again.lago_id).not.toBe(first.lago_id)
    expect(again.metadata).toEqual([])
  })

  it('is not brought back by a change that was on its way', async () => {
    const api = await AccountApi.create()
    const { lago_id } = await api.customer({ external_id: 'c1' })
    await api.done('DELETE', '/customers/c1')
    const ref = { organizationId: api.organization.lago_id, customerId: lago_id }
    const saved = await customerObject(env, ref).saveCustomer(ref, { externalId: 'c1', fields: { name: 'Late' } }, 0)
    expect(saved).toEqual({ ok: false, failure: { kind: 'taken', field: 'external_id' } })
    expect(await api.refusal('GET', '/customers/c1')).toBe('404 customer_not_found')
  })
})
