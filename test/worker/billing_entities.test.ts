import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { AccountApi, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const entity = async (api: AccountApi, code: string, given: Json) =>
  (await api.done('PUT', `/billing_entities/${code}`, { billing_entity: given })).billing_entity
const made = async (api: AccountApi, given: Json) =>
  (await api.done('POST', '/billing_entities', { billing_entity: { name: given.code, ...given } })).billing_entity
const codes = (taxes: Json[]) => taxes.map((tax) => tax.code).sort()
const IN_ADVANCE = { pay_in_advance: true, charges: [] }

describe('the first billing entity', () => {
  it('is there from the start, with the settings of the organization', async () => {
    const api = await AccountApi.create({
      document_number_prefix: 'acme',
      timezone: 'Europe/Paris',
      net_payment_term: 5,
    })
    const { billing_entities: all, meta } = await api.done('GET', '/billing_entities')
    expect(all).toMatchObject([
      { code: 'default', name: 'Acme', is_default: true, document_number_prefix: 'ACME', timezone: 'Europe/Paris' },
    ])
    expect(all[0]).toMatchObject({ net_payment_term: 5, document_numbering: 'per_customer', eu_tax_management: false })
    expect(meta).toBeUndefined()
  })

  it('gives the organization its zone and currency, and customers their calendar', async () => {
    const api = await AccountApi.create()
    await api.customer({ external_id: 'c' })
    await entity(api, 'default', {
      timezone: 'Asia/Tokyo',
      default_currency: 'jpy',
      document_numbering: 'per_billing_entity',
    })
    const { organization } = await api.done('GET', '/organizations')
    expect(organization).toMatchObject({ timezone: 'Asia/Tokyo', default_currency: 'JPY' })
    expect((await api.done('GET', '/customers/c')).customer.applicable_timezone).toBe('Asia/Tokyo')
  })

  it('is changed with the organization, or neither is', async () => {
    const api = await AccountApi.create()
    await entity(api, 'default', { country: 'FR', eu_tax_management: true })
    const refused = await api.refusal('PUT', '/organizations', { organization: { name: 'Other', country: 'US' } })
    expect(refused).toEqual({ eu_tax_management: ['billing_entity_must_be_in_eu'] })
    expect((await api.done('GET', '/organizations')).organization).toMatchObject({ name: 'Acme' })
    expect(await entity(api, 'default', { city: 'Lyon' })).toMatchObject({ name: 'Acme', country: 'FR', city: 'Lyon' })
  })
})

describe('further billing entities', () => {
  it('are known to their own organization only, and have a code of their own there', async () => {
    const [api, theirs] = [await AccountApi.create(), await AccountApi.create()]
    await made(api, { code: 'second' })
    await made(theirs, { code: 'third' })
    const body = { billing_entity: { code: 'second', name: 'Again' } }
    expect(await api.refusal('POST', '/billing_entities', body)).toEqual({ code: ['value_already_exist'] })
    const unknown = '404 billing_entity_not_found'
    expect(await api.refusal('GET', '/billing_entities/third')).toBe(unknown)
    expect(await api.refusal('PUT', '/billing_entities/third', { billing_entity: { name: 'Mine' } })).toBe(unknown)
    for (const path of ['customers', 'invoices', 'subscriptions', 'credit_notes']) {
      expect(await api.refusal('GET', `/${path}?billing_entity_codes[]=third`)).toBe(unknown)
    }
    const customer = { external_id: 'c', billing_entity_code: 'third' }
    expect(await api.refusal('POST', '/customers', { customer })).toBe(unknown)
    expect(await api.refusal('GET', '/customers/c')).toBe('404 customer_not_found')
  })

  it('are one of several that are asked for at once under one code', async () => {
    const api = await AccountApi.create()
    const body = { billing_entity: { code: 'second', name: 'Second' } }
    const answers = await Promise.all([1, 2, 3].map(() => api.request('POST', '/billing_entities', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
  })

  it('have taxes of their own, whatever the case of their codes', async () => {
    const api = await AccountApi.create()
    await api.tax('vat')
    await api.tax('Local')
    await made(api, { code: 'second' })
    expect(codes((await entity(api, 'second', { tax_codes: ['VAT', 'local'] })).taxes)).toEqual(['Local', 'vat'])
    expect(codes((await entity(api, 'default', { tax_codes: ['vat'] })).taxes)).toEqual(['vat'])
    expect(codes((await entity(api, 'second', { tax_codes: ['vat'] })).taxes)).toEqual(['vat'])
    const { tax } = await api.done('GET', '/taxes/vat')
    expect(tax).toMatchObject({
      applied_to_organization: true,
      applied_to_billing_entities_codes: ['default', 'second'],
    })
    expect((await api.done('GET', '/taxes/Local')).tax.applied_to_billing_entities_codes).toEqual([])
    await api.done('DELETE', '/taxes/vat')
    expect((await api.done('GET', '/billing_entities/second')).billing_entity.taxes).toEqual([])
  })
})

describe('invoices', () => {
  it('follow the settings of the entity that bills, the subscription’s before the customer’s', async () => {
    const api = await BillingApi.open({ document_number_prefix: 'ONE', net_payment_term: 3 }, IN_ADVANCE)
    await api.tax('vat')
    const second = { code: 'second', document_number_prefix: 'TWO', document_numbering: 'per_billing_entity' }
    await made(api, { ...second, net_payment_term: 10 })
    await entity(api, 'second', { tax_codes: ['vat'] })
    await api.customer({ external_id: 'c' })
    await api.customer({ external_id: 'd', billing_entity_code: 'second' })
    await api.subscribe('s1')
    await api.subscribe('s2', 'c', { billing_entity_code: 'second' })
    await api.subscribe('s3', 'd')
    const shown = (row: Json) => [row.number, row.billing_entity_code, row.payment_due_date, row.taxes_amount_cents]
    expect((await api.invoices()).map(shown)).toEqual([
      ['ONE-001-001', 'default', '2024-01-04', 0],
      ['TWO-202401-001', 'second', '2024-01-11', 200],
    ])
    expect((await api.invoices('d')).map(shown)).toEqual([['TWO-202401-002', 'second', '2024-01-11', 200]])
    const { invoices } = await api.done('GET', '/invoices?billing_entity_codes[]=second')
    expect(invoices).toHaveLength(2)
    const { subscriptions } = await api.done('GET', '/subscriptions?billing_entity_codes[]=second')
    expect(subscriptions.map((row: Json) => row.external_id)).toEqual(['s3', 's2'])
    await api.moveTo('2024-02-01T01:00:00Z')
    // Due in the same hour, and yet on one invoice for each entity.
    expect((await api.invoices()).map((row) => row.number)).toEqual([
      'ONE-001-001',
      'TWO-202401-001',
      'ONE-001-002',
      expect.stringMatching(/^TWO-202402-00[34]$/),
    ])
  })

  it('that are drafts move with the grace period of their own entity, not of another', async () => {
    const api = await BillingApi.open({}, IN_ADVANCE)
    await made(api, { code: 'second', billing_configuration: { invoice_grace_period: 5 } })
    await api.customer({ external_id: 'c', billing_entity_code: 'second' })
    await api.subscribe('s')
    const draft = async () => (await api.invoices())[0]
    expect(await draft()).toMatchObject({ status: 'draft', issuing_date: '2024-01-06' })
    await entity(api, 'default', { billing_configuration: { invoice_grace_period: 9 } })
    await api.moveTo('2024-01-02T01:00:00Z')
    expect(await draft()).toMatchObject({ status: 'draft', issuing_date: '2024-01-06' })
    await entity(api, 'second', { billing_configuration: { invoice_grace_period: 3 } })
    await api.moveTo('2024-01-02T02:00:00Z')
    expect(await draft()).toMatchObject({ status: 'draft', issuing_date: '2024-01-04' })
    await api.moveTo('2024-01-04T01:00:00Z')
    expect(await draft()).toMatchObject({ status: 'finalized', issuing_date: '2024-01-04' })
  })

  it('that are drafts stay with their entity and its taxes when the customer moves to another', async () => {
    const api = await BillingApi.open({ document_number_prefix: 'ONE' }, IN_ADVANCE)
    await api.tax('vat')
    await made(api, { code: 'second', document_number_prefix: 'TWO' })
    await entity(api, 'second', { tax_codes: ['vat'] })
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 2 } })
    await api.subscribe('s')
    await api.customer({ external_id: 'c', billing_entity_code: 'second' })
    await api.moveTo('2024-02-03T01:00:00Z')
    const shown = (row: Json) => [row.number, row.billing_entity_code, row.taxes_amount_cents]
    expect((await api.invoices()).map(shown)).toEqual([
      ['ONE-001-001', 'default', 0],
      ['TWO-001-001', 'second', 200],
    ])
  })

  it('come by the calendar of the entity that the customer moves to', async () => {
    const api = await BillingApi.open()
    await made(api, { code: 'second', timezone: 'Asia/Tokyo' })
    await api.customer({ external_id: 'c' })
    await api.subscribe('s')
    const moved = await api.customer({ external_id: 'c', billing_entity_code: 'second' })
    expect(moved).toMatchObject({ billing_entity_code: 'second', applicable_timezone: 'Asia/Tokyo' })
    await api.moveTo('2024-01-31T14:59:00Z')
    expect(await api.invoices()).toEqual([])
    await api.moveTo('2024-01-31T15:00:00Z')
    expect(await api.invoices()).toMatchObject([{ issuing_date: '2024-02-01', billing_entity_code: 'second' }])
  })
})

describe('European taxes', () => {
  const european = async () => {
    const api = await BillingApi.open({}, IN_ADVANCE)
    await entity(api, 'default', { country: 'FR', eu_tax_management: true })
    return api
  }

  it('are refused outside the union, and nothing is made', async () => {
    const api = await AccountApi.create()
    const details = { eu_tax_management: ['billing_entity_must_be_in_eu'] }
    for (const given of [{ eu_tax_management: true }, { country: 'US', eu_tax_management: true, name: 'Other' }]) {
      expect(await api.refusal('PUT', '/billing_entities/default', { billing_entity: given })).toEqual(details)
    }
    const second = { code: 'second', name: 'Second', country: 'CH', eu_tax_management: true }
    expect(await api.refusal('POST', '/billing_entities', { billing_entity: second })).toEqual(details)
    expect((await api.done('GET', '/taxes')).taxes).toEqual([])
    expect((await api.done('GET', '/billing_entities')).billing_entities).toMatchObject([
      { name: 'Acme', country: null },
    ])
  })

  it('are made once, beside what somebody has made of them', async () => {
    const api = await european()
    await api.done('PUT', '/taxes/lago_eu_fr_standard', { tax: { rate: '19.5' } })
    await entity(api, 'default', { eu_tax_management: true })
    const { taxes, meta } = await api.done('GET', '/taxes?per_page=200')
    expect(new Set(codes(taxes)).size).toBe(meta.total_count)
    expect((await api.done('GET', '/taxes/lago_eu_fr_standard')).tax.rate).toBe(19.5)
  })

  it('follow the customer, except where taxes were chosen by hand', async () => {
    const api = await european()
    await api.tax('banking')
    const taxesAfter = async (given: Json) => codes((await api.customer({ external_id: 'c', ...given })).taxes)
    expect(await taxesAfter({})).toEqual(['lago_eu_fr_standard'])
    expect(await taxesAfter({ country: 'DE' })).toEqual(['lago_eu_de_standard'])
    expect(await taxesAfter({ country: 'ES', zipcode: '35001' })).toEqual(['lago_eu_es_exception_canary_islands'])
    expect(await taxesAfter({ tax_codes: ['banking'] })).toEqual(['banking'])
    expect(await taxesAfter({ name: 'Other' })).toEqual(['banking'])
    expect(await taxesAfter({ zipcode: '28001' })).toEqual(['lago_eu_es_standard'])
    expect(await taxesAfter({ tax_identification_number: 'ESX1' })).toEqual(['lago_eu_es_standard'])
  })

  it('are there again for a customer who needs one that was deleted', async () => {
    const api = await european()
    await api.done('DELETE', '/taxes/lago_eu_it_standard')
    expect(codes((await api.customer({ external_id: 'c', country: 'IT' })).taxes)).toEqual(['lago_eu_it_standard'])
  })

  it('hold for a customer whom a subscription makes, from the first invoice on', async () => {
    const api = await european()
    await api.subscribe('s', 'newcomer')
    expect(codes((await api.done('GET', '/customers/newcomer')).customer.taxes)).toEqual(['lago_eu_fr_standard'])
    expect(await api.invoices('newcomer')).toMatchObject([{ taxes_amount_cents: 200 }])
  })
})

describe('partners', () => {
  it('are self-billed and numbered by customer, and take no place among the others', async () => {
    const settings = { document_numbering: 'per_organization', document_number_prefix: 'ONE' }
    const api = await BillingApi.open(settings, IN_ADVANCE)
    await api.customer({ external_id: 'p', account_type: 'partner' })
    await api.subscribe('s1', 'p')
    await api.subscribe('s2', 'c')
    expect(await api.invoices('p')).toMatchObject([{ number: 'ONE-001-001', self_billed: true }])
    expect(await api.invoices('c')).toMatchObject([{ number: 'ONE-202401-001', self_billed: false }])
    const { invoices } = await api.done('GET', '/invoices?self_billed=true')
    expect(invoices.map((row: Json) => row.number)).toEqual(['ONE-001-001'])
    const whole = (await api.done('GET', `/invoices/${invoices[0].lago_id}`)).invoice
    expect(whole.fees.map((fee: Json) => fee.self_billed)).toEqual([true])
    const kept = await rowsOf('SELECT organization_sequential_id AS n FROM invoices WHERE id = ?', whole.lago_id)
    expect(kept).toEqual([{ n: null }])
  })

  it('are made before anything is billed, and stay what they are', async () => {
    const api = await BillingApi.open()
    await api.customer({ external_id: 'c', account_type: 'partner' })
    expect((await api.customer({ external_id: 'c', account_type: 'customer' })).account_type).toBe('customer')
    await api.subscribe('s')
    expect(await api.customer({ external_id: 'c', account_type: 'partner', name: 'N' })).toMatchObject({
      account_type: 'customer',
      name: 'N',
    })
    const { customers } = await api.done('GET', '/customers?account_type[]=partner')
    expect(customers).toEqual([])
  })
})
