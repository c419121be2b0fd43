import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

/** An invoice of 31.00 of January 1st, due on the 3rd. */
async function invoiced(customer: Json = {}): Promise<{ api: BillingApi; id: string }> {
  const api = await BillingApi.open({}, { amount_cents: 3100, pay_in_advance: true })
  await api.customer({ external_id: 'c', net_payment_term: 2, ...customer })
  await api.subscribe('s')
  const [invoice] = await api.invoices()
  return { api, id: invoice.lago_id }
}

/** The same, while it is a draft. */
const drafted = () => invoiced({ billing_configuration: { invoice_grace_period: 5 } })

const shown = async (api: BillingApi, id: string): Promise<Json> => (await api.done('GET', `/invoices/${id}`)).invoice
const put = (api: BillingApi, id: string, invoice: Json) => api.request('PUT', `/invoices/${id}`, { invoice })
const pay = (api: BillingApi, id: string, amount_cents: number) =>
  api.request('POST', '/payments', { payment: { invoice_id: id, amount_cents, reference: 'wire' } })
const messages = async (id: string): Promise<string[]> =>
  (await rowsOf('SELECT message_type FROM outbox WHERE subject_id = ? ORDER BY seq', id)).map((row) => row.message_type)
const found = async (api: BillingApi, query: string): Promise<string[]> =>
  (await api.done('GET', `/invoices?${query}`)).invoices.map((invoice: Json) => invoice.lago_id)

describe('the payment status of a final invoice', () => {
  it('`succeeded` is a payment of what is due, so that it can be refunded', async () => {
    const { api, id } = await invoiced()
    await pay(api, id, 1000)
    expect((await put(api, id, { payment_status: 'succeeded' })).body.invoice).toMatchObject({
      payment_status: 'succeeded',
      total_paid_amount_cents: 3100,
      total_due_amount_cents: 0,
    })
    expect((await api.done('GET', '/payments')).payments.map((one: Json) => one.amount_cents)).toEqual([2100, 1000])
    await put(api, id, { payment_status: 'succeeded' })
    expect((await api.done('GET', '/payments')).meta.total_count).toBe(2)
  })

  it('said twice at the same time is paid once', async () => {
    const { api, id } = await invoiced()
    await Promise.all([1, 2, 3].map(() => put(api, id, { payment_status: 'succeeded' })))
    expect((await api.done('GET', '/payments')).payments).toHaveLength(1)
    expect(await shown(api, id)).toMatchObject({ total_paid_amount_cents: 3100 })
  })

  it('`failed` leaves all of it due', async () => {
    const { api, id } = await invoiced()
    expect((await put(api, id, { payment_status: 'failed' })).body.invoice).toMatchObject({
      payment_status: 'failed',
      total_due_amount_cents: 3100,
    })
    expect((await messages(id)).filter((type) => type === 'invoice.payment_status_updated')).toHaveLength(1)
  })

  it('is refused where the values, the state, the envelope or the invoice do not fit', async () => {
    const { api, id } = await invoiced()
    expect(await api.refusal('PUT', `/invoices/${id}`, { invoice: { payment_status: 'maybe' } })).toEqual({
      payment_status: ['value_is_invalid'],
    })
    expect((await put(api, id, {})).status).toBe(400)
    expect((await put(api, 'none', { payment_status: 'failed' })).body.code).toBe('invoice_not_found')
    const draft = await drafted()
    const refusal = (invoice: Json) => draft.api.refusal('PUT', `/invoices/${draft.id}`, { invoice })
    expect(await refusal({ payment_status: 'maybe' })).toBe('405 payment_status_update_on_draft_invoice')
    expect(await refusal({ metadata: [] })).toBe('405 metadata_on_draft_invoice')
    expect((await put(draft.api, id, { payment_status: 'failed' })).status).toBe(404)
    expect(await shown(api, id)).toMatchObject({ payment_status: 'pending', total_paid_amount_cents: 0 })
  })
})

