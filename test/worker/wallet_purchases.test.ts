import { describe, expect, it } from 'vitest'
import { faultsOf, proofsOf } from '../support/proofs.js'
import { WalletApi } from '../support/wallet_api.js'

const bought = async (given: object = {}) => {
  const api = await WalletApi.openWith()
  const wallet = await api.wallet(given)
  const [transaction] = await api.moved(wallet, { paid_credits: '15' })
  return { api, wallet, transaction, invoiceId: transaction.lago_invoice_id as string }
}

describe('bought credits', () => {
  it('arrive once, however often it is said that they are paid', async () => {
    const { api, wallet, transaction, invoiceId } = await bought()
    const paid = await Promise.all([
      api.pay({ lago_id: invoiceId }, 1500),
      api.pay({ lago_id: invoiceId }, 1500),
      api.status(invoiceId, 'succeeded'),
    ])
    expect(paid.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    await api.status(invoiceId, 'failed')
    await api.status(invoiceId, 'succeeded')
    expect(await api.walletNow(wallet)).toMatchObject({ balance_cents: 1500, credits_balance: '15.0' })
    expect(await api.transactions(wallet)).toMatchObject([{ lago_id: transaction.lago_id, status: 'settled' }])
    expect(await api.unsound()).toEqual([])
  })

  it('of which the payment failed arrive all the same when it is made after all', async () => {
    const { api, wallet, invoiceId } = await bought()
    await api.status(invoiceId, 'failed')
    expect(await api.transactions(wallet)).toMatchObject([
      { status: 'failed', settled_at: null, remaining_amount_cents: null },
    ])
    expect((await api.walletNow(wallet)).balance_cents).toBe(0)
    expect((await api.pay({ lago_id: invoiceId }, 1500)).status).toBe(200)
    expect(await api.transactions(wallet)).toMatchObject([{ status: 'settled', remaining_amount_cents: 1500 }])
    expect((await api.walletNow(wallet)).balance_cents).toBe(1500)
  })

  it('are paid whole or not at all', async () => {
    const { api, invoiceId } = await bought()
    const answer = await api.pay({ lago_id: invoiceId }, 1499)
    expect(answer.body.error_details).toEqual({ amount_cents: ['invalid_amount'] })
  })

  it('that nobody has paid go with their invoice when it is voided; what has arrived cannot be voided', async () => {
    const { api, wallet, invoiceId } = await bought()
    await api.void({ lago_id: invoiceId })
    expect(await api.transactions(wallet)).toMatchObject([{ status: 'failed' }])
    const [second] = await api.moved(wallet, { paid_credits: '1' })
    await api.pay({ lago_id: second.lago_invoice_id }, 100)
    expect(await api.refusal('POST', `/invoices/${second.lago_invoice_id}/void`, {})).toBe('405 not_voidable')
    expect((await api.walletNow(wallet)).balance_cents).toBe(100)
  })

  it('that were refunded are gone from the wallet, and no more of them than it holds', async () => {
    const { api, wallet, transaction, invoiceId } = await bought()
    await api.pay({ lago_id: invoiceId }, 1500)
    await api.moved(wallet, { voided_credits: '6' })
    const invoice = await api.invoice(invoiceId)
    const refund = (cents: number) => api.note(invoice, cents, { refund_amount_cents: cents })
    expect(await api.refusal('POST', '/credit_notes', refund(901))).toEqual({
      amount_cents: ['higher_than_wallet_balance'],
    })
    await api.done('POST', '/credit_notes', refund(900))
    expect((await api.walletNow(wallet)).balance_cents).toBe(0)
    expect((await api.done('GET', `/wallet_transactions/${transaction.lago_id}`)).wallet_transaction).toMatchObject({
      remaining_amount_cents: 0,
    })
    expect(await api.unsound()).toEqual([])
  })

  it('of a wallet that has ended are not paid back', async () => {
    const { api, wallet, invoiceId } = await bought()
    await api.pay({ lago_id: invoiceId }, 1500)
    await api.done('DELETE', `/wallets/${wallet.lago_id}`)
    const invoice = await api.invoice(invoiceId)
    const refund = api.note(invoice, 100, { refund_amount_cents: 100 })
    expect(await api.refusal('POST', '/credit_notes', refund)).toBe('405 invalid_type_or_status')
  })
})

describe('the invoice of credits that must be paid first', () => {
  it('is nobody’s to see until it is paid, and then is like any other', async () => {
    const { api, wallet, transaction, invoiceId } = await bought({ invoice_requires_successful_payment: true })
    expect(await api.invoices()).toEqual([])
    expect((await api.done('GET', '/fees')).fees).toEqual([])
    expect(await api.refusal('GET', `/invoices/${invoiceId}`)).toBe('404 invoice_not_found')
    expect(await api.told('invoice.paid_credit_added')).toEqual([])
    await api.moveTo('2024-01-09T12:00:00Z')
    const both = await Promise.all([api.pay({ lago_id: invoiceId }, 1500), api.pay({ lago_id: invoiceId }, 1500)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
    const invoice = await api.invoice(invoiceId)
    expect(invoice).toMatchObject({
      ...{
        status: 'finalized',
        payment_status: 'succeeded',
        issuing_date: '2024-01-09',
        payment_due_date: '2024-01-09',
      },
      ...{ sequential_id: 1, total_paid_amount_cents: 1500, total_due_amount_cents: 0, invoice_type: 'credit' },
    })
    expect(invoice.number).toMatch(/-001-001$/)
    expect(await api.told('invoice.paid_credit_added')).toEqual([invoiceId])
    expect(await api.transactions(wallet)).toMatchObject([{ lago_id: transaction.lago_id, status: 'settled' }])
  })

  it('stays unseen when its payment fails, and can still be paid', async () => {
    const { api, wallet, invoiceId } = await bought({ invoice_requires_successful_payment: true })
    const answer = await api.status(invoiceId, 'failed')
    expect(answer).toMatchObject({ status: 200, body: { invoice: { status: 'open', payment_status: 'failed' } } })
    expect(await api.refusal('GET', `/invoices/${invoiceId}`)).toBe('404 invoice_not_found')
    expect(await api.transactions(wallet)).toMatchObject([{ status: 'failed' }])
    expect(await api.told('invoice.payment_status_updated')).toEqual([])
    expect((await api.status(invoiceId, 'succeeded')).status).toBe(200)
    expect((await api.walletNow(wallet)).balance_cents).toBe(1500)
  })

  it('takes its place in the chain when it becomes final', async () => {
    const { api, invoiceId } = await bought({ invoice_requires_successful_payment: true })
    await api.started('s')
    await api.pay({ lago_id: invoiceId }, 1500)
    await api.moveTo('2024-01-01T02:00:00Z')
    const proofs = await proofsOf(api)
    expect(proofs).toHaveLength(2)
    expect(await faultsOf(proofs)).toEqual([])
  })
})

describe('what nobody has paid', () => {
  it('cannot become a credit when its invoice is voided', async () => {
    const { api, invoiceId } = await bought()
    const asked = { generate_credit_note: true, credit_amount: 1500 }
    expect(await api.refusal('POST', `/invoices/${invoiceId}/void`, asked)).toEqual({
      credit_refund_amount: ['total_amount_exceeds_invoice_amount'],
    })
    expect(await api.notes()).toEqual([])
  })

  it('cannot be bought for the cent that an offset has left', async () => {
    const { api, invoiceId } = await bought()
    const invoice = await api.invoice(invoiceId)
    const offset = api.note(invoice, 1499, { offset_amount_cents: 1500 })
    expect(await api.refusal('POST', '/credit_notes', offset)).toEqual({
      offset_amount_cents: ['not_equal_to_total_amount'],
    })
    expect(await api.invoice(invoiceId)).toMatchObject({ total_due_amount_cents: 1500, payment_status: 'pending' })
  })
})

describe('what is paid back', () => {
  it('is no more than the wallet holds, with the cent that rounding adds', async () => {
    const { api, wallet, invoiceId } = await bought()
    await api.pay({ lago_id: invoiceId }, 1500)
    await api.moved(wallet, { voided_credits: '1' })
    const invoice = await api.invoice(invoiceId)
    const refund = api.note(invoice, 1401, { refund_amount_cents: 1400 })
    expect(await api.refusal('POST', '/credit_notes', refund)).toEqual({ amount_cents: ['higher_than_wallet_balance'] })
    expect((await api.walletNow(wallet)).balance_cents).toBe(1400)
  })
})
