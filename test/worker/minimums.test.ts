import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

const IN_JANUARY = Date.parse('2024-01-10T00:00:00Z') / 1000
const call = (api: BillingApi, transactionId: string) => api.event(transactionId, 's', { timestamp: IN_JANUARY })
const ofType = (invoice: Json, type: string): Json[] => invoice.fees.filter((fee: Json) => fee.item.type === type)

/** A plan of 10.00, calls at 1.00 with a minimum, and what else is said of the plan. */
async function subscribed(minimum: number, plan: Json = {}, customer: Json = {}): Promise<BillingApi> {
  const api = await BillingApi.open()
  await api.tax('vat')
  const { lago_id: id } = (await api.done('GET', '/billable_metrics/calls')).billable_metric
  const properties = { amount: '1' }
  const charge = { billable_metric_id: id, charge_model: 'standard', properties, min_amount_cents: minimum }
  const terms = { name: 'Q', code: 'q', interval: 'monthly', amount_cents: 1000, amount_currency: 'EUR' }
  await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges: [charge], ...plan } })
  await api.customer({ external_id: 'c', currency: 'EUR', ...customer })
  await api.subscribe('s', 'c', { plan_code: 'q' })
  return api
}

/** The same, billed for January. */
async function billed(minimum: number, calls: number, plan: Json = {}, customer: Json = {}) {
  const api = await subscribed(minimum, plan, customer)
  for (let i = 0; i < calls; i++) await call(api, `e${i}`)
  await api.moveTo('2024-02-01T01:00:00Z')
  const [{ lago_id: id }] = await api.invoices()
  const read = async (): Promise<Json> => (await api.done('GET', `/invoices/${id}`)).invoice
  return { api, read, invoice: await read() }
}

describe('usage below the minimum of its charge', () => {
  it('is made up for by a fee that names its usage, and can be explained and proved', async () => {
    const { api, invoice } = await billed(500, 2)
    const [usage, trueUp] = ofType(invoice, 'charge')
    expect(usage).toMatchObject({ amount_cents: 200, lago_true_up_fee_id: trueUp?.lago_id })
    expect(trueUp).toMatchObject({ amount_cents: 300, units: '1.0', lago_true_up_parent_fee_id: usage?.lago_id })
    const { fee_explanation: told } = await api.done('GET', `/fees/${trueUp?.lago_id}/explanation`)
    expect(told).toMatchObject({
      price: { minimum_amount_cents: 500, days: 31, period_days: 31, used_amount_cents: 200 },
      recomputed: { amount_cents: 300, matches: true },
      charge: { code: 'calls' },
    })
    await api.moveTo('2024-02-01T02:00:00Z')
    expect(await faultsOf(await proofsOf(api))).toEqual([])
  })

  it('keeps a fee of nothing for it to belong to', async () => {
    const { invoice } = await billed(500, 0)
    const [usage, trueUp] = ofType(invoice, 'charge')
    expect(usage).toMatchObject({ amount_cents: 0, units: '0.0', lago_true_up_fee_id: trueUp?.lago_id })
    expect(trueUp?.amount_cents).toBe(500)
  })

  it('costs nothing more when events come late, as far as the minimum goes', async () => {
    const { api, invoice } = await billed(500, 2)
    for (const id of ['late', 'later']) await call(api, id)
    const answer = (await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`, { reconcile: { confirm: true } }))
      .reconciliation
    expect(answer.difference_amount_cents).toBe(0)
    expect(answer.fees.map((fee: Json) => fee.difference_amount_cents)).toEqual([200, -200])
    // What is given back is taken off what is still due, so the two of them come to nothing.
    expect(answer.adjustment_invoice.total_amount_cents).toBe(answer.credit_notes[0].total_amount_cents)
    const again = (await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`)).reconciliation
    expect(again.fees.map((fee: Json) => fee.difference_amount_cents)).toEqual([0, 0])
  })

  it('is made up for beside what was set by hand; what makes up for it cannot be set', async () => {
    const { api, read, invoice } = await billed(500, 2, {}, { billing_configuration: { invoice_grace_period: 5 } })
    const [usage, trueUp] = ofType(invoice, 'charge')
    const set = (fee: Json | undefined) =>
      api.request('POST', `/invoices/${invoice.lago_id}/adjusted_fees`, {
        adjusted_fee: { fee_id: fee?.lago_id, units: 4 },
      })
    expect((await set(trueUp)).status).toBe(422)
    expect((await set(usage)).status).toBe(200)
    expect(ofType(await read(), 'charge').map((fee) => fee.amount_cents)).toEqual([400, 100])
  })
})

describe('a plan below its commitment', () => {
  const plan = { minimum_commitment: { amount_cents: 3000, tax_codes: ['vat'] } }

  it('is lifted to it, draft or final, with its own taxes', async () => {
    const customer = { billing_configuration: { invoice_grace_period: 5 } }
    const { api, invoice } = await billed(0, 0, plan, customer)
    await api.tax('other', '5')
    await api.done('PUT', '/plans/q', { plan: { tax_codes: ['other'] } })
    const id = invoice.lago_id
    for (const action of ['refresh', 'finalize']) {
      const { invoice } = await api.done('PUT', `/invoices/${id}/${action}`)
      expect(ofType(invoice, 'commitment')).toMatchObject([{ amount_cents: 2000, taxes_amount_cents: 400 }])
      expect(ofType(invoice, 'subscription')).toMatchObject([{ amount_cents: 1000, taxes_amount_cents: 50 }])
    }
  })

  it('owes less of it for events that come late', async () => {
    const { api, invoice } = await billed(0, 2, { minimum_commitment: { amount_cents: 3000 } })
    const [fee] = ofType(invoice, 'commitment')
    expect(fee?.amount_cents).toBe(1800)
    const { fee_explanation: told } = await api.done('GET', `/fees/${fee?.lago_id}/explanation`)
    expect(told).toMatchObject({ price: { used_amount_cents: 1200 }, recomputed: { matches: true } })
    await call(api, 'late')
    const confirm = { reconcile: { confirm: true } }
    const answer = (await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`, confirm)).reconciliation
    expect(answer.fees.map((one: Json) => one.difference_amount_cents)).toEqual([100, -100])
    const again = (await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`)).reconciliation
    expect(again.fees.map((one: Json) => one.difference_amount_cents)).toEqual([0, 0])
  })

  it('counts what was billed in the months of a split year', async () => {
    const api = await subscribed(0, { interval: 'yearly', bill_charges_monthly: true, ...plan })
    await call(api, 'e')
    await api.moveTo('2025-01-01T01:00:00Z')
    const settled = (await api.invoices()).at(-1) as Json
    const { invoice } = await api.done('GET', `/invoices/${settled.lago_id}`)
    expect(ofType(invoice, 'commitment').map((fee) => fee.amount_cents)).toEqual([1900])
  })
})

it('a commitment names an amount above 0', async () => {
  const api = await BillingApi.open()
  const change = (minimum_commitment: Json | null) => api.request('PUT', '/plans/p', { plan: { minimum_commitment } })
  for (const wrong of [{ amount_cents: 0 }, { amount_cents: -1 }, { invoice_display_name: 'Floor' }]) {
    const { status, body } = await change(wrong)
    expect([status, Object.keys(body.error_details)]).toEqual([422, ['amount_cents']])
  }
  for (const none of [null, {}]) expect((await change(none)).body.plan).not.toHaveProperty('minimum_commitment')
})
