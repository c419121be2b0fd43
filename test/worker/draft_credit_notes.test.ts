import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { CreditApi } from '../support/credit_api.js'

/** A draft invoice of 100.00, of which 40.00 are given back. */
async function creditedDraft(parts: Json) {
  const api = await CreditApi.openWith()
  await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })
  const draft = await api.started('s')
  const { credit_note: note } = await api.done('POST', '/credit_notes', api.note(draft, 4000, parts))
  const setPrice = (amount_cents: number) =>
    api.done('PUT', '/plans/p', { plan: { amount_cents, amount_currency: 'EUR' } })
  const refresh = async () => (await api.done('PUT', `/invoices/${draft.lago_id}/refresh`, {})).invoice
  const finalize = async () => (await api.done('PUT', `/invoices/${draft.lago_id}/finalize`, {})).invoice
  return { api, draft, note, setPrice, refresh, finalize }
}

describe('a credit note on a draft', () => {
  it('is invisible and pays nothing until its invoice is final', async () => {
    const { api, note, finalize } = await creditedDraft({ credit_amount_cents: 4000 })
    expect(await api.notes()).toEqual([])
    expect(await api.told('credit_note.created')).toEqual([])
    expect(await api.refusal('GET', `/credit_notes/${note.lago_id}`)).toBe('404 credit_note_not_found')
    expect(await api.refusal('PUT', `/credit_notes/${note.lago_id}/void`)).toBe('404 credit_note_not_found')
    expect(await finalize()).toMatchObject({ status: 'finalized', total_amount_cents: 10_000 })
    expect(await api.notes()).toMatchObject([{ lago_id: note.lago_id, balance_amount_cents: 4000 }])
    expect(await api.told('credit_note.created')).toEqual([note.lago_id])
  })

  it('follows the price of its fee, there and back, and keeps its share', async () => {
    const { api, setPrice, refresh, finalize } = await creditedDraft({ credit_amount_cents: 4000 })
    await setPrice(0)
    await refresh()
    await setPrice(2500)
    expect(await refresh()).toMatchObject({ total_amount_cents: 2500 })
    await finalize()
    const [note] = await api.notes()
    expect(note).toMatchObject({ total_amount_cents: 1000, credit_amount_cents: 1000, balance_amount_cents: 1000 })
    expect(note.items).toMatchObject([{ amount_cents: 1000 }])
  })

  it('is reckoned anew with the coupons and taxes that its invoice becomes final with', async () => {
    const { api, finalize } = await creditedDraft({ credit_amount_cents: 4000 })
    const terms = { name: 'Half', code: 'half', coupon_type: 'percentage', percentage_rate: '50' }
    const coupon = { ...terms, frequency: 'once', expiration: 'no_expiration' }
    await api.done('POST', '/coupons', { coupon })
    await api.done('POST', '/applied_coupons', {
      applied_coupon: { external_customer_id: 'c', coupon_code: 'half' },
    })
    await api.tax('vat', '20')
    await api.customer({ external_id: 'c', tax_codes: ['vat'] })
    expect(await finalize()).toMatchObject({ coupons_amount_cents: 5000, total_amount_cents: 6000 })
    expect(await api.notes()).toMatchObject([
      { coupons_adjustment_amount_cents: 2000, taxes_amount_cents: 400, total_amount_cents: 2400 },
    ])
  })

  it('offsets what is due of the invoice as it becomes final', async () => {
    const { api, draft, setPrice, finalize } = await creditedDraft({ offset_amount_cents: 4000 })
    expect(await api.invoice(draft.lago_id)).toMatchObject({ total_offsetted_credit_note_amount_cents: 4000 })
    await setPrice(5000)
    expect(await finalize()).toMatchObject({
      total_amount_cents: 5000,
      total_offsetted_credit_note_amount_cents: 2000,
      total_due_amount_cents: 3000,
      payment_status: 'pending',
    })
    expect(await api.notes()).toMatchObject([{ offset_amount_cents: 2000, credit_amount_cents: 0 }])
  })

  it('of unused days is not left behind when its customer is deleted', async () => {
    const api = await CreditApi.openWith({ amount_cents: 3100 })
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 30 } })
    await api.started('s')
    await api.moveTo('2024-01-11T00:00:00Z')
    await api.done('DELETE', '/customers/c')
    const { credit_notes: notes } = await api.done('GET', '/credit_notes')
    expect(notes).toMatchObject([{ credit_amount_cents: 2000, credit_status: 'available' }])
  })

  it('goes when nothing is left of it', async () => {
    const { api, setPrice, finalize } = await creditedDraft({ credit_amount_cents: 4000 })
    await setPrice(0)
    expect(await finalize()).toMatchObject({ total_amount_cents: 0 })
    expect(await api.notes()).toEqual([])
  })
})
