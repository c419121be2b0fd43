import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, rowsOf } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

const REGROUPED = { regroup_paid_fees: 'invoice' }

/** Paid fees `a` and `b` of January, one that is not paid, and one of a charge whose fees are not collected. */
async function withFees(): Promise<AdvanceApi> {
  const api = await AdvanceApi.withPlan(REGROUPED, { metric: 'gb' })
  await api.done('POST', '/taxes', { tax: { name: 'VAT', code: 'vat', rate: '20', applied_to_organization: true } })
  await api.subscribe('s', 'c', { plan_code: 'advance' })
  for (const id of ['a', 'b', 'open']) await api.event(id, 's')
  await api.traffic('apart', 3)
  for (const id of ['a', 'b', 'apart']) await pay(api, id)
  return api
}

const feeOf = async (api: AdvanceApi, id: string): Promise<Json> =>
  (await api.fees()).find((fee) => fee.event_transaction_id === id)
async function pay(api: AdvanceApi, id: string, payment_status = 'succeeded') {
  const { lago_id } = await feeOf(api, id)
  return api.request('PUT', `/fees/${lago_id}`, { fee: { payment_status } })
}
const collections = async (api: AdvanceApi): Promise<Json[]> =>
  Promise.all(
    (await api.invoices())
      .filter((invoice) => invoice.invoice_type === 'advance_charges')
      .map(async ({ lago_id }) => (await api.done('GET', `/invoices/${lago_id}`)).invoice),
  )
const collected = async (api: AdvanceApi): Promise<string[][]> =>
  (await collections(api)).map((invoice) => invoice.fees.map((fee: Json) => fee.event_transaction_id))

describe('at the end of the month', () => {
  let api: AdvanceApi
  let invoice: Json
  beforeAll(async () => {
    api = await withFees()
    await api.moveTo('2024-02-01T00:00:00Z')
    ;[invoice] = await collections(api)
  })

  it('the paid fees of charges that regroup are on one final invoice, the others on none', async () => {
    expect(await collected(api)).toEqual([['a', 'b']])
    expect(invoice).toMatchObject({ status: 'finalized', payment_status: 'succeeded', payment_overdue: false })
    expect(invoice).toMatchObject({ fees_amount_cents: 200, taxes_amount_cents: 40, total_amount_cents: 240 })
    expect(invoice.number).toMatch(/-002$/)
    expect((await feeOf(api, 'apart')).lago_invoice_id).toBeNull()
  })

  it('it has the dates of the month that is over', () => {
    expect(invoice.billing_periods).toMatchObject([
      {
        invoicing_reason: 'in_advance_charge_periodic',
        subscription_from_datetime: '2024-01-01T00:00:00Z',
        charges_from_datetime: '2024-01-01T00:00:00Z',
        charges_to_datetime: '2024-01-31T23:59:59Z',
      },
    ])
  })

  it('it is paid, by one payment with a receipt', async () => {
    const { payments } = await api.done('GET', `/payments?invoice_id=${invoice.lago_id}`)
    expect(payments).toMatchObject([{ amount_cents: 240, type: 'manual', payment_status: 'succeeded' }])
    expect(invoice).toMatchObject({ total_paid_amount_cents: 240, total_due_amount_cents: 0 })
    const told = await rowsOf('SELECT message_type FROM outbox WHERE subject_id = ?', invoice.lago_id)
    expect(told.map(({ message_type }) => message_type)).toEqual(['invoice.created'])
  })

  it('it stands in the chain like every final invoice, and is frozen', async () => {
    expect(await faultsOf(await proofsOf(api))).toEqual([])
    const change = rowsOf('UPDATE fees SET amount_cents = 1 WHERE invoice_id = ?', invoice.lago_id)
    await expect(change).rejects.toThrow(/final invoice cannot change/)
  })

  it('its fees are not changed or deleted by themselves any more', async () => {
    expect((await pay(api, 'a', 'failed')).body.code).toBe('invoiced_fee')
    const { lago_id } = await feeOf(api, 'a')
    expect((await api.request('DELETE', `/fees/${lago_id}`)).body.code).toBe('invoiced_fee')
  })

  it('what is paid later comes onto the next one', async () => {
    await pay(api, 'open')
    await api.moveTo('2024-03-01T00:00:00Z')
    expect(await collected(api)).toEqual([['a', 'b'], ['open']])
  })
})

