import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { customerObject, objectName } from '../../src/customer/contract.js'
import { AccountApi, type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { MeteredApi } from '../support/metered_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

const IN_JANUARY = Date.parse('2024-01-10T00:00:00Z') / 1000

/** Calls at 1.00 with 20 % of tax, on a plan of 10.00. */
class LateApi extends BillingApi {
  static async billedFor(calls: number, given: Json = {}): Promise<{ api: LateApi; invoice: Json }> {
    const { organization, token } = await BillingApi.open({}, given.plan)
    const api = new LateApi(organization, token)
    await api.done('POST', '/taxes', { tax: { name: 'VAT', code: 'vat', rate: '20', applied_to_organization: true } })
    await api.customer({ external_id: 'c', currency: 'EUR', ...given.customer })
    await api.subscribe('s')
    for (let i = 0; i < calls; i++) await api.call(`e${i}`)
    await api.moveTo('2024-02-01T01:00:00Z')
    const [{ lago_id: id }] = await api.invoices()
    return { api, invoice: await api.invoice(id) }
  }

  async call(transactionId: string, properties: Json = {}): Promise<void> {
    const event = { transaction_id: transactionId, external_subscription_id: 's', code: 'calls', properties }
    await this.done('POST', '/events', { event: { ...event, timestamp: IN_JANUARY } })
  }

  async invoice(id: string): Promise<Json> {
    return (await this.done('GET', `/invoices/${id}`)).invoice
  }

  async reconcile(invoice: Json, confirm?: boolean): Promise<Json> {
    const body = confirm === undefined ? undefined : { reconcile: { confirm } }
    return (await this.done('POST', `/invoices/${invoice.lago_id}/reconcile`, body)).reconciliation
  }

  /** Takes an event out of the log as if it had never been counted: a correction that is refused for a billed period. */
  async forget(transactionId: string): Promise<void> {
    const stub = env.CUSTOMER.getByName(objectName(await this.ref()))
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec('DELETE FROM events WHERE transaction_id = ?', transactionId)
      for (const table of ['counters', 'counter_definitions']) state.storage.sql.exec(`DELETE FROM ${table}`)
    })
    await this.evict()
  }

  async documents(): Promise<number> {
    const { credit_notes } = await this.done('GET', '/credit_notes')
    return (await this.invoices()).length + credit_notes.length
  }
}

