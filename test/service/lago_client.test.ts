import { Client } from 'lago-javascript-client'
import { beforeAll, describe, expect, inject, it } from 'vitest'

const START_AT = '2022-09-06T08:00:00Z'
const CUSTOMER = '5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba'
const SUBSCRIPTION = 'my_subscription_1'

const { url, adminToken } = inject('service')
let client: ReturnType<typeof Client>
let apiKey: string

async function call(method: string, path: string, token: string, body: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return response.json() as Promise<{ organization: { api_key: string } }>
}

const moveClock = (now: string) => call('PUT', '/api/v1/test_clock', apiKey, { test_clock: { now } })

beforeAll(async () => {
  const organization = { name: 'Segment', default_currency: 'USD', test_clock: START_AT }
  const created = await call('POST', '/admin/organizations', adminToken, { organization })
  apiKey = created.organization.api_key
  client = Client(apiKey, { baseUrl: `${url}/api/v1` })
})

/** The steps build on one another, as a new user takes them. */
describe("Lago's official JavaScript client plays hybrid pricing unmodified", () => {
  it('creates the billable metric and the plan', async () => {
    const { billable_metric: metric } = (
      await client.billableMetrics.createBillableMetric({
        billable_metric: {
          name: 'Monthly Tracked Users',
          code: 'mtu',
          aggregation_type: 'unique_count_agg',
          field_name: 'user_id',
        },
      })
    ).data
    expect(metric.code).toBe('mtu')
    const ranges = [
      { from_value: 0, to_value: 10_000, flat_amount: '0', per_unit_amount: '0' },
      { from_value: 10_001, to_value: 25_000, flat_amount: '0', per_unit_amount: '0.012' },
      { from_value: 25_001, to_value: null, flat_amount: '0', per_unit_amount: '0.011' },
    ]
    const { plan } = (
      await client.plans.createPlan({
        plan: {
          name: 'Team',
          code: 'team',
          interval: 'monthly',
          amount_cents: 12_000,
          amount_currency: 'USD',
          pay_in_advance: true,
          charges: [
            {
              billable_metric_id: metric.lago_id,
              charge_model: 'graduated',
              properties: { graduated_ranges: ranges },
            },
          ],
        },
      })
    ).data
    expect(plan.charges).toHaveLength(1)
  })

  it('creates the customer and the subscription, which is invoiced at once', async () => {
    await client.customers.createCustomer({
      customer: { external_id: CUSTOMER, name: 'Gavin Belson', currency: 'USD' },
    })
    const { subscription } = (
      await client.subscriptions.createSubscription({
        subscription: {
          external_id: SUBSCRIPTION,
          external_customer_id: CUSTOMER,
          plan_code: 'team',
          billing_time: 'anniversary',
        },
      })
    ).data
    expect(subscription.status).toBe('active')
    await moveClock(START_AT)
    const { invoices } = (await client.invoices.findAllInvoices({ external_customer_id: CUSTOMER })).data
    expect(invoices.map((invoice) => invoice.total_amount_cents)).toEqual([12_000])
  })

  it('sends events, one and many, and is told of a duplicate as it expects', async () => {
    await moveClock('2022-09-10T08:00:00Z')
    const event = (id: string, user: string) => ({
      transaction_id: id,
      external_subscription_id: SUBSCRIPTION,
      code: 'mtu',
      timestamp: 1_662_700_000,
      properties: { user_id: user },
    })
    await client.events.createEvent({ event: event('t1', 'u1') })
    const batch = Array.from({ length: 100 }, (_, i) => event(`b${i}`, `u${i}`))
    await client.events.createBatchEvents({ events: batch })
    const refused = client.events.createEvent({ event: event('t1', 'u1') })
    await expect(refused).rejects.toMatchObject({
      status: 422,
      error: { error_details: { transaction_id: ['value_already_exist'] } },
    })
  })

  it('reads the current usage', async () => {
    const { customer_usage: usage } = (
      await client.customers.findCustomerCurrentUsage(CUSTOMER, { external_subscription_id: SUBSCRIPTION })
    ).data
    expect(usage.charges_usage.map((charge) => Number(charge.units))).toEqual([100])
    expect(usage.total_amount_cents).toBe(0)
  })

  it('reads the invoice of the next period with the usage of the last', async () => {
    await moveClock('2022-10-06T09:00:00Z')
    const { invoices } = (await client.invoices.findAllInvoices({ external_customer_id: CUSTOMER })).data
    const [latest] = invoices
    const { invoice } = (await client.invoices.findInvoice(latest?.lago_id ?? '')).data
    expect(invoices).toHaveLength(2)
    expect(invoice.fees?.map((fee) => [fee.item?.type, fee.amount_cents, Number(fee.units)])).toEqual(
      expect.arrayContaining([
        ['subscription', 12_000, 1],
        ['charge', 0, 100],
      ]),
    )
  })

  it('opens a wallet, pays for its credits, and finds them on the next invoice', async () => {
    const { wallet } = (
      await client.wallets.createWallet({
        wallet: {
          external_customer_id: CUSTOMER,
          name: 'Prepaid',
          currency: 'USD',
          rate_amount: '0.5',
          paid_credits: '100',
          granted_credits: '20',
        },
      })
    ).data
    const bought = async () => (await client.wallets.findAllWalletTransactions(wallet.lago_id)).data.wallet_transactions
    const [, purchase] = await bought()
    expect(purchase).toMatchObject({ transaction_status: 'purchased', status: 'pending' })
    await client.payments.createPayment({
      payment: { invoice_id: purchase?.lago_invoice_id ?? '', amount_cents: 5000, reference: 'wire' },
    })
    expect((await client.wallets.findWallet(wallet.lago_id)).data.wallet).toMatchObject({ balance_cents: 6000 })
    await moveClock('2022-11-06T09:00:00Z')
    const { invoices } = (await client.invoices.findAllInvoices({ external_customer_id: CUSTOMER })).data
    expect(invoices[0]).toMatchObject({ prepaid_credit_amount_cents: 6000, total_amount_cents: 6000 })
    expect((await client.wallets.destroyWallet(wallet.lago_id)).data.wallet.status).toBe('terminated')
  })
})