describe('a paid fee is collected once', () => {
  it('by two runs at once, and by runs that are repeated', async () => {
    const api = await withFees()
    const { ref, api: object } = await api.object()
    const at = Date.parse('2024-02-01T00:00:00Z')
    await Promise.all([object.billDue(ref, at), object.billDue(ref, at)])
    await object.billDue(ref, at)
    await api.moveTo('2024-02-01T02:00:00Z')
    expect(await collected(api)).toEqual([['a', 'b']])
    expect(await api.parked()).toEqual([])
  })

  it('when it is said to be paid in the middle of runs: on this invoice or on the next', async () => {
    const api = await withFees()
    const { lago_id } = await feeOf(api, 'open')
    const { ref, api: object } = await api.object()
    const paying = () => api.request('PUT', `/fees/${lago_id}`, { fee: { payment_status: 'succeeded' } })
    await Promise.all([object.billDue(ref, Date.parse('2024-02-01T00:00:00Z')), paying(), paying()])
    await api.moveTo('2024-03-01T00:00:00Z')
    expect((await collected(api)).flat().sort()).toEqual(['a', 'b', 'open'])
    expect(await api.parked()).toEqual([])
  })

  it('and not at all when it changes between reading and writing: the run decides anew', async () => {
    const api = await withFees()
    const { lago_id } = await feeOf(api, 'a')
    // Another instance of the object: it takes the payment back within the commit, each time that it is tried.
    await rowsOf(
      `CREATE TRIGGER meanwhile AFTER INSERT ON billing_periods WHEN NEW.invoicing_reason = 'in_advance_charge_periodic'
       BEGIN UPDATE fees SET payment_status = 'refunded' WHERE id = '${lago_id}'; END`,
    )
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await api.parked()).toMatchObject([{ error: 'conflict on invoices.seq' }])
    expect(await api.invoices()).toEqual([])
    await rowsOf('DROP TRIGGER meanwhile')
    await api.done('PUT', `/fees/${lago_id}`, { fee: { payment_status: 'refunded' } })
    await api.moveTo('2024-02-01T01:00:00Z')
    expect(await collected(api)).toEqual([['b']])
    expect(await api.parked()).toEqual([])
  })
})

describe('an end collects what is paid at once, whichever period it is for', () => {
  it('with the dates of the time until then', async () => {
    const api = await withFees()
    await api.moveTo('2024-01-20T10:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    expect(await collected(api)).toEqual([['a', 'b']])
    expect((await collections(api))[0].billing_periods).toMatchObject([
      { charges_from_datetime: '2024-01-01T00:00:00Z', charges_to_datetime: '2024-01-20T10:00:00Z' },
    ])
    await pay(api, 'open')
    await api.moveTo('2024-03-01T00:00:00Z')
    expect(await collected(api)).toEqual([['a', 'b']])
  })

  it('also where there is no last invoice', async () => {
    const api = await withFees()
    await api.done('DELETE', '/subscriptions/s?on_termination_invoice=skip')
    expect(await collected(api)).toEqual([['a', 'b']])
  })

  it('a change of plan too, and fees of the old plan that are paid later come with the new one', async () => {
    const api = await withFees()
    const bigger = { name: 'Bigger', code: 'bigger', interval: 'monthly', amount_cents: 100, amount_currency: 'EUR' }
    await api.done('POST', '/plans', { plan: { ...bigger, pay_in_advance: false } })
    await api.moveTo('2024-01-10T10:00:00Z')
    await api.subscribe('s', 'c', { plan_code: 'bigger' })
    expect(await collected(api)).toEqual([['a', 'b']])
    await pay(api, 'open')
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await collected(api)).toEqual([['a', 'b'], ['open']])
  })
})