describe('an event that comes when its invoice is final', () => {
  it('is told by asking, which changes nothing', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.call('late')
    const before = await api.documents()
    const asked = await api.reconcile(invoice)
    expect(asked).toMatchObject({
      lago_invoice_id: invoice.lago_id,
      number: invoice.number,
      currency: 'EUR',
      confirmed: false,
      difference_amount_cents: 100,
      credit_notes: [],
      adjustment_invoice: { lago_id: null, fees_amount_cents: 100, taxes_amount_cents: 20, total_amount_cents: 120 },
    })
    const fee = invoice.fees.find((one: Json) => one.item.type === 'charge')
    expect(asked.fees).toMatchObject([
      {
        lago_fee_id: fee.lago_id,
        item_code: 'calls',
        from_date: fee.from_date,
        to_date: fee.to_date,
        billed_units: '3.0',
        billed_amount_cents: 300,
        present_units: '4.0',
        present_amount_cents: 400,
        difference_amount_cents: 100,
        taxes_difference_amount_cents: 20,
        compared: true,
      },
    ])
    expect(await api.reconcile(invoice, false)).toEqual(asked)
    expect(await api.documents()).toBe(before)
    expect(await api.invoice(invoice.lago_id)).toEqual(invoice)
  })

  it('is billed by an invoice of its own, once, numbered and in the chain', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.call('late')
    const { adjustment_invoice: told } = await api.reconcile(invoice, true)
    const made = await api.invoice(told.lago_id)
    expect(made).toMatchObject({
      invoice_type: 'subscription',
      status: 'finalized',
      sequential_id: 2,
      fees_amount_cents: 100,
      taxes_amount_cents: 20,
      total_amount_cents: 120,
      fees: [{ units: '1.0', amount_cents: 100, events_count: 1, precise_unit_amount: '1.0' }],
      billing_periods: [{ charges_from_datetime: invoice.billing_periods[0].charges_from_datetime }],
    })
    const before = await api.documents()
    for (const confirm of [true, false, undefined]) {
      expect(await api.reconcile(invoice, confirm)).toMatchObject({
        difference_amount_cents: 0,
        adjustment_invoice: null,
        fees: [{ billed_units: '4.0', billed_amount_cents: 400, difference_amount_cents: 0 }],
      })
    }
    expect(await api.documents()).toBe(before)
    await api.call('later')
    expect((await api.reconcile(invoice, true)).adjustment_invoice.total_amount_cents).toBe(120)
    await api.moveTo('2024-02-01T02:00:00Z')
    expect(await faultsOf(await proofsOf(api))).toEqual([])
    expect((await api.invoice(invoice.lago_id)).total_amount_cents).toBe(invoice.total_amount_cents)
  })

  it('is billed once by confirmations that are sent at once', async () => {
    const { api, invoice } = await LateApi.billedFor(1)
    await api.call('late')
    const answers = await Promise.all([1, 2, 3].map(() => api.reconcile(invoice, true)))
    expect(answers.filter(({ adjustment_invoice: made }) => made !== null).length).toBe(1)
    expect((await api.invoices()).length).toBe(2)
  })

  it('is priced as the invoice was, whatever the price is by now', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    const { plan } = await api.done('GET', '/plans/p')
    const charges = [{ id: plan.charges[0].lago_id, charge_model: 'standard', properties: { amount: '50' } }]
    await api.done('PUT', '/plans/p', { plan: { charges } })
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(0)
    await api.call('late')
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(100)
    await api.done('DELETE', `/plans/p/charges/${plan.charges[0].code}`)
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(100)
  })

  it('is billed where there was no usage at all, and later at the price of that answer', async () => {
    const { api, invoice } = await LateApi.billedFor(0)
    await api.call('late')
    expect(await api.reconcile(invoice, true)).toMatchObject({
      fees: [{ lago_fee_id: null, billed_units: '0.0', present_units: '1.0' }],
      adjustment_invoice: { total_amount_cents: 120 },
    })
    const { plan } = await api.done('GET', '/plans/p')
    const charges = [{ id: plan.charges[0].lago_id, charge_model: 'standard', properties: { amount: '50' } }]
    await api.done('PUT', '/plans/p', { plan: { charges } })
    await api.call('later')
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(100)
  })

  it('brings no flat amount that its charge has come to have since', async () => {
    const { api, invoice } = await LateApi.billedFor(0, {
      plan: { charges: [] },
    })
    const metric = (await api.done('GET', '/billable_metrics/calls')).billable_metric.lago_id
    const range = { from_value: 0, to_value: null, per_unit_amount: '1' }
    const priced = (flat: string) => ({
      billable_metric_id: metric,
      code: 'calls',
      charge_model: 'graduated',
      properties: { graduated_ranges: [{ ...range, flat_amount: flat }] },
    })
    await api.done('POST', '/plans/p/charges', { charge: priced('0') })
    await api.moveTo('2024-03-01T01:00:00Z')
    const february = (await api.invoices()).at(-1)
    await api.done('PUT', '/plans/p/charges/calls', { charge: priced('7') })
    expect((await api.reconcile(february)).fees).toEqual([])
    expect((await api.reconcile(invoice)).fees).toEqual([])
  })

  it('is not billed by a charge that there was not', async () => {
    const { api, invoice } = await LateApi.billedFor(1)
    const metric = { name: 'Mails', code: 'mails', aggregation_type: 'count_agg' }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: metric })
    await api.moveTo('2024-02-01T02:00:00Z')
    await api.done('POST', '/plans/p/charges', {
      charge: {
        billable_metric_id: billable_metric.lago_id,
        code: 'mails',
        charge_model: 'standard',
        properties: { amount: '9' },
      },
    })
    const event = { transaction_id: 'm', external_subscription_id: 's', code: 'mails', timestamp: IN_JANUARY }
    await api.done('POST', '/events', { event })
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(0)
  })
})