describe('metadata of an invoice', () => {
  it('are what is sent: an id changes, what is missing goes', async () => {
    const { api, id } = await invoiced()
    const metadata = async (sent: Json[]): Promise<Json[]> =>
      (await put(api, id, { metadata: sent })).body.invoice.metadata
    const [team, floor] = await metadata([
      { key: 'team', value: 'red' },
      { key: 'floor', value: '2' },
    ])
    expect(floor).toMatchObject({ key: 'floor', value: '2', created_at: '2024-01-01T00:00:00Z' })
    const after = await metadata([
      { id: team.lago_id, value: 'blue' },
      { key: 'x', value: 'y' },
    ])
    expect(after).toMatchObject([{ lago_id: team.lago_id, key: 'team', value: 'blue' }, { key: 'x' }])
    expect(await found(api, 'metadata[team]=blue&metadata[x]=y')).toEqual([id])
    expect(await found(api, 'metadata[team]=red')).toEqual([])
    expect(await found(api, 'metadata[floor]=')).toEqual([id])
    expect(await found(api, 'metadata[team]=')).toEqual([])
    expect(await metadata([])).toEqual([])
  })

  it('are refused whole', async () => {
    const { api, id } = await invoiced()
    const refusal = (metadata: Json) => api.refusal('PUT', `/invoices/${id}`, { invoice: { metadata } })
    const entry = { key: 'k', value: 'v' }
    expect(await refusal(Array.from({ length: 6 }, (_, i) => ({ key: `k${i}`, value: 'v' })))).toEqual({
      metadata: ['invalid_count'],
    })
    expect(await refusal([entry, { key: 'x'.repeat(21), value: 'v' }])).toEqual({ key: ['value_is_too_long'] })
    expect(await refusal([entry, { key: 'l', value: 'x'.repeat(141) }])).toEqual({ value: ['value_is_too_long'] })
    expect(await refusal([entry, entry])).toEqual({ key: ['value_already_exist'] })
    expect(await refusal([entry, {}])).toEqual({ key: ['value_is_mandatory'], value: ['value_is_mandatory'] })
    expect((await shown(api, id)).metadata).toEqual([])
  })
})

describe('an invoice that is not paid in time', () => {
  it('is overdue from the day after its due date in the customer zone, and told once', async () => {
    const { api, id } = await invoiced({ timezone: 'America/New_York' })
    // December 31st there: due on January 2nd, which is over on the 3rd at 05:00 in UTC.
    expect(await shown(api, id)).toMatchObject({ payment_due_date: '2024-01-02' })
    await api.moveTo('2024-01-03T04:59:00Z')
    expect(await shown(api, id)).toMatchObject({ payment_overdue: false })
    await api.moveTo('2024-01-03T05:00:00Z')
    expect(await shown(api, id)).toMatchObject({ payment_overdue: true })
    await api.moveTo('2024-01-03T20:00:00Z')
    expect((await messages(id)).filter((type) => type === 'invoice.payment_overdue')).toHaveLength(1)
    expect(await found(api, 'payment_overdue=true')).toEqual([id])
    expect(await found(api, 'payment_overdue=false')).not.toContain(id)
  })

  it('is looked at by the zone that the customer has by then', async () => {
    const { api, id } = await invoiced()
    await api.customer({ external_id: 'c', timezone: 'Pacific/Auckland' })
    await api.moveTo('2024-01-03T11:00:00Z')
    expect(await shown(api, id)).toMatchObject({ payment_overdue: true })
    const west = await invoiced()
    await west.api.customer({ external_id: 'c', timezone: 'America/Los_Angeles' })
    await west.api.moveTo('2024-01-04T07:00:00Z')
    expect(await shown(west.api, west.id)).toMatchObject({ payment_overdue: false })
    await west.api.moveTo('2024-01-04T08:00:00Z')
    expect(await shown(west.api, west.id)).toMatchObject({ payment_overdue: true })
  })

  it('is overdue no more when the rest is paid, but still with a part of it', async () => {
    const { api, id } = await invoiced()
    await api.moveTo('2024-01-04T00:00:00Z')
    await pay(api, id, 3099)
    expect(await shown(api, id)).toMatchObject({ payment_overdue: true })
    expect(await found(api, 'partially_paid=true')).toEqual([id])
    await pay(api, id, 1)
    expect(await shown(api, id)).toMatchObject({ payment_overdue: false })
    expect(await found(api, 'partially_paid=true')).toEqual([])
  })

  it('is overdue no more when its dispute is lost, nor ever again', async () => {
    const { api, id } = await invoiced()
    await api.moveTo('2024-01-04T00:00:00Z')
    await api.done('POST', `/invoices/${id}/lose_dispute`)
    const lost = { payment_overdue: false, payment_dispute_lost_at: '2024-01-04T00:00:00.000Z' }
    expect(await shown(api, id)).toMatchObject(lost)
    await api.moveTo('2024-01-10T00:00:00Z')
    expect((await api.done('POST', `/invoices/${id}/lose_dispute`)).invoice).toMatchObject(lost)
    expect((await messages(id)).filter((type) => type === 'invoice.payment_dispute_lost')).toHaveLength(1)
    expect(await found(api, 'payment_dispute_lost=true')).toEqual([id])
    expect(await found(api, 'payment_dispute_lost=false')).toEqual([])
  })

  it('that is paid while the sweep runs ends paid and not overdue, whichever came first', async () => {
    const { api, id } = await invoiced()
    await api.moveTo('2024-01-03T23:30:00Z')
    const ref = await api.ref()
    const at = Date.parse('2024-01-04T00:00:00Z')
    await Promise.all([
      customerObject(env, ref).billDue(ref, at),
      pay(api, id, 3100),
      customerObject(env, ref).billDue(ref, at),
    ])
    expect(await shown(api, id)).toMatchObject({ payment_overdue: false, payment_status: 'succeeded' })
  })

  it('cannot be disputed while it is a draft', async () => {
    const { api, id } = await drafted()
    expect(await api.refusal('POST', `/invoices/${id}/lose_dispute`)).toBe('405 not_disputable')
    expect(await api.refusal('POST', '/invoices/none/lose_dispute')).toBe('404 invoice_not_found')
  })
})

