import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { CreditApi } from '../support/credit_api.js'

async function give(api: CreditApi, coupon: Json): Promise<void> {
  const terms = { name: 'Coupon', code: 'k', coupon_type: 'fixed_amount', amount_currency: 'EUR' }
  await api.done('POST', '/coupons', { coupon: { ...terms, expiration: 'no_expiration', ...coupon } })
  await api.done('POST', '/applied_coupons', { applied_coupon: { external_customer_id: 'c', coupon_code: 'k' } })
}

const applied = async (api: CreditApi) =>
  (await api.done('GET', '/applied_coupons?external_customer_id=c')).applied_coupons[0]

const regenerate = (api: CreditApi, invoice: Json, body: Json = {}) =>
  api.request('POST', `/invoices/${invoice.lago_id}/regenerate`, body)

/** A note of 80.00 and an invoice of 100.00 that has used it, with what else there is. */
async function paidByNote(coupon?: Json) {
  const api = await CreditApi.openWith()
  const first = await api.started('first')
  const note = await api.credit(first, 8000)
  if (coupon !== undefined) await give(api, coupon)
  const invoice = await api.started('second')
  const noteNow = async () => (await api.done('GET', `/credit_notes/${note.lago_id}`)).credit_note
  return { api, invoice, noteNow }
}

describe('a voided invoice', () => {
  it('gives its coupons and credit notes back exactly, and the invoice made anew uses them again', async () => {
    const coupon = { amount_cents: 3000, frequency: 'recurring', frequency_duration: 1 }
    const { api, invoice, noteNow } = await paidByNote(coupon)
    const before = { coupons_amount_cents: 3000, credit_notes_amount_cents: 7000, total_amount_cents: 0 }
    expect(invoice).toMatchObject(before)
    expect(await applied(api)).toMatchObject({ status: 'terminated', frequency_duration_remaining: 0 })
    await api.void(invoice)
    expect(await applied(api)).toMatchObject({ status: 'active', frequency_duration_remaining: 1 })
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 8000, credit_status: 'available' })
    const { invoice: again } = (await regenerate(api, invoice)).body
    expect(again).toMatchObject({ ...before, status: 'finalized', voided_invoice_id: invoice.lago_id })
    expect(again.number).not.toBe(invoice.number)
    expect(await applied(api)).toMatchObject({ status: 'terminated', frequency_duration_remaining: 0 })
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 1000, credit_status: 'available' })
  })

  it('gives back what is left of an amount, and of a note that was used up', async () => {
    const { api, invoice, noteNow } = await paidByNote({ amount_cents: 500, frequency: 'once' })
    expect(invoice).toMatchObject({ credit_notes_amount_cents: 8000, total_amount_cents: 1500 })
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 0, credit_status: 'consumed' })
    await api.void(invoice)
    expect(await applied(api)).toMatchObject({ status: 'active', amount_cents_remaining: 500 })
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 8000, credit_status: 'available' })
  })

  it('leaves used notes used when it is itself credited: nothing is given back twice', async () => {
    const { api, invoice, noteNow } = await paidByNote()
    await api.void(invoice, { generate_credit_note: true, credit_amount: 9000 })
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 0 })
    expect((await api.notes()).slice(1)).toMatchObject([
      { credit_amount_cents: 9000, balance_amount_cents: 9000, credit_status: 'available' },
      { credit_amount_cents: 1000, balance_amount_cents: 0, credit_status: 'voided' },
    ])
  })

  it('is voided once, however often that is asked at the same moment', async () => {
    const { api, invoice, noteNow } = await paidByNote()
    const ask = () => api.request('POST', `/invoices/${invoice.lago_id}/void`, {})
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 405, 405])
    expect(answers.find(({ status }) => status === 405)?.body.code).toBe('not_voidable')
    expect(await noteNow()).toMatchObject({ balance_amount_cents: 8000 })
    expect(await api.told('invoice.voided')).toEqual([invoice.lago_id])
  })

  it('is paid before it is voided, or not at all', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const [paid, voided] = await Promise.all([
      api.pay(invoice, 10_000),
      api.request('POST', `/invoices/${invoice.lago_id}/void`, {}),
    ])
    expect(voided.status).toBe(200)
    expect([200, 403]).toContain(paid.status)
    expect(await api.invoice(invoice.lago_id)).toMatchObject({
      status: 'voided',
      total_due_amount_cents: 0,
      total_paid_amount_cents: paid.status === 200 ? 10_000 : 0,
    })
    expect((await api.pay(invoice, 100)).status).toBe(403)
  })

  it('is not billed again, and what is not final cannot be voided', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    await api.void(invoice)
    await api.moveTo('2024-01-20T00:00:00Z')
    expect(await api.invoices()).toHaveLength(1)
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })
    const draft = await api.started('other')
    expect(await api.refusal('POST', `/invoices/${draft.lago_id}/void`, {})).toBe('405 not_voidable')
  })
})