describe('usage that is less than was billed', () => {
  it('is taken off what is due of the invoice', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.forget('e0')
    const asked = await api.reconcile(invoice)
    expect(asked).toMatchObject({
      difference_amount_cents: -100,
      adjustment_invoice: null,
      fees: [{ taxes_difference_amount_cents: -20 }],
      credit_notes: [{ lago_id: null, lago_invoice_id: invoice.lago_id, total_amount_cents: 120 }],
    })
    const { credit_notes: made } = await api.reconcile(invoice, true)
    const { credit_note: note } = await api.done('GET', `/credit_notes/${made[0].lago_id}`)
    expect(note).toMatchObject({
      total_amount_cents: 120,
      offset_amount_cents: 120,
      credit_amount_cents: 0,
      items: [{ amount_cents: 100, fee: { lago_id: asked.fees[0].lago_fee_id } }],
    })
    expect((await api.invoice(invoice.lago_id)).total_due_amount_cents).toBe(invoice.total_amount_cents - 120)
    expect(await api.reconcile(invoice, true)).toMatchObject({ difference_amount_cents: 0, credit_notes: [] })
  })

  it('is credited when the invoice is paid, and what comes then is billed again', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.done('PUT', `/invoices/${invoice.lago_id}`, { invoice: { payment_status: 'succeeded' } })
    await api.forget('e0')
    const [told] = (await api.reconcile(invoice, true)).credit_notes
    const { credit_note: note } = await api.done('GET', `/credit_notes/${told.lago_id}`)
    expect(note).toMatchObject({ credit_amount_cents: 120, balance_amount_cents: 120, offset_amount_cents: 0 })
    await api.call('again')
    const { adjustment_invoice: made } = await api.reconcile(invoice, true)
    // The credit pays it.
    expect(await api.invoice(made.lago_id)).toMatchObject({
      sub_total_including_taxes_amount_cents: 120,
      credit_notes_amount_cents: 120,
      total_amount_cents: 0,
    })
  })

  it('is what a note by hand may have answered, and a gift is never charged back', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.done('PUT', `/invoices/${invoice.lago_id}`, { invoice: { payment_status: 'succeeded' } })
    const fee = invoice.fees.find((one: Json) => one.item.type === 'charge')
    const items = [{ fee_id: fee.lago_id, amount_cents: 150 }]
    await api.done('POST', '/credit_notes', {
      credit_note: { invoice_id: invoice.lago_id, credit_amount_cents: 180, items },
    })
    const nothing = { difference_amount_cents: 0, credit_notes: [], adjustment_invoice: null }
    expect(await api.reconcile(invoice, true)).toMatchObject(nothing)
    await api.forget('e0')
    expect(await api.reconcile(invoice, true)).toMatchObject({
      ...nothing,
      fees: [{ credited_amount_cents: '150.0', reconciled_amount_cents: '0.0' }],
    })
    await api.forget('e1')
    expect(await api.reconcile(invoice, true)).toMatchObject({ credit_notes: [{ total_amount_cents: 60 }] })
    expect(await api.reconcile(invoice)).toMatchObject({
      ...nothing,
      fees: [{ credited_amount_cents: '200.0', reconciled_amount_cents: '50.0' }],
    })
    for (const id of ['f0', 'f1', 'f2']) await api.call(id)
    // Four calls are worth 400; billed were 300, of which reconciliations gave back 50.
    expect(await api.reconcile(invoice)).toMatchObject({ difference_amount_cents: 150 })
  })

  it('is given back of the correction first', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.call('late')
    const { adjustment_invoice: correction } = await api.reconcile(invoice, true)
    for (const id of ['late', 'e0']) await api.forget(id)
    expect((await api.reconcile(invoice, true)).credit_notes).toMatchObject([
      { lago_invoice_id: correction.lago_id, total_amount_cents: 120 },
      { lago_invoice_id: invoice.lago_id, total_amount_cents: 120 },
    ])
    expect((await api.reconcile(invoice)).difference_amount_cents).toBe(0)
  })

  it('is billed anew when the correction is void', async () => {
    const { api, invoice } = await LateApi.billedFor(3)
    await api.call('late')
    const { adjustment_invoice: correction } = await api.reconcile(invoice, true)
    await api.done('POST', `/invoices/${correction.lago_id}/void`, {})
    expect(await api.reconcile(invoice)).toMatchObject({ difference_amount_cents: 100 })
  })
})

