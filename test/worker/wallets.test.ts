import { describe, expect, it } from 'vitest'
import { type Json, rowsOf } from '../support/account_api.js'
import { WalletApi } from '../support/wallet_api.js'

describe('a wallet', () => {
  it('is answered as it is before its first credits, which are there the next moment', async () => {
    const api = await WalletApi.openWith()
    const body = {
      wallet: { external_customer_id: 'c', rate_amount: '0.5', name: 'Main Wallet', granted_credits: '10' },
    }
    const { wallet } = await api.done('POST', '/wallets', body)
    expect(wallet).toMatchObject({ code: 'main_wallet', currency: 'EUR', balance_cents: 0, credits_balance: '0.0' })
    expect(await api.walletNow(wallet)).toMatchObject({
      balance_cents: 500,
      credits_balance: '10.0',
      rate_amount: '0.5',
    })
    expect(await api.unsound()).toEqual([])
  })

  it('gets a code of its own where the one of its name is taken', async () => {
    const api = await WalletApi.openWith()
    const wallets = [await api.wallet(), await api.wallet(), await api.wallet(), await api.wallet({ name: 'A b' })]
    const stamp = Date.parse('2024-01-01') / 1000
    expect(wallets.map(({ code }) => code)).toEqual(['default', `default_${stamp}`, `default_${stamp}_2`, 'a_b'])
  })

  it.each([
    [{ rate_amount: '0' }, { rate_amount: ['value_is_out_of_range'] }],
    [{ rate_amount: '-1' }, { rate_amount: ['value_is_out_of_range'] }],
    [{ priority: 0 }, { priority: ['value_is_invalid'] }],
    [{ priority: 51 }, { priority: ['value_is_invalid'] }],
    [{ currency: 'XXX' }, { currency: ['value_is_invalid'] }],
    [{ expiration_at: '2023-12-31T00:00:00Z' }, { expiration_at: ['invalid_date'] }],
    [{ expiration_at: 'soon' }, { expiration_at: ['invalid_date'] }],
    [{ external_customer_id: 'nobody' }, { customer: ['customer_not_found'] }],
    [{ paid_credits: 10 }, { paid_credits: ['invalid_paid_credits', 'invalid_amount'] }],
    [
      { paid_top_up_min_amount_cents: 2, paid_top_up_max_amount_cents: 1 },
      { paid_top_up_max_amount_cents: ['must_be_greater_than_or_equal_min'] },
    ],
    [{ applies_to: { fee_types: ['nonsense'] } }, { applies_to: ['invalid_limitations'] }],
    [{ applies_to: { billable_metric_codes: ['nonsense'] } }, { applies_to: ['invalid_limitations'] }],
    [{ billing_entity_code: 'nobody' }, '404 billing_entity_not_found'],
    [{ transaction_metadata: Array(6).fill({ key: 'k', value: 'v' }) }, { metadata: ['too_many_keys'] }],
  ])('is refused with %o: %o', async (given, refusal) => {
    const api = await WalletApi.openWith()
    const wallet = { external_customer_id: 'c', rate_amount: '1', currency: 'EUR', ...given }
    expect(await api.refusal('POST', '/wallets', { wallet })).toEqual(refusal)
    expect((await api.done('GET', '/wallets')).wallets).toEqual([])
  })

  it('changes in what is named of it, its limits one list at a time', async () => {
    const api = await WalletApi.openWith()
    const limits = { fee_types: ['charge'], billable_metric_codes: ['calls'] }
    const wallet = await api.wallet({ name: 'Main', metadata: { tier: 'gold' }, applies_to: limits })
    const path = `/wallets/${wallet.lago_id}`
    const put = async (given: object) => (await api.done('PUT', path, { wallet: given })).wallet
    expect(await put({ priority: 3 })).toMatchObject({
      name: 'Main',
      priority: 3,
      applies_to: limits,
      metadata: { tier: 'gold' },
    })
    expect(await put({ applies_to: { fee_types: [] } })).toMatchObject({
      applies_to: { fee_types: [], billable_metric_codes: ['calls'] },
    })
    expect(await put({ name: null, metadata: null, rate_amount: '9', currency: 'USD' })).not.toHaveProperty('metadata')
    expect(await api.walletNow(wallet)).toMatchObject({ name: null, rate_amount: '1.0', currency: 'EUR' })
    expect(await api.refusal('PUT', path, { wallet: { applies_to: { fee_types: ['x'] } } })).toEqual({
      allowed_fee_types: ['invalid_fee_types'],
    })
    expect(await api.refusal('PUT', path, { wallet: { applies_to: { billable_metric_codes: ['x'] } } })).toEqual({
      billable_metrics: ['invalid_identifier'],
    })
  })

  it('is found by who bills it, which has to be there', async () => {
    const api = await WalletApi.openWith()
    await api.done('POST', '/billing_entities', { billing_entity: { name: 'Other', code: 'other' } })
    await api.wallet({ code: 'usual' })
    await api.wallet({ code: 'others', billing_entity_code: 'other' })
    const found = async (code: string) =>
      (await api.done('GET', `/wallets?billing_entity_codes[]=${code}`)).wallets.map((one: Json) => one.code)
    expect([await found('other'), await found('default')]).toEqual([['others'], ['usual']])
    expect(await api.refusal('GET', '/wallets?billing_entity_codes[]=nobody')).toBe('404 billing_entity_not_found')
  })

  it('ends with the hour of its expiration, and is drawn on until then', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '150', expiration_at: '2024-02-10T00:30:00Z' })
    await api.started('s')
    await api.moveTo('2024-02-10T00:45:00Z')
    expect(await api.walletNow(wallet)).toMatchObject({ status: 'active', balance_cents: 0 })
    await api.moved(wallet, { granted_credits: '70' })
    await api.moveTo('2024-03-01T01:00:00Z')
    expect(await api.walletNow(wallet)).toMatchObject({
      ...{ status: 'terminated', balance_cents: 7000, terminated_at: '2024-02-10T01:00:00Z' },
    })
    expect((await api.invoices()).at(-1)).toMatchObject({ prepaid_credit_amount_cents: 0, total_amount_cents: 10_000 })
    expect(await api.told('wallet.terminated')).toEqual([wallet.lago_id])
  })

  it('that is given another expiration does not end with the first', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ expiration_at: '2024-02-10T00:00:00Z' })
    await api.done('PUT', `/wallets/${wallet.lago_id}`, { wallet: { expiration_at: null } })
    await api.moveTo('2024-03-01T01:00:00Z')
    expect((await api.walletNow(wallet)).status).toBe('active')
  })

  it('cannot be opened a seventh time by calls at once, nor twice under a code', async () => {
    const api = await WalletApi.openWith()
    const open = (code: string) =>
      api.request('POST', '/wallets', {
        wallet: { external_customer_id: 'c', rate_amount: '1', currency: 'EUR', code },
      })
    const same = await Promise.all([open('a'), open('a')])
    expect(same.map(({ status }) => status).sort()).toEqual([200, 422])
    const many = await Promise.all(['b', 'd', 'e', 'f', 'g', 'h'].map(open))
    expect(many.filter(({ status }) => status === 200)).toHaveLength(5)
    expect((await api.done('GET', '/wallets')).wallets).toHaveLength(6)
  })
})