describe('a draft that is deleted', () => {
  it('is gone with its fees, and its period is not billed again', async () => {
    const { api, id } = await drafted()
    const { invoice } = await api.done('DELETE', `/invoices/${id}`)
    expect(invoice).toMatchObject({ lago_id: id, status: 'draft', total_amount_cents: 3100 })
    expect(invoice.fees).toHaveLength(1)
    expect((await api.request('GET', `/invoices/${id}`)).status).toBe(404)
    expect(await api.refusal('DELETE', `/invoices/${id}`)).toBe('404 invoice_not_found')
    expect((await api.done('GET', '/fees')).fees).toEqual([])
    await api.moveTo('2024-01-31T00:00:00Z')
    expect(await api.invoices()).toEqual([])
    await api.moveTo('2024-02-06T00:00:00Z')
    expect(await api.invoices()).toMatchObject([{ status: 'finalized', total_amount_cents: 3100, sequential_id: 1 }])
    expect(await messages(id)).toEqual(['invoice.drafted', 'invoice.deleted'])
  })

  it('takes the credit notes with it that waited for it', async () => {
    const { api, id } = await drafted()
    await api.moveTo('2024-01-02T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    expect(await rowsOf('SELECT id FROM credit_notes WHERE invoice_id = ?', id)).toHaveLength(1)
    await api.done('DELETE', `/invoices/${id}`)
    expect(await rowsOf('SELECT id FROM credit_notes WHERE invoice_id = ?', id)).toEqual([])
    await api.moveTo('2024-01-20T00:00:00Z')
    expect((await api.done('GET', '/credit_notes')).credit_notes).toEqual([])
  })

  it('gives nothing back for a subscription that ends afterwards', async () => {
    const { api, id } = await drafted()
    await api.done('DELETE', `/invoices/${id}`)
    await api.moveTo('2024-01-02T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    await api.moveTo('2024-01-20T00:00:00Z')
    expect((await api.done('GET', '/credit_notes')).credit_notes).toEqual([])
  })

  it('is refused when it is final', async () => {
    const { api, id } = await invoiced()
    expect(await api.refusal('DELETE', `/invoices/${id}`)).toBe('405 not_deletable')
    expect(await shown(api, id)).toMatchObject({ status: 'finalized' })
  })

  it('while it is made final is either gone or final', async () => {
    const { api, id } = await drafted()
    const [deleted, finalized] = await Promise.all([
      api.request('DELETE', `/invoices/${id}`),
      api.request('PUT', `/invoices/${id}/finalize`),
    ])
    const outcome = [deleted.status, finalized.status, (await api.request('GET', `/invoices/${id}`)).status]
    expect([
      [200, 404, 404],
      [405, 200, 200],
    ]).toContainEqual(outcome)
    const due = await rowsOf("SELECT kind FROM agenda WHERE subject_id = ? AND kind = 'finalize_invoice'", id)
    expect(due).toEqual([])
  })
})