describe('usage of several groups', () => {
  it('is compared group by group: a late event may take from one and begin another', async () => {
    const api = await MeteredApi.subscribed({ properties: { amount: '10', pricing_group_keys: ['region'] } })
    await api.feed([
      { value: 5, region: 'eu' },
      { value: 3, region: 'us' },
    ])
    const invoice = await api.billed()
    const late = [
      { value: -2, region: 'eu' },
      { value: 1, region: 'asia' },
    ]
    for (const [i, properties] of late.entries()) {
      const event = { transaction_id: `late-${i}`, external_subscription_id: 's', code: 'gb', properties }
      await api.done('POST', '/events', { event: { ...event, timestamp: IN_JANUARY } })
    }
    const confirmed = { reconcile: { confirm: true } }
    const { reconciliation } = await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`, confirmed)
    expect(reconciliation).toMatchObject({
      difference_amount_cents: -1000,
      credit_notes: [{ total_amount_cents: 2000 }],
      adjustment_invoice: { total_amount_cents: 1000 },
    })
    expect(reconciliation.fees.map((fee: Json) => [fee.grouped_by.region, fee.difference_amount_cents]).sort()).toEqual(
      [
        ['asia', 1000],
        ['eu', -2000],
        ['us', 0],
      ],
    )
    const { reconciliation: again } = await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`, confirmed)
    expect(again).toMatchObject({ difference_amount_cents: 0, credit_notes: [], adjustment_invoice: null })
  })
})

describe('what cannot be reconciled', () => {
  it('is a draft, a void invoice, one that was made by hand, and a correction', async () => {
    const draft = await LateApi.billedFor(1, { customer: { billing_configuration: { invoice_grace_period: 3 } } })
    const refusal = (api: AccountApi, id: string) => api.refusal('POST', `/invoices/${id}/reconcile`)
    expect(await refusal(draft.api, draft.invoice.lago_id)).toBe('405 invoice_not_finalized')
    const { api, invoice } = await LateApi.billedFor(1)
    await api.call('late')
    const { adjustment_invoice: correction } = await api.reconcile(invoice, true)
    expect(await refusal(api, correction.lago_id)).toBe('405 not_reconcilable')
    await api.done('POST', `/invoices/${invoice.lago_id}/void`, {})
    expect(await refusal(api, invoice.lago_id)).toBe('405 invoice_not_finalized')
    const { invoice: again } = await api.done('POST', `/invoices/${invoice.lago_id}/regenerate`, {})
    expect(await refusal(api, again.lago_id)).toBe('405 not_reconcilable')
  })

  it('is unknown, or of another organization', async () => {
    const [{ invoice }, other] = [await LateApi.billedFor(1), await AccountApi.create()]
    for (const id of [invoice.lago_id, 'unknown']) {
      expect(await other.refusal('POST', `/invoices/${id}/reconcile`)).toBe('404 invoice_not_found')
    }
  })

  it.each([['"text"'], ['[]'], ['{"reconcile": 1}'], ['{"reconcile": ["confirm"]}']])(
    'is what is asked for by %s',
    async (body) => {
      const { api, invoice } = await LateApi.billedFor(1)
      const answer = await api.request('POST', `/invoices/${invoice.lago_id}/reconcile`, JSON.parse(body))
      expect(answer.status).toBe(400)
    },
  )

  it('is a fee that was set by hand', async () => {
    const { api, invoice } = await LateApi.billedFor(3, {
      customer: { billing_configuration: { invoice_grace_period: 3 } },
    })
    const fee = invoice.fees.find((one: Json) => one.item.type === 'charge')
    await api.done('POST', `/invoices/${invoice.lago_id}/adjusted_fees`, {
      adjusted_fee: { fee_id: fee.lago_id, units: '2', unit_precise_amount: '5' },
    })
    await api.done('PUT', `/invoices/${invoice.lago_id}/finalize`)
    await api.call('late')
    expect(await api.reconcile(invoice)).toMatchObject({
      difference_amount_cents: 0,
      fees: [{ compared: false, billed_amount_cents: 1000, difference_amount_cents: 0 }],
    })
  })
})

describe('an object that is lost behind the commit', () => {
  it('answers nothing twice', async () => {
    const { api, invoice } = await LateApi.billedFor(1)
    await api.call('late')
    const ref = await api.ref()
    await customerObject(env, ref).reconcileInvoice(ref, invoice.lago_id, Date.parse('2024-02-01T01:00:00Z'))
    await api.evict()
    expect((await api.reconcile(invoice, true)).adjustment_invoice).toBeNull()
    const rows = await rowsOf('SELECT sequential_id FROM invoice_reconciliations WHERE invoice_id = ?', invoice.lago_id)
    expect(rows).toEqual([{ sequential_id: 1 }])
  })
})
