import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccountApi } from '../support/account_api.js'
import { CreditApi } from '../support/credit_api.js'

const TOO_MUCH_OF_FEE = { amount_cents: ['higher_than_remaining_fee_amount'] }

describe('credit notes', () => {
  it('two at once give back no more of a fee than it holds', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const ask = () => api.request('POST', '/credit_notes', api.note(invoice, 6000, { credit_amount_cents: 6000 }))
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    const refused = answers.find(({ status }) => status === 422)
    expect(refused?.body.error_details).toEqual(TOO_MUCH_OF_FEE)
    const notes = await api.notes()
    expect(notes).toMatchObject([{ balance_amount_cents: 6000 }])
    expect(await api.told('credit_note.created')).toEqual([notes[0].lago_id])
  })

  it('one that several invoices use as they are finalized at once is spent once', async () => {
    const api = await CreditApi.openWith()
    const note = await api.credit(await api.started('first'), 5000)
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })
    const drafts = [await api.started('second'), await api.started('third')]
    expect(drafts.map(({ status }) => status)).toEqual(['draft', 'draft'])
    const made = await Promise.all(drafts.map(({ lago_id: id }) => api.done('PUT', `/invoices/${id}/finalize`, {})))
    const used = made.map(({ invoice }) => invoice.credit_notes_amount_cents).sort()
    expect(used).toEqual([0, 5000])
    expect((await api.done('GET', `/credit_notes/${note.lago_id}`)).credit_note).toMatchObject({
      balance_amount_cents: 0,
      credit_status: 'consumed',
    })
  })

  it('a payment and an offset at once settle no more than is due', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const [paid, offset] = await Promise.all([
      api.pay(invoice, 10_000),
      api.request('POST', '/credit_notes', api.note(invoice, 4000, { offset_amount_cents: 4000 })),
    ])
    expect([paid.status, offset.status].sort()).toEqual([200, 422])
    const { total_paid_amount_cents: paidCents, total_offsetted_credit_note_amount_cents: offsetCents } =
      await api.invoice(invoice.lago_id)
    expect(paidCents + offsetCents).toBe(paid.status === 200 ? 10_000 : 4000)
  })

  it('an offset of all that is due settles the invoice, which says so', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    await api.done('POST', '/credit_notes', api.note(invoice, 10_000, { offset_amount_cents: 10_000 }))
    expect(await api.invoice(invoice.lago_id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
    expect(await api.told('invoice.payment_status_updated')).toEqual([invoice.lago_id])
  })

  it('are refused in the order of what is missing, what is not allowed, and what is wrong', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const refusal = (credit_note: object) => api.refusal('POST', '/credit_notes', { credit_note })
    const named = { invoice_id: invoice.lago_id }
    expect(await refusal({ ...named, invoice_id: 'none', items: 1 })).toBe('404 invoice_not_found')
    expect(await refusal(named)).toEqual({ items: ['must_be_an_array'] })
    expect(await refusal({ ...named, reason: 'mood', items: [{ fee_id: 'x', amount_cents: -1 }] })).toEqual({
      reason: ['value_is_invalid'],
      amount_cents: ['invalid_value'],
    })
    expect(await refusal({ ...named, items: [{ fee_id: 'x', amount_cents: 1 }] })).toBe('404 fee_not_found')
    const { credit_note: whole } = api.note(invoice, 10_001, { credit_amount_cents: 10_001 })
    expect(await refusal(whole)).toEqual(TOO_MUCH_OF_FEE)
    await api.void(invoice)
    expect(await refusal({ ...named, items: 1 })).toBe('405 invalid_type_or_status')
    expect(await api.notes()).toEqual([])
  })

  it('what an estimate says can be had, and the note is that', async () => {
    const api = await CreditApi.openWith()
    await api.customer({ external_id: 'c', tax_codes: [(await api.tax('vat', '33.3333')).code] })
    const invoice = await api.started('s')
    for (const cents of [498, 3, 9499]) {
      const { credit_note: asked } = api.note(invoice, cents, {})
      const { estimated_credit_note: guess } = await api.done('POST', '/credit_notes/estimate', { credit_note: asked })
      const parts = { credit_amount_cents: guess.max_creditable_amount_cents }
      const { credit_note: note } = await api.done('POST', '/credit_notes', api.note(invoice, cents, parts))
      expect(note).toMatchObject({
        total_amount_cents: guess.max_creditable_amount_cents,
        taxes_amount_cents: guess.taxes_amount_cents,
        sub_total_excluding_taxes_amount_cents: guess.sub_total_excluding_taxes_amount_cents,
      })
    }
    const notes = await api.notes()
    expect(notes.reduce((sum, note) => sum + note.taxes_amount_cents, 0)).toBe(invoice.taxes_amount_cents)
    expect(notes.reduce((sum, note) => sum + note.total_amount_cents, 0)).toBe(invoice.total_amount_cents)
  })

  it('change their refund and metadata, and nothing else', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    await api.pay(invoice, 4000)
    const body = api.note(invoice, 5000, { refund_amount_cents: 3000, credit_amount_cents: 2000, metadata: { a: '1' } })
    const { credit_note: note } = await api.done('POST', '/credit_notes', body)
    expect(note).toMatchObject({ refund_status: 'pending', metadata: { a: '1' } })
    const path = `/credit_notes/${note.lago_id}`
    const change = { refund_status: 'succeeded', metadata: { b: null }, balance_amount_cents: 9 }
    expect((await api.done('PUT', path, { credit_note: change })).credit_note).toMatchObject({
      refund_status: 'succeeded',
      metadata: { a: '1', b: null },
      balance_amount_cents: 2000,
    })
    expect(await api.refusal('PUT', path, { credit_note: { refund_status: 'lost' } })).toEqual({
      refund_status: ['value_is_invalid'],
    })
    expect(await api.refusal('POST', `${path}/metadata`, { metadata: { a: 'x'.repeat(256) } })).toEqual({
      value: ['value_is_too_long'],
    })
    expect((await api.done('GET', '/customers/c/credit_notes?types[]=refund')).credit_notes).toHaveLength(1)
    expect((await api.done('GET', '/customers/c/credit_notes?types[]=offset')).credit_notes).toEqual([])
  })

  it('that are no sensible request are refused, and change nothing', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const { credit_note: sound } = api.note(invoice, 100, { credit_amount_cents: 100 })
    const fields = fc.constantFrom('items', 'credit_amount_cents', 'refund_amount_cents', 'reason', 'metadata')
    const rubbish = fc.jsonValue().filter((value) => value !== null && JSON.stringify(value) !== '{}')
    await fc.assert(
      fc.asyncProperty(fields, rubbish, async (field, value) => {
        fc.pre(!(field === 'metadata' && typeof value === 'object' && !Array.isArray(value)))
        fc.pre(!(field.endsWith('cents') && (value === 100 || value === 0)))
        const { status } = await api.request('POST', '/credit_notes', { credit_note: { ...sound, [field]: value } })
        expect([404, 422]).toContain(status)
      }),
      { numRuns: 60 },
    )
    for (const amount of ['-1', 1.5, 'NaN', [], 1e20]) {
      const body = { generate_credit_note: true, credit_amount: amount }
      expect((await api.request('POST', `/invoices/${invoice.lago_id}/void`, body)).status).toBe(422)
    }
    expect(await api.notes()).toEqual([])
    expect(await api.invoice(invoice.lago_id)).toEqual(invoice)
  })

  it('of one organization are unknown to another', async () => {
    const api = await CreditApi.openWith()
    const invoice = await api.started('s')
    const note = await api.credit(invoice, 100)
    const other = await AccountApi.create()
    const asked = api.note(invoice, 100, { credit_amount_cents: 100 })
    expect(await other.refusal('POST', '/credit_notes', asked)).toBe('404 invoice_not_found')
    expect(await other.refusal('POST', '/credit_notes/estimate', asked)).toBe('404 invoice_not_found')
    const path = `/credit_notes/${note.lago_id}`
    expect(await other.refusal('PUT', path, { credit_note: { refund_status: 'failed' } })).toBe(
      '404 credit_note_not_found',
    )
    expect(await other.refusal('PUT', `${path}/void`, {})).toBe('404 credit_note_not_found')
    expect(await other.refusal('POST', `${path}/metadata`, {})).toBe('404 credit_note_not_found')
    expect(await other.refusal('POST', `/invoices/${invoice.lago_id}/void`, {})).toBe('404 invoice_not_found')
    expect(await other.refusal('POST', `/invoices/${invoice.lago_id}/regenerate`, {})).toBe('404 invoice_not_found')
  })
})