describe('an invoice made anew from a void one', () => {
  it('has the units and prices that are asked for: three times 129.00 are 387.00', async () => {
    const api = await CreditApi.openWith({ amount_cents: 12_900 })
    const invoice = await api.started('s')
    await api.void(invoice)
    const [{ lago_id: id }] = invoice.fees
    const fees = [{ id, units: 3, invoice_display_name: 'Three seats' }]
    const { invoice: again } = (await regenerate(api, invoice, { invoice: { fees } })).body
    expect(again).toMatchObject({ fees_amount_cents: 38_700, total_amount_cents: 38_700, invoice_type: 'subscription' })
    expect(again.fees).toMatchObject([{ units: '3.0', item: { invoice_display_name: 'Three seats' } }])
    expect(again.subscriptions).toMatchObject([{ external_id: 's' }])
    // A later end gives back of the new one.
    expect((await api.invoice(invoice.lago_id)).status).toBe('voided')
  })

  it('is made once, however often that is asked', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    expect(await api.refusal('POST', `/invoices/${invoice.lago_id}/regenerate`, {})).toBe('405 not_regenerable')
    await api.void(invoice)
    const answers = await Promise.all([regenerate(api, invoice), regenerate(api, invoice)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 405])
    expect(answers.find(({ status }) => status === 405)?.body.code).toBe('already_regenerated')
    const again = answers.find(({ status }) => status === 200)?.body.invoice
    await api.void(again)
    expect((await regenerate(api, again)).status).toBe(200)
    expect((await api.invoices()).map(({ status }) => status)).toEqual(['voided', 'voided', 'finalized'])
  })

  it('refuses fees that are not the void one has, and changes nothing then', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    await api.void(invoice)
    const [{ lago_id: id }] = invoice.fees
    const refusal = (fees: unknown) =>
      api.refusal('POST', `/invoices/${invoice.lago_id}/regenerate`, { invoice: { fees } })
    expect(await refusal([])).toBe('404 fees_not_found')
    expect(await refusal([{ id: 'none' }])).toBe('404 fee_not_found')
    expect(await refusal([{ id }, { id }])).toEqual({ id: ['value_already_exist'] })
    expect(await refusal([{ id, units: -1 }])).toEqual({ units: ['value_is_out_of_range'] })
    expect(await refusal('all')).toEqual({ fees: ['must_be_an_array'] })
    expect(await refusal([{ id, units: '1000000000000' }])).toEqual({ units: ['value_is_out_of_range'] })
    expect(await api.invoices()).toHaveLength(1)
  })

  it('is what an end gives back of from then on', async () => {
    const api = await CreditApi.openWith({ amount_cents: 3100 })
    const invoice = await api.started('s')
    await api.void(invoice)
    const { invoice: again } = (await regenerate(api, invoice)).body
    await api.moveTo('2024-01-11T00:00:00Z')
    await api.done('DELETE', '/subscriptions/s')
    const [note] = await api.notes()
    expect(note).toMatchObject({ lago_invoice_id: again.lago_id, credit_amount_cents: 2000 })
  })
})
