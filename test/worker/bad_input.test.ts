import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { app } from '../../src/app.js'
import { MAX_BODY_BYTES } from '../../src/limits.js'
import { rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

let api: BillingApi
let walletId = ''

beforeAll(async () => {
  api = await BillingApi.open()
  await api.done('POST', '/add_ons', {
    add_on: { name: 'Seat', code: 'seat', amount_cents: 1, amount_currency: 'EUR' },
  })
  const seats = { add_on_code: 'seat', code: 'seats', charge_model: 'standard', pay_in_advance: true, units: 1 }
  await api.done('POST', '/plans/p/fixed_charges', { fixed_charge: { ...seats, properties: { amount: '1' } } })
  await api.subscribe('s')
  await api.event('t', 's')
  const wallet = { external_customer_id: 'c', code: 'w', rate_amount: '1', currency: 'EUR' }
  walletId = (await api.done('POST', '/wallets', { wallet })).wallet.lago_id
})

const WRITES = [
  ['POST', '/wallets', 'wallet'],
  ['PUT', '/customers/c/wallets/w', 'wallet'],
  ['POST', '/wallet_transactions', 'wallet_transaction'],
  ['POST', '/billable_metrics', 'billable_metric'],
  ['POST', '/plans', 'plan'],
  ['PUT', '/plans/p', 'plan'],
  ['POST', '/taxes', 'tax'],
  ['POST', '/customers', 'customer'],
  ['POST', '/subscriptions', 'subscription'],
  ['PUT', '/subscriptions/s', 'subscription'],
  ['PUT', '/subscriptions/s/charges/calls', 'charge'],
  ['POST', '/subscriptions/s/charges/calls/filters', 'filter'],
  ['POST', '/plans/p/fixed_charges', 'fixed_charge'],
  ['PUT', '/plans/p/fixed_charges/seats', 'fixed_charge'],
  ['PUT', '/subscriptions/s/fixed_charges/seats', 'fixed_charge'],
  ['POST', '/events', 'event'],
  ['PUT', '/events/t', 'event'],
  ['PUT', '/organizations', 'organization'],
] as const

async function send(method: string, path: string, body: string | Uint8Array) {
  const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' }
  const response = await app.request(`/api/v1${path}`, { method, headers, body }, env)
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

/** How much there is of everything. */
async function census() {
  const tables = [
    'billable_metrics',
    'plans',
    'charges',
    'fixed_charges',
    'taxes',
    'customers',
    'subscriptions',
    'event_inbox',
    'wallets',
    'wallet_transactions',
    'invoices',
  ]
  const counts = await Promise.all(
    tables.map((table) =>
      rowsOf(`SELECT count(*) AS n FROM ${table} WHERE organization_id = ?`, api.organization.lago_id),
    ),
  )
  return [...counts.map(([row]) => row.n), (await api.done('GET', '/events')).meta.total_count]
}

describe('a body that is no request', () => {
  it.each([
    ['', 'nothing'],
    ['{', 'half a JSON text'],
    ['[]', 'a list'],
    ['"plan"', 'a text'],
    ['{}', 'no envelope'],
    ['null', 'null'],
  ])('%j is a bad request everywhere and changes nothing: %s', async (text) => {
    const before = await census()
    for (const [method, path] of WRITES) {
      const answer = await send(method, path, text)
      expect(answer.status, `${method} ${path}`).toBe(400)
      expect(answer.body, `${method} ${path}`).toEqual({ status: 400, error: expect.stringContaining('BadRequest') })
    }
    expect(await census()).toEqual(before)
  })

  it('an envelope that holds no object is a bad request', async () => {
    for (const [method, path, name] of WRITES) {
      for (const held of [null, {}, [], 'text', 7, true]) {
        expect(
          (await send(method, path, JSON.stringify({ [name]: held }))).status,
          `${path} ${JSON.stringify(held)}`,
        ).toBe(400)
      }
    }
  })

  it('bytes that are no UTF-8 are a bad request', async () => {
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
    for (const [method, path] of WRITES) expect((await send(method, path, bytes)).status).toBe(400)
  })

  it('a body above the bound is refused as too large', async () => {
    const text = JSON.stringify({ event: { transaction_id: 'x'.repeat(MAX_BODY_BYTES), code: 'calls' } })
    expect(await send('POST', '/events', text)).toMatchObject({ status: 413, body: { status: 413 } })
  })
})

describe('values that no field takes', () => {
  const absurd = fc.oneof(
    fc.constantFrom(
      null,
      true,
      -1,
      0,
      1e308,
      -1e308,
      1.5,
      '',
      ' ',
      '-1',
      'NaN',
      '1e999999999',
      '\u0000',
      '\ud800',
      [],
      {},
      [[]],
    ),
    fc.constantFrom('9'.repeat(400), 'x'.repeat(5000), '0001-01-01', '9999-12-31T23:59:59Z', '2024-02-30T00:00:00Z'),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const FIELDS = {
    billable_metric: [
      'name',
      'code',
      'aggregation_type',
      'field_name',
      'expression',
      'rounding_function',
      'rounding_precision',
      'filters',
    ],
    plan: [
      'name',
      'code',
      'interval',
      'amount_cents',
      'amount_currency',
      'pay_in_advance',
      'trial_period',
      'charges',
      'fixed_charges',
      'minimum_commitment',
      'tax_codes',
    ],
    tax: ['name', 'code', 'rate', 'description', 'applied_to_organization'],
    customer: [
      'external_id',
      'name',
      'email',
      'currency',
      'timezone',
      'country',
      'metadata',
      'billing_configuration',
      'vat_rate',
      'tax_codes',
      'shipping_address',
      'net_payment_term',
    ],
    subscription: [
      'external_id',
      'external_customer_id',
      'plan_code',
      'billing_time',
      'subscription_at',
      'ending_at',
      'name',
      'purchase_order_number',
      'plan_overrides',
    ],
    charge: ['properties', 'filters', 'tax_codes', 'invoice_display_name', 'min_amount_cents', 'applied_pricing_unit'],
    fixed_charge: ['units', 'apply_units_immediately', 'properties', 'tax_codes', 'invoice_display_name', 'prorated'],
    filter: ['values', 'properties', 'invoice_display_name'],
    wallet: [
      'name',
      'code',
      'priority',
      'rate_amount',
      'currency',
      'paid_credits',
      'granted_credits',
      'external_customer_id',
      'billing_entity_code',
      'expiration_at',
      'applies_to',
      'paid_top_up_min_amount_cents',
      'metadata',
      'transaction_metadata',
      'transaction_priority',
      'invoice_custom_section',
    ],
    wallet_transaction: [
      'wallet_id',
      'paid_credits',
      'granted_credits',
      'voided_credits',
      'voided_transaction_id',
      'name',
      'priority',
      'metadata',
      'invoice_requires_successful_payment',
      'purchase_order_number',
    ],
    event: [
      'transaction_id',
      'code',
      'timestamp',
      'properties',
      'external_subscription_id',
      'external_customer_id',
      'precise_total_amount_cents',
    ],
    organization: [
      'timezone',
      'default_currency',
      'country',
      'email',
      'billing_configuration',
      'net_payment_term',
      'document_number_prefix',
      'email_settings',
    ],
  } as const
  const GOOD = {
    billable_metric: { name: 'm', code: 'm', aggregation_type: 'sum_agg', field_name: 'v' },
    plan: { name: 'n', code: 'n', interval: 'monthly', amount_cents: 1, amount_currency: 'EUR', pay_in_advance: false },
    tax: { name: 't', code: 't', rate: '20' },
    customer: { external_id: 'x' },
    subscription: { external_id: 'y', external_customer_id: 'c', plan_code: 'p' },
    event: { transaction_id: 'e', code: 'calls', external_subscription_id: 's' },
    organization: {},
    charge: {},
    fixed_charge: { add_on_code: 'seat', code: 'more', charge_model: 'standard' },
    filter: { properties: { amount: '1' } },
    wallet: { external_customer_id: 'c', rate_amount: '1' },
    wallet_transaction: {
      granted_credits: '1',
      get wallet_id() {
        return walletId
      },
    },
  } as const

  it.each(WRITES)('%s %s never answers with a server error', async (method, path, name) => {
    const values = fc.dictionary(fc.constantFrom(...FIELDS[name]), absurd, { minKeys: 1, maxKeys: 3 })
    await fc.assert(
      fc.asyncProperty(values, async (odd) => {
        const answer = await send(method, path, JSON.stringify({ [name]: { ...GOOD[name], ...odd } }))
        expect(answer.status, JSON.stringify(odd)).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    '/invoices?amount_from=x&issuing_date_from=yesterday&page=-1&per_page=0',
    '/events?page=999999999999999999999&per_page=99999999',
    '/customers?metadata[]=x&metadata[a]=b',
    '/subscriptions?status[]=%00&status=7',
    '/plans/%00',
    `/customers/${'x'.repeat(3000)}`,
    '/invoices/not-a-uuid',
    '/fees/%F0%9F%92%A9',
    '/events/%E0%A4%A',
    '/events/%00/history',
    '/events/t/history?external_subscription_id=%00&lago_id=x',
    '/events?unmatched=maybe&timestamp_to=9999-12-31T23:59:59Z',
    '/event_counts?page=-1&per_page=x',
    '/subscriptions/s/event_counts?subscription_status=x&page=99999999',
    '/subscriptions/s/unmatched_events?per_page=0&page=999999',
    '/subscriptions/%00/unmatched_events?reason=not_charged',
    '/customers/c/current_usage?external_subscription_id=s&charge_id=none',
  ])('GET %s answers without a server error', async (path) => {
    expect((await api.request('GET', path)).status).toBeLessThan(500)
  })
})