describe('what invoices draw', () => {
  it('is never more than there is, however many of them become final at once', async () => {
    const api = await WalletApi.openWith()
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })
    const drafts = await Promise.all(['a', 'b', 'd', 'e'].map((name) => api.started(name)))
    const wallet = await api.wallet({ granted_credits: '250' })
    const ids = (await api.invoices()).map(({ lago_id: id }) => id)
    expect(drafts).toHaveLength(ids.length)
    const final = await Promise.all(ids.map((id) => api.done('PUT', `/invoices/${id}/finalize`, {})))
    const drawn = final.map(({ invoice }) => invoice.prepaid_credit_amount_cents).sort((a, b) => b - a)
    expect(drawn).toEqual([10_000, 10_000, 5000, 0])
    expect(await api.walletNow(wallet)).toMatchObject({
      balance_cents: 0,
      credits_balance: '0.0',
      consumed_credits: '250.0',
    })
    expect(await api.unsound()).toEqual([])
  })

  it('and what is voided at the same moment is taken once', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '100' })
    const moves = Array.from({ length: 5 }, () => api.move(wallet, { voided_credits: '40' }))
    const [invoice] = await Promise.all([api.started('s'), ...moves])
    const voided = await api.transactions(wallet, 'transaction_status=voided')
    const left = (await api.walletNow(wallet)).balance_cents
    expect(left + invoice.prepaid_credit_amount_cents + voided.length * 4000).toBe(10_000)
    expect(await api.unsound()).toEqual([])
  })

  it('is shown by a preview, which spends nothing', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '30' })
    const subject = { customer: { external_id: 'c' }, plan_code: 'p', billing_time: 'calendar' }
    const { invoice } = await api.done('POST', '/invoices/preview', subject)
    expect(invoice).toMatchObject({ prepaid_credit_amount_cents: 3000, total_amount_cents: 7000 })
    expect(await api.walletNow(wallet)).toMatchObject({ balance_cents: 3000, consumed_credits: '0.0' })
    expect(await api.started('s')).toMatchObject({ prepaid_credit_amount_cents: 3000, total_amount_cents: 7000 })
  })

  it('is taken too for usage that a reconciliation bills later', async () => {
    const api = await WalletApi.openWith({ amount_cents: 0, pay_in_advance: false })
    const wallet = await api.wallet({ granted_credits: '30' })
    await api.subscribe('s')
    await api.event('a', 's')
    await api.moveTo('2024-02-01T01:00:00Z')
    const [invoice] = await api.invoices()
    await api.event('late', 's', { timestamp: Date.parse('2024-01-15') / 1000 })
    const body = { reconcile: { confirm: true } }
    const { reconciliation } = await api.done('POST', `/invoices/${invoice.lago_id}/reconcile`, body)
    expect(await api.invoice(reconciliation.adjustment_invoice.lago_id)).toMatchObject({
      ...{ fees_amount_cents: 100, prepaid_credit_amount_cents: 100, total_amount_cents: 0 },
    })
    expect((await api.walletNow(wallet)).balance_cents).toBe(2800)
    expect(await api.unsound()).toEqual([])
  })

  it('comes back once with the void of the invoice, and is drawn again by the one that is made of it', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '30', paid_credits: '40' })
    const [purchase] = await api.invoices()
    await api.status(purchase.lago_id, 'succeeded')
    const invoice = await api.started('s')
    expect(invoice).toMatchObject({
      ...{ prepaid_credit_amount_cents: 7000, total_amount_cents: 3000 },
      ...{ prepaid_granted_credit_amount_cents: 3000, prepaid_purchased_credit_amount_cents: 4000 },
    })
    await Promise.all([api.void(invoice), api.request('POST', `/invoices/${invoice.lago_id}/void`, {})])
    expect(await api.walletNow(wallet)).toMatchObject({ balance_cents: 7000, consumed_credits: '0.0' })
    const again = (await api.done('POST', `/invoices/${invoice.lago_id}/regenerate`, {})).invoice
    expect(again).toMatchObject({ prepaid_credit_amount_cents: 7000, prepaid_granted_credit_amount_cents: 7000 })
    expect(await api.unsound()).toEqual([])
  })

  it('does not come back where a credit note has given it back already', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '100' })
    const invoice = await api.started('s')
    await api.credit(invoice, 4000)
    await api.void(invoice)
    expect((await api.walletNow(wallet)).balance_cents).toBe(6000)
  })

  it('cannot be written twice for an invoice, nor below nothing, by whoever writes', async () => {
    const api = await WalletApi.openWith()
    const wallet = await api.wallet({ granted_credits: '130' })
    await api.started('s')
    const again = rowsOf(
      `INSERT INTO wallet_transactions SELECT seq + 1000, 'again', organization_id, created_at, updated_at, customer_id,
        wallet_id, transaction_type, transaction_status, status, source, amount_cents, credit_amount,
        remaining_amount_cents, priority, name, metadata, invoice_id, credit_note_id, voided_invoice_id,
        invoice_requires_successful_payment, purchase_order_number, skips_custom_sections, custom_section_codes,
        settled_at, failed_at FROM wallet_transactions WHERE transaction_status = 'invoiced' AND wallet_id = ?`,
      wallet.lago_id,
    )
    await expect(again).rejects.toThrow(/UNIQUE/)
    const below = 'UPDATE wallets SET balance_cents = balance_cents - 10000 WHERE id = ?'
    await expect(rowsOf(below, wallet.lago_id)).rejects.toThrow(/CHECK/)
  })
})
